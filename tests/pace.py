"""How much work something is, whatever machine it runs on and whatever runs beside it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

# What the fixed piece of work takes on the machine for which the bars in seconds were set.
USUAL_SECONDS = 0.02


def takes_less_than(seconds: float, act: Callable[[], object]) -> bool:
    """Say whether one of three tries of `act` took less than `seconds` of the usual machine.

    A machine that is slow, or shared, does the fixed piece of work beside it as slowly.
    """
    gc.collect()
    # What other tests left behind is not walked through meanwhile.
    gc.disable()
    try:
        return any(
            USUAL_SECONDS * _seconds(act) / min(_seconds(_fixed), _seconds(_fixed)) < seconds
            for _try in range(3)
        )
    finally:
        gc.enable()


def _seconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def _fixed() -> int:
    words: dict[str, int] = {}
    for number in range(60_000):
        word = str(number % 5_000)
        words[word] = words.get(word, 0) + len(word)
    return sum(words.values())

"""What changed between two texts, in words, for readers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import chain
from typing import Literal

RunKind = Literal["same", "added", "removed"]
BlockKind = Literal["same", "changed", "added", "removed"]

# Beyond this many pairs, comparing word by word takes too long; the whole part is replaced.
MAX_PAIRS = 250_000
# Paragraphs that share fewer of their words than this are shown as two different ones.
ALIKE = 0.4
# A list item, heading or table row is a paragraph of its own, with or without a blank line.
PARAGRAPH_BREAK = re.compile(r"\n\s*\n|\n(?=[ \t]*(?:[-*+>|:]|#{1,6}|\d+\.)[ \t])|\n(?=\|)")


@dataclass(frozen=True)
class Run:
    """Some words in a row with the same fate."""

    kind: RunKind
    text: str

    @property
    def is_added(self) -> bool:
        return self.kind == "added"

    @property
    def is_removed(self) -> bool:
        return self.kind == "removed"


@dataclass(frozen=True)
class Block:
    """One paragraph, told in runs of words."""

    kind: BlockKind
    runs: list[Run] = field(default_factory=list)


def compare(old: str, new: str) -> list[Block]:
    """Tell paragraph by paragraph how `old` became `new`."""
    before, after = _paragraphs(old), _paragraphs(new)
    if [*chain.from_iterable(before)] == [*chain.from_iterable(after)]:
        # Where paragraphs break is no change of words; a comparison could pair them otherwise.
        return [_whole("same", words) for words in after]
    blocks: list[Block] = []
    for tag, i1, i2, j1, j2 in _opcodes(before, after):
        if tag == "equal":
            blocks += [_whole("same", words) for words in after[j1:j2]]
        else:
            blocks += _replaced(before[i1:i2], after[j1:j2])
    return blocks


def _paragraphs(text: str) -> list[tuple[str, ...]]:
    parts = (tuple(part.split()) for part in PARAGRAPH_BREAK.split(text.replace("\r\n", "\n")))
    return [part for part in parts if part]


def _opcodes(old: Sequence[object], new: Sequence[object]) -> list[tuple[str, int, int, int, int]]:
    """Compare two sequences, exactly where that is quick, as one replacement where not."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old_end, new_end = len(old) - end, len(new) - end
    if (old_end - start) * (new_end - start) > MAX_PAIRS:
        middle = [("replace", start, old_end, start, new_end)]
    else:
        matcher = SequenceMatcher(None, old[start:old_end], new[start:new_end], autojunk=False)
        middle = [
            (tag, i1 + start, i2 + start, j1 + start, j2 + start)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        ]
    head = [("equal", 0, start, 0, start)] if start else []
    tail = [("equal", old_end, len(old), new_end, len(new))] if end else []
    return [*head, *middle, *tail]


def _replaced(old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> list[Block]:
    """Pair every new paragraph with the old one it came from, in order, if there is one."""
    blocks: list[Block] = []
    added: list[Block] = []
    used = 0
    # Looking at every pair is for small changes; a large one is removed and added as a whole.
    pairing = len(old) * len(new) <= MAX_PAIRS // 100
    if pairing and (found := _parted_otherwise(old, new)):
        i1, i2, j1, j2 = found
        kept = [_whole("same", words) for words in new[j1:j2]]
        return [*_replaced(old[:i1], new[:j1]), *kept, *_replaced(old[i2:], new[j2:])]
    for words in new:
        likeness = [_likeness(candidate, words) for candidate in old[used:]] if pairing else []
        best = max(likeness, default=0.0)
        if best < ALIKE:
            added.append(_whole("added", words))
            continue
        match = used + likeness.index(best)
        blocks += [_whole("removed", skipped) for skipped in old[used:match]]
        blocks += [*added, _changed(old[match], words)]
        added = []
        used = match + 1
    return [*blocks, *(_whole("removed", rest) for rest in old[used:]), *added]


def _parted_otherwise(
    old: list[tuple[str, ...]], new: list[tuple[str, ...]]
) -> tuple[int, int, int, int] | None:
    """Find the first paragraphs that hold the same words, only with their breaks elsewhere."""
    for i in range(len(old)):
        for j in range(len(new)):
            before, after, i2, j2 = old[i], new[j], i + 1, j + 1
            while before != after:
                if before == after[: len(before)] and i2 < len(old):
                    before, i2 = before + old[i2], i2 + 1
                elif after == before[: len(after)] and j2 < len(new):
                    after, j2 = after + new[j2], j2 + 1
                else:
                    break
            if before == after:
                return i, i2, j, j2
    return None


def _likeness(old: tuple[str, ...], new: tuple[str, ...]) -> float:
    shared = (Counter(old) & Counter(new)).total()
    return 2 * shared / (len(old) + len(new))


def _whole(kind: RunKind, words: tuple[str, ...]) -> Block:
    return Block(kind, [Run(kind, " ".join(words))])


def _changed(old: tuple[str, ...], new: tuple[str, ...]) -> Block:
    runs: list[Run] = []
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "equal":
            runs.append(Run("same", " ".join(new[j1:j2])))
            continue
        if i2 > i1:
            runs.append(Run("removed", " ".join(old[i1:i2])))
        if j2 > j1:
            runs.append(Run("added", " ".join(new[j1:j2])))
    return Block("changed", runs)

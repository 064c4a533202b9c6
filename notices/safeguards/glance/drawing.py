"""A strip as SVG: a shape and a colour for each state, months below it, its end at the right.

Lengths along it are shares of its width, so that letters and dots keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from django.utils.dates import MONTHS_3
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from notices.firm.days import day_bounds, day_of

from ..states import State
from .strip import Span, Strip

HEIGHT, TOP, BOTTOM, MIDDLE = 62, 3, 21, 12
# The months stand in a line of their own, the last day in the one below.
MONTHS, LAST = 38, 57
# So much of the width a cross takes up; a long time off shows several.
CROSS = 4.0
# A phone shows every third month, of those whose name has room there.
EACH, ROOM_ON_PHONE = 3, 84.0
WIDE = ' class="wide"'
# A name that begins further right ends with the drawing; at its end there is none beside the
# name before.
ROOM, END = 94.0, 95.5


def draw(strip: Strip, last: str) -> SafeString:
    """Return the SVG of `strip`; `last` names its end. The words beside it are for everybody."""
    marks = _all_marks(strip.start, strip.end, tuple(strip.spans))
    # Everything is ours but the one text.
    return mark_safe(  # noqa: S308
        f'<svg class="strip" aria-hidden="true" width="100%" height="{HEIGHT}"'
        f'>{marks}<use href="#months"/>'
        f'<text x="100%" y="{LAST}" text-anchor="end">{conditional_escape(last)}</text></svg>'
    )


def month_names(strip: Strip) -> SafeString:
    """Return the names below every strip of a page that covers the same months: drawn once."""
    return _named(_months(strip))


def few_month_names(strip: Strip) -> SafeString:
    """Return those that a phone shows, for strips that are as narrow on a wide screen."""
    return _named(name for name in _months(strip) if WIDE not in name)


# On most days most safeguards of a page held the same.
@lru_cache(maxsize=200)
def _all_marks(start: datetime, end: datetime, spans: tuple[Span, ...]) -> str:
    strip = Strip(start, end, spans)
    # What is short lies on top, or its neighbours would hide it.
    in_order = sorted(spans, key=lambda span: span.state in (State.OFF, State.DUE))
    return "".join(mark for span in in_order for mark in _marks(strip, span))


def _named(found: Iterable[str]) -> SafeString:
    names = "".join(found)
    return mark_safe(  # noqa: S308
        f'<svg class="vh strip" aria-hidden="true"><defs><g id="months">{names}</g></defs></svg>'
    )


def _marks(strip: Strip, span: Span) -> Iterator[str]:
    whole = strip.end - strip.start
    left, width = 100 * (span.start - strip.start) / whole, 100 * span.length / whole
    x, w, right = _percent(left), _percent(width), _percent(left + width)
    if span.state is State.ON:
        yield f'<rect class="s-on" x="{x}" y="{TOP}" width="{w}" height="{BOTTOM - TOP}"/>'
    elif span.state is State.EXCEPTION:
        # Notched: the lower half is whole, the upper one has gaps.
        yield f'<rect class="s-exception" x="{x}" y="{MIDDLE}" width="{w}" height="9"/>'
        yield _line("s-exception", x, right, 7.5, 'stroke-width="9" stroke-dasharray="4 4"')
    elif span.state is State.DUE:
        yield _gap(x, w)
        dots = 'stroke-width="4" stroke-dasharray="0 7" stroke-linecap="round"'
        yield _line("s-due", x, right, 7, dots) + _line("s-due", x, right, 17, dots)
    elif span.state is State.OFF:
        yield _gap(x, w)
        yield _line("s-off", x, right, MIDDLE, 'stroke-width="2"')
        count = max(1, int(width / CROSS))
        for number in range(count):
            middle = _percent(left + width * (number + 0.5) / count)
            yield (
                f'<svg class="s-off" x="{middle}" y="{MIDDLE}" overflow="visible">'
                '<path class="s-gap" d="M-6-8 6 8M-6 8 6-8" stroke-width="8"/>'
                '<path d="M-6-8 6 8M-6 8 6-8" stroke-width="3.5"/></svg>'
            )


def _gap(x: str, w: str) -> str:
    return (
        f'<rect class="s-gap" x="{x}" y="{TOP}" width="{w}" height="{BOTTOM - TOP}"'
        ' stroke-width="3"/>'
    )


def _line(name: str, left: str, right: str, y: float, more: str) -> str:
    return f'<line class="{name}" x1="{left}" x2="{right}" y1="{y:g}" y2="{y:g}" {more}/>'


def _months(strip: Strip) -> Iterator[str]:
    """Name each month where it begins; a phone shows every third."""
    first = day_of(strip.start)
    number = 12 * first.year + first.month - (first.day == 1)
    shown = 0
    while True:
        year, month = divmod(number, 12)
        begins = day_bounds(first.replace(year=year, month=month + 1, day=1))[0]
        left = 100 * (begins - strip.start) / (strip.end - strip.start)
        if left > END:
            return
        wide = "" if shown % EACH == 0 and left <= ROOM_ON_PHONE else WIDE
        place = f'x="{_percent(left)}"' if left <= ROOM else 'x="100%" text-anchor="end"'
        yield f'<text {place} y="{MONTHS}"{wide}>{str(MONTHS_3[month + 1]).title()}</text>'
        number, shown = number + 1, shown + 1


def _percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"

"""Read a text as it was meant by somebody who types or pastes it as in a word processor.

Markdown would make a list of lines that begin with days, renumber what was numbered, and no list
at all of what a word processor calls one. What comes out here is plain Markdown for the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .limits import MAX_DEPTH, MarkdownError, measure
from .markers import (
    BULLET,
    COLUMNS,
    COUNTED,
    DASH,
    DAY,
    DEEPER,
    FENCE,
    LETTERED,
    MORE_THAN,
    NOTE,
    NUMBERED,
    QUOTE,
    RULE,
    SENTENCE_END,
    TABLE_LINE,
    Marker,
    literal,
)
from .signs import BREAKS, split_breaks

# Ends a list for the parser, which would join what only a blank line parts. Control signs are
# taken out of every source before, so nobody can type it.
SEPARATOR = "\x1a"
STEP = "    "


@dataclass(frozen=True, slots=True)
class Item:
    """An open list item: its column, its marker, and how many stand close together up to it."""

    column: int
    marker: Marker
    close: int


@dataclass(slots=True)
class Meant:
    """Lines of plain Markdown, each with the number of the typed line that it comes from."""

    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def add(self, line: str, number: int) -> None:
        self.lines.append(line)
        self.numbers.append(number)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def typed_line(self, line: int) -> int:
        """Return the number of the typed line for a line of the result."""
        return self.numbers[min(line, len(self.numbers)) - 1] if self.numbers else 1


def as_meant(text: str) -> Meant:
    """Return `text` as plain Markdown that says what the typed lines look like."""
    numbered = [
        (part, number)
        for number, line in enumerate(text.split("\n"), start=1)
        for part in split_breaks(line)
    ]
    return _Reader([line for line, _ in numbered], [number for _, number in numbered]).read()


def measured(text: str) -> Meant:
    """Return tidied `text` as it is meant; its limits are named by the typed lines."""
    measure(text)
    meant = as_meant(text)
    try:
        measure(meant.text)
    except MarkdownError as error:
        raise MarkdownError(error.code, error.limit, meant.typed_line(error.line)) from None
    return meant


class _Reader:
    """One pass over the lines, with the list items that are open at each depth."""

    def __init__(self, lines: list[str], numbers: list[int], depth: int = 0) -> None:
        self.lines = lines
        self.numbers = numbers
        self.depth = depth
        self.meant = Meant()
        self.open: list[Item] = []
        self.last_number: int | None = None
        self.in_table = False
        self.in_note = False
        self.has_paragraph = False
        self.unclosed: set[str] = set()

    def read(self) -> Meant:
        position = 0
        while position < len(self.lines):
            position = self._read_at(position)
        return self.meant

    def _read_at(self, at: int) -> int:
        """Read the line at `at`, or the block that it begins, and return what comes next."""
        line = self.lines[at]
        body = line.strip(" \t")
        if not body:
            self._emit("", at)
            self.in_table = False
            return at + 1
        if end := self._fence_end(at):
            for inside in range(at, end):
                self._emit(self.lines[inside], inside)
            self.open.clear()
            return end
        if body.startswith(">") and not (MORE_THAN.match(body) and self._stands_alone(at)):
            return self._read_quote(at)
        # Two blanks at the end of a line are a line break.
        body = line.lstrip(" \t")
        indent = _indent(line)
        marker = None if self.in_table else self._marker(at)
        if marker:
            self._item(marker, indent + DEEPER.get(marker.sign, 0), at)
        elif self.open and indent >= self.open[0].column + 2:
            while indent < self.open[-1].column + 2:
                self.open.pop()
            self.has_paragraph = self.has_paragraph or self._after_blank()
            self._emit(STEP * len(self.open) + literal(body), at)
        else:
            self._plain(body, indent, at)
        return at + 1

    def _plain(self, body: str, indent: int, at: int) -> None:
        starts_block = (
            body.startswith(("#", "|")) or bool(RULE.match(body)) or self._begins_table(at)
        )
        if self.open and (self._after_blank() or starts_block):
            self.open.clear()
            self._part(at)
        if self._begins_table(at):
            self._part(at)
            self.in_table = True
        elif self.in_table and "|" not in body:
            self._part(at)
            self.in_table = False
        if self.in_note and indent >= 2:
            self._emit(STEP + body, at)
            return
        self.in_note = bool(NOTE.match(body))
        shown = body if self.in_table else literal(body)
        if shown != body or LETTERED.match(body) or self._dash(body) or self._counts(at):
            self._break_before()
        self._emit(shown, at)

    def _item(self, marker: Marker, column: int, at: int) -> None:
        sibling: Item | None = None
        while self.open and column < self.open[-1].column + 2:
            sibling = self.open.pop()
        depth = len(self.open)
        apart = self._after_blank()
        if self.has_paragraph:
            self._part(at)
        close = 0 if sibling and apart else 1
        if sibling and self._begins_another(marker, sibling, apart):
            self._part(at)
            self._emit(STEP * depth + SEPARATOR, at)
            self._part(at)
            close = 1
        elif sibling and close:
            close = sibling.close + 1 if sibling.close else 0
        elif not sibling and depth == 0:
            self._part(at)
        self.in_note = self.has_paragraph = False
        if depth == 0 and marker.number is not None:
            self.last_number = marker.number
        self._emit(STEP * depth + str(marker), at)
        self.open.append(Item(column, marker, close))

    def _begins_another(self, marker: Marker, sibling: Item, apart: bool) -> bool:
        """Say whether an item begins a list of its own, not the next line of the one above."""
        if not marker.follows(sibling.marker):
            return True
        # A gap after lines that stand close together is meant to part.
        return apart and marker.number is None and sibling.close > 1

    def _marker(self, at: int) -> Marker | None:
        body = self.lines[at].strip(" \t")
        if RULE.match(body):
            return None
        if match := BULLET.match(body):
            return Marker(body[0], None, body[match.end() :])
        if match := DASH.match(body):
            if self._is_bullet(at, match):
                return Marker(body[0], None, body[match.end() :])
            return None
        match = NUMBERED.match(body)
        if match and self._is_in_a_list(at, int(match[1]), body[match.end() :]):
            return Marker(".", int(match[1]), body[match.end() :])
        return None

    def _is_bullet(self, at: int, match: re.Match[str]) -> bool:
        sign, gap = match[1], match[2]
        body = self.lines[at].strip(" \t")
        if sign in "-*":
            return True
        if sign == "+":
            return not body[match.end()].isdigit()
        if "\t" in gap:
            return True
        if sign == "§" and body[match.end()].isdigit():
            return False
        # One dash alone may begin a remark or a name below a saying.
        beside = (self.lines[near].strip(" \t") for near in (at - 1, at + 1) if self._has(near))
        alike = any(line.startswith(sign) and DASH.match(line) for line in beside)
        return alike or (sign not in "§o" and self._line_above(at).endswith(":"))

    def _is_in_a_list(self, at: int, number: int, rest: str) -> bool:
        """Say whether a number at the start of a line counts items, or belongs to the sentence."""
        if DAY.match(rest):
            return False
        column = _indent(self.lines[at])
        for item in reversed(self.open):
            before = item.marker.number
            if abs(item.column - column) < 2 and before is not None and before <= number:
                return True
        if self._next_number(at) == number + 1:
            above = self._line_above(at)
            return number == 1 or not above or bool(SENTENCE_END.search(above))
        if number > 1:
            return self.last_number == number - 1 and self._after_blank()
        above = self._line_above(at)
        return not above or bool(self.open) or bool(SENTENCE_END.search(above))

    def _next_number(self, at: int) -> int | None:
        """Return the number of the next line that is not indented below this one."""
        column = _indent(self.lines[at])
        for line in self.lines[at + 1 : at + 60]:
            if line.strip() and _indent(line) < column + 2:
                match = NUMBERED.match(line.strip(" \t"))
                is_item = match and not DAY.match(line.strip(" \t")[match.end() :])
                return int(match[1]) if match and is_item else None
        return None

    def _read_quote(self, at: int) -> int:
        end = at
        while self._has(end) and self.lines[end].lstrip(" \t").startswith(">"):
            end += 1
        inside = [QUOTE.sub("", line.lstrip(" \t"), count=1) for line in self.lines[at:end]]
        if self.depth < MAX_DEPTH:
            inner = _Reader(inside, self.numbers[at:end], self.depth + 1).read()
        else:
            inner = Meant(inside, self.numbers[at:end])
        if not self.open:
            self._part(at)
        indent = STEP * len(self.open) if _indent(self.lines[at]) >= 2 else ""
        for line, number in zip(inner.lines, inner.numbers, strict=True):
            self.meant.add(f"{indent}> {line}", number)
        return end

    def _fence_end(self, at: int) -> int:
        """Return where the code that begins at `at` ends; 0 if none does."""
        match = FENCE.match(self.lines[at])
        if not match:
            return 0
        if match[1] in self.unclosed:
            return 0
        closing = re.compile(re.escape(match[1]) + r"[ ]*$")
        for end in range(at + 1, len(self.lines)):
            if closing.match(self.lines[end]):
                return end + 1
        self.unclosed.add(match[1])
        return 0

    def _begins_table(self, at: int) -> bool:
        if self.in_table or "|" not in self.lines[at] or not self._has(at + 1):
            return False
        below = self.lines[at + 1]
        return "-" in below and bool(TABLE_LINE.match(below))

    def _counts(self, at: int) -> bool:
        """Say whether a line is one of several that begin alike, or have the same columns."""
        if self.in_table or self._begins_table(at):
            return False
        body, above = self.lines[at].strip(" \t"), self._line_above(at)
        if COUNTED.match(body):
            return bool(COUNTED.match(above)) or above.endswith(":")
        return bool(COLUMNS.match(body) and COLUMNS.match(above))

    def _dash(self, body: str) -> bool:
        return bool(body[:1] in ("–", "—") and DASH.match(body))

    def _stands_alone(self, at: int) -> bool:
        near = (self.lines[one] for one in (at - 1, at + 1) if self._has(one))
        return not any(line.lstrip(" \t").startswith(">") for line in near)

    def _line_above(self, at: int) -> str:
        return self.lines[at - 1].strip() if self._has(at - 1) else ""

    def _has(self, at: int) -> bool:
        return 0 <= at < len(self.lines)

    def _after_blank(self) -> bool:
        return not self.meant.lines or not self.meant.lines[-1].strip()

    def _part(self, at: int) -> None:
        if not self._after_blank():
            self._emit("", at)

    def _break_before(self) -> None:
        """Keep a line that begins like this one on a line of its own, as it was typed."""
        if not self._after_blank() and not self.meant.lines[-1].endswith("  "):
            self.meant.lines[-1] += "  "

    def _emit(self, line: str, at: int) -> None:
        self.meant.add(line, self.numbers[at])


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))


def typed_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each typed line with its number."""
    yield from enumerate(BREAKS.sub(" ", text).split("\n"), start=1)

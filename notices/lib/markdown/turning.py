"""Say line by line what becomes of a text, for the person who typed it, before it is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from .inline import BARE_MAIL, BARE_URL, STAR_IN_WORD, working_address
from .links import DEFINITION, INLINE
from .markers import FENCE, RULE, TABLE_LINE
from .signs import CONTROLS, tidy
from .tree import STROKES
from .typed import SEPARATOR, Meant, measured, typed_lines

BARE = re.compile(rf"{BARE_URL}|{BARE_MAIL}")
CODE_WORDS = re.compile(r"(?<![\\\w`])(`+)(?!`).+?(?<!`)\1(?!`)")
STRONG = re.compile(r"(?<!\\)(\*{1,3}|(?<!\w)_{1,3})(?=\S).*?(?<=[^\s\\])\1")
# What means something to the parser inside a line and does not appear as it was typed.
MARKS = re.compile(
    r"\\[\\`*_{}\[\]()>|#+.!-]|`|<br ?/?>|&#?\w+;|\[\^|\]\[|^:[ \t]|<[^\s<>]+[@:][^\s<>]+>"
)
HEADING = re.compile(r"#{1,6}[ \t]+[^\s#]")
UNDERLINE = re.compile(r"(?:={3,}|-{3,})[ ]*$")
ITEM = re.compile(r"(?:-|(\d{1,3})\.)[ ]\S")


class Kind(StrEnum):
    """What typed lines become; how to say it stands with those who talk to people."""

    BULLETS = "bullets"
    NUMBERS = "numbers"
    TABLE = "table"
    HEADING = "heading"
    QUOTE = "quote"
    CODE = "code"
    RULE = "rule"
    FLOW = "flow"
    TARGET = "target"
    LINK = "link"
    STRONG = "strong"
    SIGNS = "signs"
    MARKS = "marks"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Turn:
    """Typed lines `first` to `last` become something else than lines of a paragraph."""

    first: int
    last: int
    kind: Kind
    words: str = ""


def turns(text: str) -> list[Turn]:
    """Return what becomes of `text` in the order of its lines; a `MarkdownError` beyond limits."""
    unseen = _unseen(text)
    text = tidy(text)
    blocks = _Blocks(measured(text)).read()
    code = {line for one in blocks if one.kind is Kind.CODE for line in _lines(one)}
    inside = [
        turn
        for number, line in typed_lines(text)
        if number not in code
        for turn in _inside(number, line)
    ]
    return sorted([*unseen, *blocks, *inside], key=lambda one: one.first)


def _lines(turn: Turn) -> range:
    return range(turn.first, turn.last + 1)


def _unseen(text: str) -> list[Turn]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Word's own signs for cells and hyphens are not lost: they become what they mean.
    return [
        Turn(number, number, Kind.UNSEEN)
        for number, line in enumerate(lines, start=1)
        if CONTROLS.search(re.sub("[\x07\x1e\x1f\x85\x0b\x0c]", "", line))
    ]


def _inside(number: int, line: str) -> list[Turn]:
    if DEFINITION.match(line):
        return [Turn(number, number, Kind.TARGET)]
    marks = [Turn(number, number, Kind.MARKS)] if MARKS.search(line) else []
    line = CODE_WORDS.sub(" ", line)
    found = [link[2] for link in INLINE.finditer(line) if not link[0].startswith("!")]
    prose = INLINE.sub(" ", line)
    found += [address[0].rstrip(".,;:!?'’*_…»)") for address in BARE.finditer(prose)]
    links = [
        Turn(number, number, Kind.LINK, address)
        for one in found
        if (address := working_address(one))
    ]
    prose = BARE.sub(" ", prose)
    if STRONG.search(re.sub(STAR_IN_WORD, "x", prose)) and not RULE.match(prose.strip()):
        links.append(Turn(number, number, Kind.STRONG))
    if STROKES.search(prose) and not ("|" in prose and TABLE_LINE.match(prose)):
        links.append(Turn(number, number, Kind.SIGNS))
    return [*links, *marks]


# Below these a paragraph begins without a blank line.
WHOLE = {Kind.HEADING, Kind.RULE, Kind.CODE}


class _Blocks:
    """One pass over the lines as the parser gets them."""

    def __init__(self, meant: Meant) -> None:
        self.lines = meant.lines
        self.numbers = meant.numbers
        self.found: list[Turn] = []
        self.list_kind: Kind | None = None
        self.after_blank = True
        self.flows = False

    def read(self) -> list[Turn]:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if not line.strip() or line.strip() == SEPARATOR:
                self.list_kind = None if line.strip() else self.list_kind
                self.after_blank, self.flows = True, False
                at += 1
                continue
            end = self._block_end(at)
            if end == at:
                self._line(at)
                end += 1
                self.after_blank = False
            else:
                self.after_blank = self.found[-1].kind in WHOLE
            at = end
        return self.found

    def _block_end(self, at: int) -> int:
        """Note the block that begins at `at` and return where it ends; `at` if none begins."""
        line = self.lines[at]
        if end := self._fence_end(at):
            return self._block(at, end, Kind.CODE)
        if re.match(r"[ ]*>(?:[ ]|$)", line):
            return self._block(at, self._while(at, r"[ ]*>(?:[ ]|$)"), Kind.QUOTE)
        if line.startswith(" "):
            return at
        below = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        if "|" in line and "-" in below and TABLE_LINE.match(below):
            return self._block(at, self._table_end(at), Kind.TABLE)
        if HEADING.match(line):
            return self._block(at, at + 1, Kind.HEADING)
        if self.after_blank and not ITEM.match(line) and UNDERLINE.match(below):
            return self._block(at, at + 2, Kind.HEADING)
        if RULE.match(line):
            return self._block(at, at + 1, Kind.RULE)
        return at

    def _block(self, at: int, end: int, kind: Kind) -> int:
        if not self.lines[at].startswith(" "):
            self.list_kind = None
        self.flows = False
        self.found.append(Turn(self.numbers[at], self.numbers[end - 1], kind))
        return end

    def _line(self, at: int) -> None:
        line = self.lines[at]
        item = ITEM.match(line)
        if item:
            kind = Kind.NUMBERS if item[1] else Kind.BULLETS
            if self.list_kind is kind:
                self._longer(at, kind)
            else:
                self.found.append(Turn(self.numbers[at], self.numbers[at], kind))
            self.list_kind = kind
        elif self.list_kind and (line.startswith(" ") or not self.after_blank):
            self._longer(at, self.list_kind)
        else:
            self.list_kind = None
            if self.flows:
                self._flow(at)
        self.flows = self.list_kind is None and not line.endswith("  ")

    def _longer(self, at: int, kind: Kind) -> None:
        """Let the last list reach down to the line at `at`."""
        for place in range(len(self.found) - 1, -1, -1):
            if self.found[place].kind is kind:
                self.found[place] = Turn(self.found[place].first, self.numbers[at], kind)
                return

    def _flow(self, at: int) -> None:
        above, number = self.numbers[at - 1], self.numbers[at]
        if self.found and self.found[-1].kind is Kind.FLOW and self.found[-1].last == above:
            self.found[-1] = Turn(self.found[-1].first, number, Kind.FLOW)
        elif above != number:
            self.found.append(Turn(above, number, Kind.FLOW))

    def _while(self, at: int, pattern: str) -> int:
        end = at
        while end < len(self.lines) and re.match(pattern, self.lines[end]):
            end += 1
        return end

    def _table_end(self, at: int) -> int:
        """Return where a table ends: at a blank line, or where code begins."""
        end = self._while(at, r"[ ]*\S")
        return next((code for code in range(at + 2, end) if self._fence_end(code)), end)

    def _fence_end(self, at: int) -> int:
        match = FENCE.match(self.lines[at])
        if not match:
            return 0
        closing = re.compile(re.escape(match[1]) + r"[ ]*$")
        ends = (end for end in range(at + 1, len(self.lines)) if closing.match(self.lines[end]))
        return next(ends, -1) + 1

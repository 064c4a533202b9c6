"""How large and how tangled a Markdown text may be.

The parser needs quadratic time for some inputs (thousands of open brackets) and recurses for
others (thousands of quote marks). These limits are far above any real notice and keep the worst
text that passes them well below a second.
"""

from __future__ import annotations

import re
from enum import StrEnum

MAX_CHARACTERS = 60_000
MAX_LINES = 1_500
MAX_DEPTH = 8
MAX_OPEN_BRACKETS = 8
MAX_FOOTNOTES = 200
MAX_DEFINITIONS = 60
MAX_TABLE_CELLS = 3_000
MAX_EMPHASIS = 1_000
MAX_RUN = 200
MAX_BLOCK_WORK = 2_000_000

BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
NESTING = re.compile(r"(?:[ \t]+|>|(?:[-*+:]|\d{1,9}\.)(?=[ \t]|$))*")
MARKER = re.compile(r">|[-*+:]|\d+\.")
RUN = re.compile(rf"([^\w\n])\1{{{MAX_RUN}}}")
COSTLY = re.compile(r"[\[(<]|`+")


class Fault(StrEnum):
    """What is wrong with a text; what to say about it stands with those who talk to people."""

    TOO_NESTED = "markdown"
    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"
    TOO_DEEP = "too_deep"
    TOO_MANY_BRACKETS = "too_many_brackets"
    TOO_MANY_FOOTNOTES = "too_many_footnotes"
    TOO_MANY_DEFINITIONS = "too_many_definitions"
    TABLE_TOO_LARGE = "table_too_large"
    RUN_TOO_LONG = "run_too_long"
    TOO_MUCH_EMPHASIS = "too_much_emphasis"
    TOO_TANGLED = "too_tangled"
    DEAD_LINK = "dead_link"
    NO_TABLE = "no_table"
    LOST_WORDS = "lost_words"


class MarkdownError(ValueError):
    """A text that is too large or too tangled for Markdown, or would lose something by it."""

    def __init__(self, fault: Fault, limit: int = 0, line: int = 1, words: str = "") -> None:
        self.code, self.limit, self.line = fault, limit, line
        self.params = {"limit": limit, "line": line, "words": words}
        super().__init__(f"{fault.value} {self.params}")


def measure(text: str) -> None:
    """Raise the `MarkdownError` of the first limit that `text` breaks."""
    if len(text) > MAX_CHARACTERS:
        raise MarkdownError(Fault.TOO_LONG, MAX_CHARACTERS)
    lines = text.split("\n")
    if sum(not line.isspace() and line != "" for line in lines) > MAX_LINES:
        raise MarkdownError(Fault.TOO_MANY_LINES, MAX_LINES)
    for number, line in enumerate(lines, start=1):
        if _depth(line) > MAX_DEPTH:
            raise MarkdownError(Fault.TOO_DEEP, MAX_DEPTH, number)
    if run := RUN.search(text):
        raise MarkdownError(Fault.RUN_TOO_LONG, MAX_RUN, text.count("\n", 0, run.start()) + 1)
    _measure_blocks(text)


def _measure_blocks(text: str) -> None:
    line, footnotes, cells, work, start = 1, 0, 0, 0, 0
    while start < len(text):
        gap = BLANK_LINES.search(text, start)
        block = text[start : gap.start()] if gap else text[start:]
        if _open_brackets(block) > MAX_OPEN_BRACKETS:
            raise MarkdownError(Fault.TOO_MANY_BRACKETS, MAX_OPEN_BRACKETS, line)
        if block.count("*") + block.count("_") > MAX_EMPHASIS:
            raise MarkdownError(Fault.TOO_MUCH_EMPHASIS, MAX_EMPHASIS, line)
        footnotes += block.count("[^")
        if footnotes > MAX_FOOTNOTES:
            raise MarkdownError(Fault.TOO_MANY_FOOTNOTES, MAX_FOOTNOTES, line)
        if block.count("\n:") > MAX_DEFINITIONS:
            raise MarkdownError(Fault.TOO_MANY_DEFINITIONS, MAX_DEFINITIONS, line)
        rows = block.split("\n")
        # The parser fills every row up to the columns of the heading row.
        cells += rows[0].count("|") * len(rows)
        if cells > MAX_TABLE_CELLS:
            raise MarkdownError(Fault.TABLE_TOO_LARGE, MAX_TABLE_CELLS, line)
        work += len(block) * len(COSTLY.findall(block))
        if work > MAX_BLOCK_WORK:
            raise MarkdownError(Fault.TOO_TANGLED, MAX_BLOCK_WORK, line)
        if gap is None:
            return
        line += text.count("\n", start, gap.end())
        start = gap.end()


def _depth(line: str) -> int:
    """Count the list and quote levels that the start of a line opens or continues."""
    prefix = NESTING.match(line)
    marks = prefix.group() if prefix else ""
    indent = len(marks) - len(marks.lstrip(" \t")) + 3 * marks.count("\t")
    return indent // 4 + len(MARKER.findall(marks))


def _open_brackets(block: str) -> int:
    """Return the greatest number of square brackets open at the same time."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]]", block):
        depth = depth + 1 if bracket == "[" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest

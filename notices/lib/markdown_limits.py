"""How large and how tangled a Markdown text may be.

The parser needs quadratic time for some inputs (thousands of open brackets) and recurses for
others (thousands of quote marks). These limits are far above any real notice and keep the worst
text that passes them well below a second.
"""

from __future__ import annotations

import re

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
COSTLY = re.compile(r"[\[(]|`+")


class MarkdownError(ValueError):
    """A text that is too large or too tangled to be rendered as Markdown.

    `message % params` is the sentence for people; `code` is for machines.
    """

    code = "markdown"
    message = "This text cannot be shown as Markdown."

    def __init__(self, limit: int, line: int = 1) -> None:
        self.limit = limit
        self.line = line
        self.params = {"limit": limit, "line": line}
        super().__init__(self.message % self.params)


class TooLong(MarkdownError):
    code = "too_long"
    message = "The text is too long: at most %(limit)d characters are allowed."


class TooManyLines(MarkdownError):
    code = "too_many_lines"
    message = "The text has too many lines: at most %(limit)d are allowed."


class TooDeep(MarkdownError):
    code = "too_deep"
    message = "Lists and quotes are nested too deeply in line %(line)d: at most %(limit)d levels."


class TooManyBrackets(MarkdownError):
    code = "too_many_brackets"
    message = "Too many brackets are open at once in line %(line)d: at most %(limit)d."


class TooManyFootnotes(MarkdownError):
    code = "too_many_footnotes"
    message = "There are too many footnote marks up to line %(line)d: at most %(limit)d."


class TooManyDefinitions(MarkdownError):
    code = "too_many_definitions"
    message = (
        "The definition list at line %(line)d is too long: "
        "put a blank line after at most %(limit)d entries."
    )


class TableTooLarge(MarkdownError):
    code = "table_too_large"
    message = "The tables up to line %(line)d are too large: at most %(limit)d cells."


class RunTooLong(MarkdownError):
    code = "run_too_long"
    message = "The same sign stands more than %(limit)d times in a row in line %(line)d."


class TooMuchEmphasis(MarkdownError):
    code = "too_much_emphasis"
    message = "The paragraph at line %(line)d has more than %(limit)d asterisks and underscores."


class TooTangled(MarkdownError):
    code = "too_tangled"
    message = "The paragraph at line %(line)d has too many brackets: split it into shorter ones."


def measure(text: str) -> None:
    """Raise the `MarkdownError` of the first limit that `text` breaks."""
    if len(text) > MAX_CHARACTERS:
        raise TooLong(MAX_CHARACTERS)
    lines = text.split("\n")
    if sum(not line.isspace() and line != "" for line in lines) > MAX_LINES:
        raise TooManyLines(MAX_LINES)
    for number, line in enumerate(lines, start=1):
        if _depth(line) > MAX_DEPTH:
            raise TooDeep(MAX_DEPTH, number)
    if run := RUN.search(text):
        raise RunTooLong(MAX_RUN, text.count("\n", 0, run.start()) + 1)
    _measure_blocks(text)


def _measure_blocks(text: str) -> None:
    line, footnotes, cells, work, start = 1, 0, 0, 0, 0
    while start < len(text):
        gap = BLANK_LINES.search(text, start)
        block = text[start : gap.start()] if gap else text[start:]
        if _open_brackets(block) > MAX_OPEN_BRACKETS:
            raise TooManyBrackets(MAX_OPEN_BRACKETS, line)
        if block.count("*") + block.count("_") > MAX_EMPHASIS:
            raise TooMuchEmphasis(MAX_EMPHASIS, line)
        footnotes += block.count("[^")
        if footnotes > MAX_FOOTNOTES:
            raise TooManyFootnotes(MAX_FOOTNOTES, line)
        if block.count("\n:") > MAX_DEFINITIONS:
            raise TooManyDefinitions(MAX_DEFINITIONS, line)
        rows = block.split("\n")
        # The parser fills every row up to the columns of the heading row.
        cells += rows[0].count("|") * len(rows)
        if cells > MAX_TABLE_CELLS:
            raise TableTooLarge(MAX_TABLE_CELLS, line)
        work += len(block) * len(COSTLY.findall(block))
        if work > MAX_BLOCK_WORK:
            raise TooTangled(MAX_BLOCK_WORK, line)
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

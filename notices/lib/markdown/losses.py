"""Say before saving what a text would lose, and in which line."""

from __future__ import annotations

import html
import re
from collections import Counter

from .inline import working_address
from .limits import MAX_DEPTH, Fault, MarkdownError
from .links import DEFINITION, INLINE
from .markers import TABLE_LINE
from .reading import everything
from .rendering import convert
from .signs import tidy
from .typed import measured, typed_lines

# Words and numbers, and the signs that mean nothing to Markdown.
PIECE = re.compile(r"[^\W_]+|[,;!?%&€$§@°=/]")
FOOTNOTE = re.compile(r"\[\^[^\]\n]+\]:?")
FENCE_NAME = re.compile(r"^(?:`{3,}|~{3,}).*$", re.MULTILINE)
DEEPER_BULLET = re.compile(r"^[ \t>]*[o§][ \t\xa0]", re.MULTILINE)
PHONE = re.compile(r"\(tel:[^)\n]*\)", re.IGNORECASE)
LINE_BREAK = re.compile(r"<br ?/?>")
CODE = re.compile(r"(`{3,}|~{3,})[^\n]*\n.*?^\1[ ]*$", re.MULTILINE | re.DOTALL)


def check(text: str) -> None:
    """Raise a `MarkdownError` if `text` would not appear whole, as it is meant."""
    text = tidy(text)
    meant = measured(text)
    try:
        rendered = convert(meant.text, "")
    except RecursionError:
        raise MarkdownError(Fault.TOO_NESTED, MAX_DEPTH) from None
    _check_links(text)
    _check_tables(text, rendered)
    _check_words(text, everything(rendered))


def _check_links(text: str) -> None:
    prose = CODE.sub(lambda code: "\n" * code[0].count("\n"), text)
    for link in INLINE.finditer(prose):
        if not link[0].startswith("!") and working_address(link[2]) is None:
            raise MarkdownError(Fault.DEAD_LINK, 0, prose.count("\n", 0, link.start()) + 1, link[2])


def _check_tables(text: str, rendered: str) -> None:
    prose = CODE.sub(lambda code: "\n" * code[0].count("\n"), text)
    lines = prose.split("\n")
    meant = [
        number
        for number, line in enumerate(lines, start=1)
        if "|" in line and "-" in line and TABLE_LINE.match(line) and number > 1
    ]
    shown = rendered.count("<table>")
    if len(meant) > shown:
        raise MarkdownError(Fault.NO_TABLE, 0, meant[shown] if shown < len(meant) else meant[-1])


def _check_words(text: str, shown: str) -> None:
    there = Counter(PIECE.findall(shown))
    for number, line in typed_lines(_words_only(text)):
        for piece in PIECE.findall(line):
            there[piece] -= 1
            if there[piece] < 0:
                raise MarkdownError(
                    Fault.LOST_WORDS,
                    0,
                    number,
                    next(word for word in line.split() if piece in word),
                )


def _words_only(text: str) -> str:
    """Return `text` without what names things to the program only."""
    text = DEEPER_BULLET.sub("", FENCE_NAME.sub("", text))
    text = LINE_BREAK.sub(" ", FOOTNOTE.sub(" ", text))
    text = PHONE.sub(lambda number: re.sub(r"\s", "", number[0]), text)
    names = {name.casefold() for name, _address in DEFINITION.findall(text)}
    text = DEFINITION.sub(lambda one: one[0][one[0].index("]:") + 2 :], text)
    if names:
        text = re.sub(r"(?<=\])[ ]?\[([^\[\]\n]*)\]", "", text)
    return html.unescape(text)

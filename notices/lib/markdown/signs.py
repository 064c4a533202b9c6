"""Signs that nobody sees: what word processors mean by them, and which mean nothing."""

from __future__ import annotations

import re

# What a word processor keeps for itself: cell, line, page and section ends, its own hyphens.
MEANINGS = str.maketrans({"\x07": " ", "\x1e": "-", "\x1f": "\xad", "\x85": "\n", "\u2029": "\f"})
# Soft line breaks (vertical tab, U+2028) and page breaks (form feed).
BREAKS = re.compile("[\x0b\x0c\u2028]")
# Control characters mean something to the parser or to browsers, never to a reader.
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
# Before the first sign of a line they would hide a list or a heading.
AT_THE_START = re.compile("^[ \t\xa0\u2007\u202f\u200b\u2060\ufeff]+", re.MULTILINE)
UNSEEN, BLANK = re.compile("[\u200b\u2060\ufeff]"), re.compile("[\xa0\u2007\u202f]")
ONE_LINE = re.compile(r"[ \t]*[|#]")


def tidy(text: str) -> str:
    """Return `text` with the line ends and without the control signs of other programs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(MEANINGS)
    text = AT_THE_START.sub(lambda start: BLANK.sub(" ", UNSEEN.sub("", start[0])), text)
    text = CONTROLS.sub("", text)
    # Half a surrogate pair cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def split_breaks(line: str) -> list[str]:
    """Return the parts of one typed line that soft and page breaks keep apart."""
    if not BREAKS.search(line):
        return [line]
    if ONE_LINE.match(line):
        # A table row or a heading that is torn in two would be neither.
        return [BREAKS.sub(" ", line)]
    soft = re.sub("[\x0b\u2028]", "  \n", line)
    return soft.replace("\f", "\n\n").split("\n")

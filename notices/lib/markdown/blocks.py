"""Blocks that Markdown sees where staff mean none, and the end of a list."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.blockprocessors import (
    BlockProcessor,
    HashHeaderProcessor,
    ReferenceProcessor,
    SetextHeaderProcessor,
)

from .inline import working_address
from .typed import SEPARATOR

SEPARATOR_TAG = "separator"


class Heading(HashHeaderProcessor):
    """Take "# Words" for a heading, not "#1" or "#hashtag", and keep the sign of "C#"."""

    RE = re.compile(
        r"(?:^|\n)(?P<level>#{1,6})[ \t]+(?P<header>[^\s#][^\n]*?)(?:[ \t]+#+)?[ \t]*(?:\n|$)"
    )


class Underlined(SetextHeaderProcessor):
    """Take a line above three signs for a heading, but no item and no quote."""

    RE = re.compile(r"^(?!(?:-|>|\d{1,3}\.)[ ]).*?\n(?:={3,}|-{3,})[ ]*(\n|$)", re.MULTILINE)


class Definition(ReferenceProcessor):
    """Take "[name]: address" for the target of links only if it is an address."""

    def test(self, parent: etree.Element, block: str) -> bool:
        match = self.RE.search(block)
        return bool(match and working_address(match[2].strip("<>")))


class EndOfList(BlockProcessor):
    """Keep two lists apart between which only a blank line stands."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return block.strip() == SEPARATOR

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        blocks.pop(0)
        etree.SubElement(parent, SEPARATOR_TAG)


def drop_separators(root: etree.Element) -> None:
    """Take the ends of lists out of the tree again; they have done their work."""
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == SEPARATOR_TAG]:
            parent.remove(child)

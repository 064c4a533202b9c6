"""Two editions side by side: which texts, in which language, in which words they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notices.firm.languages import CODES, REQUIRED
from notices.lib.diff import Block, Run, compare
from notices.lib.markdown.links import readable_links

from ..models import Edition

SECTIONS: tuple[tuple[str, Promise], ...] = (
    ("title", gettext_lazy("Title")),
    ("summary", gettext_lazy("In short")),
    ("text", gettext_lazy("Full text")),
)
# Fewer unchanged paragraphs than this stay visible around a change.
FOLDED_FROM = 3
HEADING_MARK = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
EMPHASIS = re.compile(r"\*\*|__")
TABLE_RULE = re.compile(r"^\|[-: |]+\|[ \t]*$", re.MULTILINE)
TABLE_ROW = re.compile(r"^\|(.+)\|[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Side:
    """One paragraph as it stood in the old and in the new text, for two columns."""

    old: Sequence[Run]
    new: Sequence[Run]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs in a row that all changed, or that all stayed the same."""

    changed: bool
    blocks: Sequence[Block]

    @property
    def sides(self) -> list[Side]:
        return [
            Side(
                [run for run in block.runs if run.kind != "added"],
                [run for run in block.runs if run.kind != "removed"],
            )
            for block in self.blocks
        ]

    @property
    def is_folded(self) -> bool:
        return not self.changed and len(self.blocks) >= FOLDED_FROM

    @property
    def unchanged_sentence(self) -> str:
        """Say how many paragraphs stayed the same."""
        count = len(self.blocks)
        text = ngettext(
            "%(counter)s unchanged paragraph", "%(counter)s unchanged paragraphs", count
        )
        return text % {"counter": count}


@dataclass(frozen=True, slots=True)
class Section:
    """One text of an edition, and how it became that of the other."""

    name: Promise
    stretches: Sequence[Stretch]

    @property
    def changed_stretches(self) -> list[Stretch]:
        return [stretch for stretch in self.stretches if stretch.changed]

    @property
    def changes(self) -> int:
        return sum(len(stretch.blocks) for stretch in self.stretches if stretch.changed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the words of `old` became those of `new`, in the language both have."""

    old: Edition
    new: Edition
    language: str
    sections: Sequence[Section]

    @property
    def changes(self) -> int:
        return sum(section.changes for section in self.sections)

    @property
    def is_backwards(self) -> bool:
        """Say whether the text called new is the older one."""
        old, new = self.old.in_force_from, self.new.in_force_from
        return old is not None and new is not None and new < old

    @property
    def sentence(self) -> str:
        """Say how many paragraphs differ."""
        if not self.changes:
            return _("The two texts are the same.")
        count = self.changes
        text = ngettext("%(counter)s paragraph differs.", "%(counter)s paragraphs differ.", count)
        return text % {"counter": count}


def compare_editions(old: Edition, new: Edition, language: str) -> Comparison:
    """Compare in `language`; in German where one of the two has no such text."""
    if not (getattr(old, f"text_{language}") and getattr(new, f"text_{language}")):
        language = REQUIRED
    sections = [
        Section(name, _stretches(_words(old, field, language), _words(new, field, language)))
        for field, name in SECTIONS
    ]
    return Comparison(old, new, language, sections)


def comparisons(in_force: Edition | None, edition: Edition) -> list[Comparison]:
    """Return how the text in force becomes that of `edition`, in each language that both have."""
    if in_force is None:
        return []
    found = [compare_editions(in_force, edition, language) for language in CODES]
    # Where one side has no such text the comparison is the required one again.
    return [one for one, language in zip(found, CODES, strict=True) if one.language == language]


def _words(edition: Edition, field: str, language: str) -> str:
    """Return the source without the marks that readers of the page never see."""
    source = getattr(edition, f"{field}_{language}") or ""
    source = EMPHASIS.sub("", HEADING_MARK.sub("\n", readable_links(source)))
    # Every row of a table is a paragraph: its cells are told one after the other.
    return TABLE_ROW.sub(r"\n\1\n", TABLE_RULE.sub("", source))


def _stretches(old: str, new: str) -> list[Stretch]:
    grouped = groupby(compare(old, new), key=lambda block: block.kind != "same")
    return [Stretch(changed, list(blocks)) for changed, blocks in grouped]

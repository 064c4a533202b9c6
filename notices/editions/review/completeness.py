"""Does a privacy notice say everything that Articles 13 and 14 of the GDPR ask for?

Words, not law: the list finds what is forgotten, a person judges what is written. No database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import CODES, REQUIRED, name_of
from notices.lib.words import words_of

from ..models import Notice

KINDS = (Notice.Kind.PRIVACY, Notice.Kind.WEBSITE_PRIVACY)
# More than a notice ever holds; what stands behind it is not looked at.
LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be said; the words that show it are data of each language."""

    key: str
    name: Promise
    in_heading: bool = False
    only_article_14: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a text in one language does not say."""

    key: str
    name: str | Promise
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist: in which languages it is missing, and whether it has to be said.

    A text without a transfer needs no basis for one; then nothing is missing and nothing there.
    """

    name: str | Promise
    missing_in: tuple[str, ...]
    is_needed: bool = True

    @property
    def missing_words(self) -> str:
        """Return the languages that lack it: "German, English"."""
        return ", ".join(map(name_of, self.missing_in))


ITEMS: tuple[Item, ...] = (
    Item("controller", _("who is responsible, with contact")),
    Item("officer", _("how to reach the data protection officer")),
    Item("purposes", _("purposes of the processing")),
    Item("legal-basis", _("legal basis")),
    Item("interest", _("which legitimate interest it is")),
    Item("recipients", _("who receives the data")),
    Item("third-country", _("whether data go to a country outside the EU")),
    Item("transfer-basis", _("on what basis data go to a country outside the EU")),
    Item("transfer-copy", _("how to get a copy of the clauses")),
    Item("storage", _("how long data are kept")),
    Item("access", _("right of access")),
    Item("rectification", _("right to correction")),
    Item("erasure", _("right to deletion")),
    Item("restriction", _("right to restriction")),
    Item("portability", _("right to data portability")),
    Item("objection", _("right to object, in a section of its own"), in_heading=True),
    Item("withdrawal", _("that consent can be withdrawn")),
    Item("complaint", _("complaint to the supervisory authority")),
    Item("must-give", _("whether data must be given")),
    Item("automated", _("automated decisions")),
    Item("categories", _("which data are processed"), in_heading=True, only_article_14=True),
    Item("source", _("where the data come from"), only_article_14=True),
)

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
_FOLD = re.IGNORECASE


def is_checked(kind: str) -> bool:
    """Say whether texts of this kind have to say what Articles 13 and 14 ask for."""
    return kind in KINDS


def gaps(kind: str, texts: Mapping[str, str]) -> list[Gap]:
    """Return what is missing by name; a language without any text is missing as a whole elsewhere.

    `texts` holds the full text per language, summary left out: that never says more.
    """
    if not is_checked(kind):
        return []
    return [
        gap
        for language in CODES
        # Of a language without such data nothing is assumed, neither that it is there nor missing.
        if words_of(language).notice and (texts.get(language, "").strip() or language == REQUIRED)
        for gap in _gaps_in(texts.get(language, "")[:LIMIT], kind, language)
    ]


def checklist(kind: str, texts: Mapping[str, str]) -> list[Line]:
    """Return every item of the list in its order, each with the languages that lack it."""
    if not is_checked(kind):
        return []
    missing: dict[str, list[Gap]] = {}
    for gap in gaps(kind, texts):
        missing.setdefault(gap.key, []).append(gap)
    lines = [
        Line(
            item.name,
            tuple(gap.language for gap in missing.pop(item.key, [])),
            any(_is_needed(item, text[:LIMIT], language) for language, text in texts.items()),
        )
        for item in _items(kind)
    ]
    return [
        *lines,
        *(Line(gap.name, (gap.language,)) for rest in missing.values() for gap in rest),
    ]


def _items(kind: str) -> list[Item]:
    # Data on a website come from the reader's own browser: Article 14 asks for nothing there.
    return [
        item for item in ITEMS if not (item.only_article_14 and kind == Notice.Kind.WEBSITE_PRIVACY)
    ]


def _gaps_in(text: str, kind: str, language: str) -> Iterator[Gap]:
    for item in _items(kind):
        if _is_needed(item, text, language) and not _is_said(item, text, language):
            yield Gap(item.key, item.name, language)
    for purpose in _purposes_without_basis(text, language):
        name = format_lazy(_("legal basis of the purpose “{purpose}”"), purpose=purpose)
        yield Gap(f"basis/{language}/{purpose}", name, language)


def _is_needed(item: Item, text: str, language: str) -> bool:
    condition = _pattern("needed_if", item, language)
    return not condition or bool(re.search(condition, text, _FOLD))


def _is_said(item: Item, text: str, language: str) -> bool:
    says, also = _pattern("says", item, language), _pattern("also", item, language)
    if item.in_heading:
        text = "\n".join(match.group(2) for match in _HEADING.finditer(text))
    if not also:
        return bool(re.search(says, text, _FOLD))
    # Both in one section: a phone number elsewhere reaches nobody who is named here.
    return any(
        re.search(says, section, _FOLD) and re.search(also, section, _FOLD)
        for _level, _name, section in _sections(text)
    )


def _pattern(kind: str, item: Item, language: str) -> str:
    found: Mapping[str, str] = words_of(language).notice.get(kind, {})
    return found.get(item.key, "")


def _purposes_without_basis(text: str, language: str) -> Iterator[str]:
    """Yield each purpose with a heading of its own under "Wozu ..." that names no legal basis."""
    known = words_of(language).notice
    inside = 0
    for level, name, section in _sections(text):
        if inside and level > inside:
            if not re.search(known["basis"], section, _FOLD):
                yield name
            continue
        opens = level and re.search(known["purpose_heading"], name, _FOLD)
        inside = level if opens else 0


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield level, heading and whole text (with its heading) of every section, in order."""
    starts = [*_HEADING.finditer(text)]
    first = starts[0].start() if starts else len(text)
    if text[:first].strip():
        yield 0, "", text[:first]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends[: len(starts)], strict=True):
        yield len(match.group(1)), match.group(2).strip(), text[match.start() : end]

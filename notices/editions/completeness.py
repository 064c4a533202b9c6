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

from .models import Notice

LANGUAGES = ("de", "en")
KINDS = (Notice.Kind.PRIVACY, Notice.Kind.WEBSITE_PRIVACY)
# More than a notice ever holds; what stands behind it is not looked at.
LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be said: its name, and the words that show it, per language.

    `also` has to stand in the same section; `needed_if` makes the item conditional.
    """

    key: str
    name: Promise
    says: Mapping[str, str]
    also: Mapping[str, str] | None = None
    needed_if: Mapping[str, str] | None = None
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


REACH = r"@|telefon|phone|tel\b|\+?\d[\d /()-]{5,}\d|\d{5} \w"
USA = r"\busa\b|vereinigte[nr]? staaten|united states|drittland|drittstaat|third countr"

ITEMS: tuple[Item, ...] = (
    Item(
        "controller",
        _("who is responsible, with contact"),
        {"de": r"verantwortlich", "en": r"\bcontroller\b|\bresponsible\b"},
        {"de": REACH, "en": REACH},
    ),
    Item(
        "officer",
        _("how to reach the data protection officer"),
        {"de": r"datenschutzbeauftragt", "en": r"data[ -]protection officer"},
        {"de": REACH, "en": REACH},
    ),
    Item(
        "purposes",
        _("purposes of the processing"),
        {
            "de": r"\bzwecke?[ns]?\b|\bwozu\b|\bwofür\b|\bdazu\b|um ihnen|nur,? um ",
            "en": r"\bpurposes?\b|what we process data for|\bwhy we\b|in order to|only to\b",
        },
    ),
    Item(
        "legal-basis",
        _("legal basis"),
        {
            "de": r"\b(?:artikel|art\.) ?6\b|rechtsgrundlage",
            "en": r"\b(?:article|art\.) ?6\b|legal bas[ie]s",
        },
    ),
    Item(
        "interest",
        _("which legitimate interest it is"),
        {
            "de": r"(?:interesse|es)\s+(?:ist|sind|besteht|liegt)\b|interesse[^.]{0,80}[:,]",
            "en": r"(?:interests?|it)\s+(?:is|are|lies)\b|interests?[^.]{0,80}[:,]",
        },
        needed_if={
            "de": r"berechtigte[nsr]? interesse|buchstabe f\b|lit\. ?f\b",
            "en": r"legitimate interest|6\(1\)\(f\)|point \(f\)",
        },
    ),
    Item(
        "recipients",
        _("who receives the data"),
        {
            "de": r"empfänger|wer die daten (?:bekommt|erhält)|geben[^.]{0,60} weiter",
            "en": r"recipients?\b|who (?:receives|gets) the data|we (?:pass|share)",
        },
    ),
    Item(
        "third-country",
        _("whether data go to a country outside the EU"),
        {
            "de": USA + r"|außerhalb der (?:eu|europäischen)|innerhalb der eu\b",
            "en": USA + r"|outside (?:of )?the (?:eu|eea|european)|within the eu\b",
        },
    ),
    Item(
        "transfer-basis",
        _("on what basis data go to a country outside the EU"),
        {
            "de": r"standardvertragsklausel|angemessenheitsbeschluss|datenschutzrahmen"
            r"|artikel 4[5-9]\b",
            "en": r"standard contractual clauses|adequacy decision|privacy framework"
            r"|article 4[5-9]\b",
        },
        needed_if={"de": USA, "en": USA},
    ),
    Item(
        "transfer-copy",
        _("how to get a copy of the clauses"),
        {"de": r"\bkopie\b|\babschrift\b", "en": r"\bcop(?:y|ies)\b"},
        needed_if={
            "de": r"standardvertragsklausel|artikel 4[67]\b",
            "en": r"standard contractual clauses|article 4[67]\b",
        },
    ),
    Item(
        "storage",
        _("how long data are kept"),
        {
            "de": r"wie lange|speicherdauer|\blöschen\b|gelöscht|aufbewahr",
            "en": r"how long|retention|\bdelete\b|deleted|\bkeep [^.]{0,60}(?:for|until)\b",
        },
        {
            "de": r"\d+ (?:tage?n?|wochen?|monate?n?|jahre?n?|stunden?)\b|\bbis\b|solange"
            r"|sobald|\bwenn\b|während",
            "en": r"\d+ (?:days?|weeks?|months?|years?|hours?)\b|\buntil\b|as long as|\bonce\b"
            r"|\bwhen\b|\bduring\b",
        },
    ),
    Item("access", _("right of access"), {"de": r"auskunft", "en": r"\baccess\b"}),
    Item(
        "rectification",
        _("right to correction"),
        {"de": r"berichtig", "en": r"correction|rectif"},
    ),
    Item("erasure", _("right to deletion"), {"de": r"löschung", "en": r"deletion|erasure"}),
    Item(
        "restriction",
        _("right to restriction"),
        {"de": r"einschränk", "en": r"restriction"},
    ),
    Item(
        "portability",
        _("right to data portability"),
        {"de": r"übertragbarkeit|mitnahme|mitnehmen", "en": r"portab"},
    ),
    Item(
        "objection",
        _("right to object, in a section of its own"),
        {"de": r"widerspr(?:uch|echen)", "en": r"\bobject(?:ion)?\b"},
        in_heading=True,
    ),
    Item(
        "withdrawal",
        _("that consent can be withdrawn"),
        {
            "de": r"einwilligung[^.]{0,120}widerruf|widerruf[^.]{0,120}einwilligung"
            r"|ein(?:willigung|gewilligt)[^#]{0,300}\bwiderrufen\b",
            "en": r"withdraw[^.]{0,120}consent|consent[^.]{0,120}withdraw"
            r"|consented[^#]{0,300}\bwithdraw\b",
        },
        needed_if={
            "de": r"einwillig|buchstabe a\b|lit\. ?a\b",
            "en": r"\bconsent|6\(1\)\(a\)",
        },
    ),
    Item(
        "complaint",
        _("complaint to the supervisory authority"),
        {"de": r"beschwer", "en": r"complain"},
        {"de": r"aufsichtsbehörde|beauftragte|behörde", "en": r"authority|commissioner"},
    ),
    Item(
        "must-give",
        _("whether data must be given"),
        {
            "de": r"freiwillig|vorgeschrieben|müssen (?:sie|uns)[^.]{0,40}angeben"
            r"|angeben[^.]{0,40}müssen",
            "en": r"voluntary|obliged to (?:give|provide)|have to (?:give|provide)"
            r"|need (?:only|not) (?:give|provide)|must (?:give|provide)",
        },
    ),
    Item(
        "automated",
        _("automated decisions"),
        {"de": r"automati(?:sch|siert)", "en": r"automated"},
    ),
    Item(
        "categories",
        _("which data are processed"),
        {
            "de": r"welche daten|datenkategorie|kategorien|arten von daten",
            "en": r"which data|what data|categories|kinds of data",
        },
        in_heading=True,
        only_article_14=True,
    ),
    Item(
        "source",
        _("where the data come from"),
        {
            "de": r"woher[^.]{0,60}(?:daten|kommen)|datenquelle|quelle der daten",
            "en": r"where (?:the|your) data (?:come|is|are)|source of (?:the|your) data",
        },
        only_article_14=True,
    ),
)

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
_PURPOSE_HEADING = {
    "de": re.compile(r"\bwozu\b|\bwofür\b|\bzwecke?\b", re.IGNORECASE),
    "en": re.compile(r"process data for|\bpurposes?\b|\bwhy we\b", re.IGNORECASE),
}
_BASIS = {
    "de": re.compile(r"rechtsgrundlage|\bartikel\b|\bart\.|§|paragraf", re.IGNORECASE),
    "en": re.compile(r"legal bas[ie]s|\barticle\b|\bart\.|§|\bsections?\b", re.IGNORECASE),
}
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
        for language in LANGUAGES
        if texts.get(language, "").strip() or language == "de"
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
    return not item.needed_if or bool(re.search(item.needed_if[language], text, _FOLD))


def _is_said(item: Item, text: str, language: str) -> bool:
    if item.in_heading:
        headings = "\n".join(match.group(2) for match in _HEADING.finditer(text))
        return bool(re.search(item.says[language], headings, _FOLD))
    if item.also is None:
        return bool(re.search(item.says[language], text, _FOLD))
    # Both in one section: a phone number elsewhere reaches nobody who is named here.
    return any(
        re.search(item.says[language], section, _FOLD)
        and re.search(item.also[language], section, _FOLD)
        for _level, _name, section in _sections(text)
    )


def _purposes_without_basis(text: str, language: str) -> Iterator[str]:
    """Yield each purpose with a heading of its own under "Wozu ..." that names no legal basis."""
    inside = 0
    for level, name, section in _sections(text):
        if inside and level > inside:
            if not _BASIS[language].search(section):
                yield name
            continue
        inside = level if level and _PURPOSE_HEADING[language].search(name) else 0


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield level, heading and whole text (with its heading) of every section, in order."""
    starts = [*_HEADING.finditer(text)]
    first = starts[0].start() if starts else len(text)
    if text[:first].strip():
        yield 0, "", text[:first]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends[: len(starts)], strict=True):
        yield len(match.group(1)), match.group(2).strip(), text[match.start() : end]

"""Decide whether a change of a published text is a typing error or changes what it says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_WORDS = 3
MOST_EDITS = 2


class Reason(StrEnum):
    """Why a change counts as a change of meaning."""

    NOTHING = "nothing"
    TOO_MANY = "too_many"
    TOO_DIFFERENT = "too_different"
    STRUCTURE = "structure"
    NUMBER = "number"
    LINK = "link"
    DATE = "date"
    NEGATION = "negation"
    QUANTIFIER = "quantifier"
    DUTY = "duty"
    NAME = "name"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Change:
    """One word that differs, in the field it stands in."""

    field: str
    position: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What differs, and every reason why it needs a second person; none: a correction."""

    changes: tuple[Change, ...]
    reasons: frozenset[Reason]

    @property
    def is_correction(self) -> bool:
        return not self.reasons


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DATES = _words(
    "januar jänner februar märz april mai juni juli august september oktober november dezember "
    "january february march may june july october december montag dienstag mittwoch donnerstag "
    "freitag samstag sonnabend sonntag monday tuesday wednesday thursday friday saturday sunday "
    "heute gestern morgen today yesterday tomorrow tag tage tagen woche wochen monat monate "
    "monaten jahr jahre jahren day days week weeks month months year years stunde stunden hour "
    "hours minute minuten minutes vor nach bis ab before after until from since seit"
)
NEGATIONS = _words(
    "nicht nichts nie niemals niemand niemandem niemanden nirgends ohne weder noch nein außer "
    "not no nor never none nothing nobody nowhere neither without cannot except unless "
    "cant wont dont isnt arent doesnt didnt wasnt hasnt havent mustnt shouldnt an aus ein on off"
)
QUANTIFIERS = _words(
    "alle allen aller alles allem jede jeder jedes jedem jeden beide beiden einige einigen "
    "manche manchen mehr mehrere mehreren meist meiste meisten viele vielen wenig wenige wenigen "
    "weniger nur immer stets oft selten manchmal höchstens mindestens etwa ganz teils "
    "all any each every both some few fewer many more most much less least only always often "
    "seldom sometimes about half einmal zweimal once twice eins zwei drei vier fünf sechs sieben "
    "acht neun zehn zwölf one two three four five six seven eight nine ten twelve hundred tausend"
)
DUTIES = _words(
    "kann kannst können könnte darf dürfen dürfte muss müssen müsste soll sollen sollte will "
    "wollen wird werden wurde can could may might must shall should would will"
)
NAMES = _words("zoom microsoft google gmbh ag kg inc llc ltd irland ireland usa eu")
PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "miss", "mis", "anti", "de")

# Everything else in a changed word could be Markdown or part of an address.
PLAIN = re.compile(r"[\"„“”‚‘’']*[^\W\d_]+(?:[-'’][^\W\d_]+)*[.,;:!\"“”‘’']*")
LINK = re.compile(r"://|www\.|@|\]|\[|<|>|\w\.\w|/", re.IGNORECASE)
INNER_CAPITAL = re.compile(r"[^\W\d_][A-ZÄÖÜ]")
# A heading over a section that says who gets the data: every word in it may name one of them.
HEADING = re.compile(r"^#{1,6}[ \t]+(.*)$", re.MULTILINE)
RECIPIENTS = re.compile(
    r"empfäng|(?:wer|an wen) .*(?:bekommt|erhält|sieht|geben|weiter)|weitergabe|auftragsverarbeit|"
    r"dienstleister|recipient|who (?:receives|gets|sees)|shared with|processor",
    re.IGNORECASE,
)
SENTENCE_END = (".", "!", "?", ":")


def decide(old: Mapping[str, str], new: Mapping[str, str], names: Iterable[str] = ()) -> Decision:
    """Compare the fields of both languages; `names` are never changed without a second person."""
    changes: list[Change] = []
    reasons: set[Reason] = set()
    protected = NAMES | {word for name in names for word in _letters(name)}
    for field in sorted({*old, *new}):
        before, after = _parts(old.get(field, "")), _parts(new.get(field, ""))
        # Blank space is structure: paragraphs, lists, headings hang on it.
        if before[1::2] != after[1::2]:
            reasons.add(Reason.STRUCTURE)
            continue
        words = list(zip(before[::2], after[::2], strict=True))
        for position, (was, now) in enumerate(words):
            if was != now:
                changes.append(Change(field, position, was, now))
                previous = words[position - 1][0] if position else ""
                starts = not previous or previous.endswith(SENTENCE_END)
                reasons |= _reasons(was, now, protected)
                if _is_about_recipients("".join(before[: 2 * position])):
                    reasons.add(Reason.RECIPIENT)
                if field.endswith("_en") and not starts and _is_capital(was, now):
                    reasons.add(Reason.NAME)
    if len(changes) > MOST_WORDS:
        reasons.add(Reason.TOO_MANY)
    if not changes and not reasons:
        reasons.add(Reason.NOTHING)
    return Decision(tuple(changes), frozenset(reasons))


def apply(changes: Iterable[Change], texts: Mapping[str, str]) -> dict[str, str] | None:
    """Make the same word changes in other `texts`; None if a word is not there exactly once."""
    result = dict(texts)
    for change in changes:
        parts = _parts(result.get(change.field, ""))
        places = [index for index, part in enumerate(parts) if part == change.old]
        if len(places) != 1:
            return None
        parts[places[0]] = change.new
        result[change.field] = "".join(parts)
    return result


def distance(one: str, other: str) -> int:
    """Return how many letters have to be added, removed or replaced."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def _reasons(old: str, new: str, names: frozenset[str] | set[str]) -> set[Reason]:
    reasons: set[Reason] = set()
    for word in (old, new):
        if any(sign.isnumeric() for sign in word):
            reasons.add(Reason.NUMBER)
        if LINK.search(word):
            reasons.add(Reason.LINK)
        elif not PLAIN.fullmatch(word):
            reasons.add(Reason.STRUCTURE)
        letters = _letters(word)
        whole = "".join(letters)
        for reason, listed in (
            (Reason.DATE, DATES),
            (Reason.NEGATION, NEGATIONS),
            (Reason.QUANTIFIER, QUANTIFIERS),
            (Reason.DUTY, DUTIES),
            (Reason.NAME, names),
        ):
            if whole in listed or any(part in listed for part in letters):
                reasons.add(reason)
        if whole.startswith("kein"):
            reasons.add(Reason.NEGATION)
        if INNER_CAPITAL.search(word):
            reasons.add(Reason.NAME)
    one, other = "".join(_letters(old)), "".join(_letters(new))
    if any(one.startswith(prefix) != other.startswith(prefix) for prefix in PREFIXES):
        reasons.add(Reason.NEGATION)
    # "don't": the apostrophe alone must not hide the negation.
    if one.endswith("nt") != other.endswith("nt"):
        reasons.add(Reason.NEGATION)
    if distance(old, new) > MOST_EDITS:
        reasons.add(Reason.TOO_DIFFERENT)
    return reasons


def _is_about_recipients(text_before: str) -> bool:
    """Say whether the last heading of `text_before` is about who gets the data."""
    headings = HEADING.findall(text_before)
    return bool(headings) and RECIPIENTS.search(headings[-1]) is not None


def _is_capital(*words: str) -> bool:
    return any(word.lstrip("\"'“‘")[:1].isupper() for word in words)


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _parts(text: str) -> list[str]:
    return re.split(r"(\s+)", text)

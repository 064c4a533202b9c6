"""Turn text into the word stems by which a search compares it: text in, stems out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from .folding import fold, fold_accents

# Raised whenever the same text gives other stems, so that stored ones are made again.
VERSION = 1

# Longer words are cut: nobody types them, and a column must hold them.
LONGEST = 60
SHORTEST_PART = 3
SHORTEST_SPELLING = 5

_WORD = re.compile(r"[^\W_]+(?:\xad[^\W_]+)*")
_CLAUSE_END = re.compile(r"[.,;:!?()\n„“”\"–—]")

_STOP = {
    "de": """
        aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis bitte da
        dann dabei damit das dass daß dein deine dem den denn der des dich die dies diese diesem
        diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwa
        euch euer für gar gibt hab habe haben hat hatte hätte hier ich ihm ihn ihnen ihr ihre
        ihrem ihren ihrer ihres im in ist ja jede jedem jeden jeder jedes jetzt kann kannst kein
        keine keinem keinen keiner können könnte lassen machen man mein meine meinem meinen meiner
        meines mich mir mit möchte muss müssen nach nicht nichts noch nun nur ob oder ohne per
        schon sehr sein seine sich sie sind so soll sollen über um und uns unser unsere unserem
        unseren unserer unter vom von vor wann war waren warum was weil welche welchem welchen
        welcher welches wem wen wenn wer werde werden wer weder wie wieso will wir wird wo wollen
        worden wurde würde wurden zu zum zur
    """,
    "en": """
        a about all am an and any are as at be been but by can could did do does for from had has
        have he her here him his how i if in into is it its just me may might must my of on or our
        out please shall she should so some than that the their them then there these they this
        those to up us was we were what when where which while who why will with would you your
    """,
}

# What a German verb can put in front of itself and drop at the end of a clause, longest first.
_PARTICLES = (
    *("zusammen", "herein", "hinein", "weiter", "zuruck", "durch", "fern", "fest", "fort"),
    *("frei", "nach", "teil", "auf", "aus", "bei", "ein", "her", "hin", "los", "mit", "vor", "weg"),
    *("ab", "an", "um", "zu"),
)
_PARTICLE = "|".join(_PARTICLES)
_PARTICIPLE = re.compile(rf"(?P<before>{_PARTICLE}|)ge(?P<root>\w{{3,}}?)(?:e?t|en)$")
_WITH_ZU = re.compile(rf"(?P<before>{_PARTICLE})zu(?P<root>\w{{3,}}e?n)$")
_PERSON = re.compile(r"(?P<root>\w{4,}?)e?t$")
_NOUN = re.compile(r"(?P<root>\w{4,})ung$")
_FORMS = ((_PARTICIPLE, "en"), (_WITH_ZU, ""), (_PERSON, "en"), (_NOUN, "en"))

# Roots whose vowel changes, as they stand at the end of a stem.
_ROOTS = {
    "nomm": "nehm",
    "nahm": "nehm",
    "nimm": "nehm",
    "sproch": "sprech",
    "spruch": "sprech",
    "sprach": "sprech",
    "sprich": "sprech",
    "gab": "geb",
    "gib": "geb",
    "sah": "seh",
    "sieh": "seh",
    "lies": "les",
    "schrieb": "schreib",
    "schnitt": "schneid",
    "rief": "ruf",
    "hielt": "halt",
    "tritt": "tret",
    "trat": "tret",
    "trug": "trag",
    "schloss": "schliess",
    "wies": "weis",
    "lud": "lad",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, how it is folded, and the stems that it counts as."""

    start: int
    end: int
    folded: str
    stems: tuple[str, ...]


def words(text: str, language: str) -> list[Word]:
    """Return the words of `text` that carry meaning, each with its stems, the plain one first."""
    found: list[Word] = []
    start = 0
    for end in [match.start() for match in _CLAUSE_END.finditer(text)] + [len(text)]:
        found += _clause(text, start, end, language)
        start = end
    return found


def stems(text: str, language: str) -> list[str]:
    """Return every stem of `text`, in reading order."""
    return [stem for word in words(text, language) for stem in word.stems]


@lru_cache(maxsize=50_000)
def stems_of(word: str, language: str) -> tuple[str, ...]:
    """Return the stems of one word: the plain one, then those that join its other forms."""
    folded = folded_word(word, language)
    plain = _stem(folded, language)
    if language != "de":
        return (plain,)
    found = [plain]
    # "Speicherung" and "speichern" meet only when the stem is stemmed again.
    while (again := _stem(found[-1], language)) != found[-1] and len(again) > SHORTEST_PART:
        found.append(again)
    for pattern, ending in _FORMS:
        # The plain stem too: "gespeicherte" is "gespeichert" with an ending.
        match = pattern.match(folded) or pattern.match(plain)
        if match:
            before = match.groupdict().get("before") or ""
            found.append(_stem(before + match["root"] + ending, language))
            found.append(before + match["root"])
    found += [root for stem in found if (root := _root(stem)) != stem]
    return tuple(dict.fromkeys(stem[:LONGEST] for stem in found if len(stem) > 1))


def folded_word(word: str, language: str) -> str:
    """Return a word as it is compared; umlauts are a German matter."""
    return (fold if language == "de" else fold_accents)(word)[:LONGEST]


def spellings(stem: str) -> set[str]:
    """Return `stem` and what is left when one letter drops out: near words share one of them."""
    if len(stem) < SHORTEST_SPELLING:
        return {stem}
    return {stem} | {stem[:place] + stem[place + 1 :] for place in range(len(stem))}


def is_near(typed: str, known: str) -> bool:
    """Say whether `typed` is `known` with a typing mistake: one, or two in a long word."""
    allowed = 1 if len(known) < 8 else 2
    if min(len(typed), len(known)) < SHORTEST_SPELLING or abs(len(typed) - len(known)) > allowed:
        return False
    return _distance(typed, known) <= allowed


def parts(folded: str, language: str, *, middles: bool = True) -> set[str]:
    """Return the stems of everything of which a word could be made, in two parts or in three."""
    places = range(SHORTEST_PART, len(folded) - SHORTEST_PART)
    found = {half for place in places for half in (folded[:place], folded[place:])}
    if middles:
        found |= {
            folded[start:end] for start in places for end in places if end - start > SHORTEST_PART
        }
    return {stem for part in found for stem in stems_of(part, language)}


def split(folded: str, language: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the two or three known words of which a word is made, or nothing.

    Letters that only join two words drop out with the endings. Of several ways the one with the
    fewest parts is taken, then the one whose shortest part is longest.
    """
    best: tuple[str, ...] = ()
    for place in range(SHORTEST_PART, len(folded) - SHORTEST_PART):
        left, right = folded[:place], folded[place:]
        if not _is_known(left, language, known):
            continue
        rest = (right,) if _is_known(right, language, known) else _in_two(right, language, known)
        if rest and (not best or _shape((left, *rest)) > _shape(best)):
            best = (left, *rest)
    return best


def snippet(
    text: str, wanted: AbstractSet[str], language: str, length: int = 220
) -> list[tuple[str, bool]]:
    """Cut the part of `text` that holds most of `wanted`; each piece says whether it is a hit."""
    hits = [word for word in words(text, language) if not wanted.isdisjoint(word.stems)]
    start = _best_start(text, hits, length)
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for word in hits:
        if word.start >= at and word.end <= end:
            pieces += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    pieces.append((text[at:end].rstrip(), False))
    if end < len(text):
        pieces.append((" …", False))
    return [piece for piece in pieces if piece[0]]


def _clause(text: str, start: int, end: int, language: str) -> Iterator[Word]:
    matches = list(_WORD.finditer(text, start, end))
    folded = [folded_word(match.group(), language) for match in matches]
    particle = folded[-1] if language == "de" and len(folded) > 1 else ""
    if particle not in _PARTICLES:
        particle = ""
    for place, (match, word) in enumerate(zip(matches, folded, strict=True)):
        if word in _STOPPED[language] or (particle and place == len(folded) - 1):
            continue
        found = stems_of(match.group(), language)
        # "schalten Sie die Kamera ein" counts as "einschalten"; nouns do not drop a particle.
        if particle and (place == 0 or not match.group()[0].isupper()):
            found = (*found, *(particle + stem for stem in found if len(stem) >= SHORTEST_PART))
        if found:
            yield Word(match.start(), match.end(), word, found)


def _root(stem: str) -> str:
    for ending, root in _ROOTS.items():
        if stem.endswith(ending):
            return stem.removesuffix(ending) + root
    return stem


def _is_known(part: str, language: str, known: Collection[str]) -> bool:
    return any(stem in known for stem in stems_of(part, language))


def _in_two(folded: str, language: str, known: Collection[str]) -> tuple[str, ...]:
    places = range(SHORTEST_PART, len(folded) - SHORTEST_PART)
    found = [
        (folded[:place], folded[place:])
        for place in places
        if _is_known(folded[:place], language, known) and _is_known(folded[place:], language, known)
    ]
    return max(found, key=_shape, default=())


def _shape(found: Sequence[str]) -> tuple[int, int]:
    """Prefer few parts, then long ones."""
    return -len(found), min(map(len, found))


def _best_start(text: str, hits: Sequence[Word], length: int) -> int:
    """Return the beginning of the sentence from which most different hits can be seen."""
    best, most = 0, 0
    for word in hits:
        start = max(text.rfind(sign, 0, word.start) for sign in (". ", "? ", "! ", "\n"))
        start = start + 2 if start > 0 and text[start] != "\n" else start + 1
        if word.end - start > length:
            start = text.rfind(" ", 0, max(word.start - length // 3, 1)) + 1
        seen = {one.folded for one in hits if one.start >= start and one.end <= start + length}
        if len(seen) > most:
            best, most = start, len(seen)
    return best


def _distance(one: str, other: str) -> int:
    """Count the letters to add, drop, change or swap with a neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


@lru_cache(maxsize=100_000)
def _stem(folded: str, language: str) -> str:
    # A stemmer keeps state while it works, so threads must not share one.
    return str(snowballstemmer.stemmer(_STEMMERS[language]).stemWord(folded))


def _folded_all(listed: Iterable[str], language: str) -> frozenset[str]:
    return frozenset(folded_word(word, language) for word in listed)


_STEMMERS = {"de": "german", "en": "english"}
_STOPPED = {language: _folded_all(listed.split(), language) for language, listed in _STOP.items()}

"""Communities as a spreadsheet gives them: bytes in, rows and errors by line out. No database."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Far more than anybody manages; a wrong file is told so instead of being read for minutes.
MOST_ROWS = 2000
MOST_BYTES = 2_000_000

# What each column may be called, the first name as the sample file has it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("nummer", "objekt", "objektnummer", "number"),
    "name": ("name", "gemeinschaft", "community"),
    "street": ("straße", "strasse", "straße und hausnummer", "street"),
    "postal_code": ("plz", "postleitzahl", "postal code"),
    "city": ("ort", "stadt", "city"),
    "controller": ("verantwortlich", "controller"),
    "joint_terms": ("vereinbarung", "joint terms"),
    "contact": ("kontakt", "ansprechstelle", "contact"),
    "phone": ("telefon", "phone"),
    "email": ("e-mail", "email", "mail"),
    "firm": ("firma", "firm"),
    "hybrid_resolved_on": ("hybrid beschlossen", "hybrid resolved"),
    "hybrid_since": ("hybrid seit", "hybrid since"),
    "hybrid_until": ("hybrid bis", "hybrid until"),
    "virtual_resolved_on": ("virtuell beschlossen", "virtual resolved"),
    "virtual_since": ("virtuell seit", "virtual since"),
    "virtual_until": ("virtuell bis", "virtual until"),
    "physical_waived": ("verzicht auf präsenz", "verzicht", "waived"),
    "physical_meeting": ("letzte präsenzversammlung", "last physical meeting"),
}
REQUIRED = ("number", "name", "street", "postal_code", "city")
DATES = (
    *(name for name in COLUMNS if name.endswith(("_on", "_since", "_until"))),
    "physical_meeting",
)
CONTROLLERS = {
    "": "community",
    **dict.fromkeys(("gemeinschaft", "community", "gdwe"), "community"),
    **dict.fromkeys(("verwaltung", "verwalter", "manager"), "manager"),
    **dict.fromkeys(("gemeinsam", "beide", "joint"), "joint"),
}
YES = ("ja", "yes", "x", "1", "wahr", "true")
NO = ("", "nein", "no", "0", "falsch", "false")
# A spreadsheet would run what begins so, in wide letters too; a telephone number may have a plus.
FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
TELEPHONE = re.compile(r"\+[\d ()/.\-]+")
# What an umlaut in UTF-8 becomes when it is read as Windows-1252.
GARBLED = re.compile("Ã[¤¶¼„–œŸ]")
# Postal codes have five digits; spreadsheets take the first one of 01067 for nothing.
ZERO_LOST = re.compile(r"\d{4}")
NOTHING = ("-", "–", "—")
# Two communities do not share all of these.
SAME = ("name", "street", "postal_code", "city")
MIDNIGHT = r"(?:[ T]00:00(?::00)?)?"
GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})" + MIDNIGHT)
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + MIDNIGHT)
SEPARATORS = (";", ",", "\t")
BLANK = ' \t\r\n;,"\ufeff'
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which line of the file as an editor counts them; 0: all of it."""

    line: int
    words: str

    def __str__(self) -> str:
        if not self.line:
            return self.words
        return _("Line %(line)d: %(words)s") % {"line": self.line, "words": self.words}


@dataclass(slots=True)
class Line:
    """One community as the file has it; `given` names the columns that the file has."""

    line: int
    texts: dict[str, str]
    dates: dict[str, date | None]
    controller: str | None = None
    physical_waived: bool = False


@dataclass(slots=True)
class Table:
    """What could be read of a file and what could not."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8 or Windows-1252, as spreadsheets write them."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A few bytes mean nothing there; nothing typed may vanish silently.
        return content.decode("cp1252", errors="strict")


def read(content: bytes) -> Table:
    """Read all lines; a file with any problem is not to be imported."""
    if len(content) > MOST_BYTES:
        return _refused(_("The file is too large: at most 2 MB."))
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        return _refused(_("The file is neither UTF-8 nor Windows-1252. Save it as CSV again."))
    if "\x00" in text:
        return _refused(_("This is no CSV file. Save the table as CSV."))
    # Some systems write an umlaut as two signs.
    return _rows(unicodedata.normalize("NFC", text))


def _rows(text: str) -> Table:
    first, _end, rest = text.partition("\n")
    offset = 0
    if first.strip().lower().startswith("sep="):
        # Spreadsheets are told the separator so; it is no line of the table.
        text, offset = rest, 1
    header = next((line for line in text.splitlines() if line.strip(BLANK)), "")
    separator = max(SEPARATORS, key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    table = Table()
    seen: dict[str | tuple[str, ...], int] = {}
    try:
        header_cells = next((cells for cells in reader if any(map(_plain, cells))), [])
        names, problems = _header(header_cells, max(reader.line_num, 1) + offset)
        table.problems += problems
        if problems:
            return table
        start = reader.line_num + 1
        for cells in reader:
            line, start = start + offset, reader.line_num + 1
            if not any(map(_plain, cells)):
                continue
            if len(table.lines) == MOST_ROWS:
                return _refused(_("The file has more than %(n)d lines.") % {"n": MOST_ROWS})
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                words = _("There are more cells than columns. Put text with separators in quotes.")
                table.problems.append(Problem(line, words))
                continue
            table.problems += _read_line(table, names, cells, line, seen)
    except csv.Error as error:
        line = reader.line_num + offset
        words = _("The quotes in this line are not closed.")
        if "field larger" in str(error):
            words = _("A cell in this line is far too long.")
        table.problems.append(Problem(line, words))
    if not table.lines and not table.problems:
        return _refused(_("The file has no line with a community."))
    return table


def _header(cells: list[str], line: int) -> tuple[list[str], list[Problem]]:
    known = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    names = [known.get(_plain(cell).lower(), "") for cell in cells]
    unknown = [_plain(cell) for cell, name in zip(cells, names, strict=True) if not name]
    problems = [
        Problem(line, _("The column “%(name)s” is not known.") % {"name": name})
        for name in unknown
        if name
    ]
    doubled = {name for name in names if name and names.count(name) > 1}
    problems += [
        Problem(line, _("The column “%(name)s” is there twice.") % {"name": title(name)})
        for name in sorted(doubled)
    ]
    problems += [
        Problem(line, _("The column “%(name)s” is missing.") % {"name": title(name)})
        for name in REQUIRED
        if name not in names
    ]
    return names, problems


def _read_line(
    table: Table,
    names: list[str],
    cells: list[str],
    line: int,
    seen: dict[str | tuple[str, ...], int],
) -> Iterator[Problem]:
    texts = {name: _plain(cell) for name, cell in zip(names, cells, strict=False) if name}
    problems = [
        Problem(line, _("“%(name)s” is empty.") % {"name": title(name)})
        for name in REQUIRED
        if not texts.get(name)
    ]
    dates: dict[str, date | None] = {}
    for name in DATES:
        try:
            dates[name] = _day(texts.pop(name, ""))
        except ValueError:
            words = _("“%(name)s” is no date. Example: 03.05.2025") % {"name": title(name)}
            problems.append(Problem(line, words))
    said = texts.pop("controller", None)
    controller = CONTROLLERS.get((said or "").lower())
    if controller is None:
        words = _("“Verantwortlich” must be Gemeinschaft, Verwaltung or gemeinsam.")
        problems.append(Problem(line, words))
    waived = texts.pop("physical_waived", "").lower()
    if waived not in (*YES, *NO):
        problems.append(Problem(line, _("“Verzicht auf Präsenz” must be ja or nein.")))
    problems += [Problem(line, words) for name, text in texts.items() for words in _odd(name, text)]
    number = texts.get("number", "")
    if number in seen:
        words = _("The number %(number)s is in line %(line)d already.")
        problems.append(Problem(line, words % {"number": number, "line": seen[number]}))
    seen.setdefault(number, line)
    called = tuple(texts.get(name, "").lower() for name in SAME)
    if called in seen and not problems:
        words = _("The same name and address are in line %(line)d already.")
        problems.append(Problem(line, words % {"line": seen[called]}))
    seen.setdefault(called, line)
    if not problems:
        # A column that the file has not changes nothing.
        controller = None if said is None else controller
        table.lines.append(Line(line, texts, dates, controller, waived in YES))
    yield from problems


def _odd(name: str, text: str) -> Iterator[str]:
    """Say what no person would have meant to write into a cell."""
    if FORMULA.match(text) and not (name == "phone" and TELEPHONE.fullmatch(text)):
        yield _("“%(name)s” holds a formula. Write its value.") % {"name": title(name)}
    if GARBLED.search(text):
        words = _("“%(name)s” is garbled: %(text)s. Save the file as CSV in UTF-8 again.")
        yield words % {"name": title(name), "text": text[:60]}
    if name == "postal_code" and ZERO_LOST.fullmatch(text):
        words = _("“%(name)s” has lost a zero at the beginning: write 0%(text)s.")
        yield words % {"name": title(name), "text": text}


def title(name: str) -> str:
    """Return what a column is called in the sample file."""
    return TITLES[name]


TITLES: Mapping[str, str] = {
    **{name: aliases[0].capitalize() for name, aliases in COLUMNS.items()},
    "postal_code": "PLZ",
    "email": "E-Mail",
    "physical_waived": "Verzicht auf Präsenz",
    "physical_meeting": "Letzte Präsenzversammlung",
}
SAMPLE: Mapping[str, str] = {
    "number": "1001",
    "name": "GdWE Musterweg 1",
    "street": "Musterweg 1",
    "postal_code": "10000",
    "city": "Berlin",
    "controller": "Gemeinschaft",
    "contact": "Objektbetreuung",
    "phone": "030 000 001",
    "virtual_resolved_on": "03.05.2025",
    "virtual_since": "03.05.2025",
    "virtual_until": "02.05.2028",
    "physical_waived": "nein",
}
KINDS: Mapping[str, Promise] = {
    "hybrid": gettext_lazy("taking part online"),
    "virtual": gettext_lazy("meeting by video alone"),
}


def sample() -> bytes:
    """Return a file with every column and one line, as German spreadsheets open it."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(TITLES.values())
    writer.writerow(SAMPLE.get(name, "") for name in TITLES)
    return out.getvalue().encode("utf-8-sig")


def _refused(words: str) -> Table:
    return Table(problems=[Problem(0, words)])


def _plain(cell: str) -> str:
    """Return what a person sees of a cell, on one line; a stroke alone means nothing."""
    seen = "".join(sign for sign in cell if unicodedata.category(sign) != "Cf")
    plain = " ".join(UNSEEN.sub(" ", seen).split())
    return "" if plain in NOTHING else plain


def _day(text: str) -> date | None:
    if not text:
        return None
    if found := GERMAN.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    raise ValueError(text)

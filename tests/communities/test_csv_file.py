"""A spreadsheet of communities, as German programs save it: read line by line, nothing guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.communities.csv_file import COLUMNS, MOST_BYTES, TITLES, read, sample

HEAD = "Nummer;Name;Straße;PLZ;Ort"
ROW = "7;GdWE Gärtnerstraße 3;Gärtnerstraße 3;10245;Köln"


def words(content: str | bytes) -> list[str]:
    table = read(content if isinstance(content, bytes) else content.encode())
    return [str(one) for one in table.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_it_reads_what_spreadsheets_write(encoding: str, separator: str, end: str) -> None:
    text = end.join([HEAD, ROW, ""]).replace(";", separator)
    (line,) = read(text.encode(encoding)).lines
    assert line.texts["street"] == "Gärtnerstraße 3"
    assert line.texts["city"] == "Köln"


def test_a_cell_may_hold_the_separator_and_a_line_break_in_quotes() -> None:
    head = f"{HEAD};Vereinbarung"
    (line,) = read(f'{head}\n{ROW};"Erstens; dann\nzweitens"\n'.encode()).lines
    assert line.texts["joint_terms"] == "Erstens; dann zweitens"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = f'sep=;\n{HEAD};Virtuell bis\n8;"A\nB";C;1;D;\n\n{ROW};31.02.2027\n;x;y;1;z;\n'
    assert words(text) == [
        "Zeile 6: „Virtuell bis“ ist kein Datum. Beispiel: 03.05.2025",
        "Zeile 7: „Nummer“ ist leer.",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{HEAD};Farbe\n{ROW};rot", "Zeile 1: Die Spalte „Farbe“ ist nicht bekannt."),
        ("Nummer;Name\n1;A", "Zeile 1: Die Spalte „Straße“ fehlt."),
        (f"{HEAD};Ort\n{ROW};Bonn", "Zeile 1: Die Spalte „Ort“ steht zweimal da."),
        (f"{HEAD}\n{ROW}\n{ROW}", "Zeile 3: Die Nummer 7 steht schon in Zeile 2."),
        (f"{HEAD}\n{ROW}\n{ROW.replace('7;', '8;')}", "Zeile 3: Derselbe Name und dieselbe"),
        (f"{HEAD}\n7;=cmd|'/c calc'!A1;a;1;b", "Zeile 2: In „Name“ steht eine Formel."),
        (f"{HEAD}\n7;-2+3+cmd|'/c calc'!A1;a;1;b", "Zeile 2: In „Name“ steht eine Formel."),
        (f"{HEAD}\n7;\u200b=1+1;a;1;b", "Zeile 2: In „Name“ steht eine Formel."),
        (f"{HEAD}\n7;＝1+1;a;1;b", "Zeile 2: In „Name“ steht eine Formel."),
        (f"{HEAD}\n7;'=1+1;a;1;b", "Zeile 2: In „Name“ steht eine Formel."),
        (f"{HEAD};Telefon\n{ROW};+1+cmd|'/c'", "Zeile 2: In „Telefon“ steht eine Formel."),
        (f"{HEAD}\n7;GdWE GÃ¤rtner;a;1;b", "Zeile 2: „Name“ ist unleserlich: GdWE GÃ¤rtner."),
        (f"{HEAD}\n7;A;a;1067;Dresden", "Zeile 2: Bei „PLZ“ fehlt vorn eine Null"),
        (f"{HEAD}\n7;-;a;1;b", "Zeile 2: „Name“ ist leer."),
        (f"{HEAD}\n7;{'x' * 140_000};a;1;b", "Zeile 2: Eine Zelle in dieser Zeile ist viel zu"),
        (f"\n;;\n{HEAD};Farbe\n{ROW};rot", "Zeile 3: Die Spalte „Farbe“ ist nicht bekannt."),
        (f"{HEAD}\n{ROW};zu viel", "Zeile 2: Es sind mehr Zellen als Spalten."),
        (f'{HEAD}\n7;"offen;a;1;b', "Zeile 2: Die Anführungszeichen in dieser Zeile"),
        (f"{HEAD};Verantwortlich\n{ROW};niemand", "Zeile 2: „Verantwortlich“ muss"),
        (f"{HEAD};Verzicht\n{ROW};vielleicht", "Zeile 2: „Verzicht auf Präsenz“ muss"),
        (HEAD, "Die Datei enthält keine Zeile"),
        ("", "Zeile 1: Die Spalte „Nummer“ fehlt."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, problem: str) -> None:
    assert any(one.startswith(problem) for one in words(text)), words(text)


def test_a_file_that_is_no_table_is_refused_as_a_whole() -> None:
    assert words(b"PK\x03\x04\x00\x00") == [
        "Das ist keine CSV-Datei. Speichern Sie die Tabelle als CSV."
    ]
    assert "zu groß" in words(b"a" * (MOST_BYTES + 1))[0]
    # A byte that Windows-1252 does not know.
    assert "weder UTF-8 noch" in words(HEAD.encode() + b"\n7;\x81;a;1;b")[0]


def test_a_file_of_two_ways_of_writing_is_named_by_its_line() -> None:
    """A line that another program appended makes the rest unreadable, never stored as it looks."""
    head = HEAD.replace("Straße", "Strasse")
    mixed = f"{head}\n7;Gärtnerhof;a;1;b\n".encode() + "8;Käthe;a;1;b\n".encode("cp1252")
    assert words(mixed) == [
        "Zeile 2: „Name“ ist unleserlich: GÃ¤rtnerhof. "
        "Speichern Sie die Datei noch einmal als CSV in UTF-8."
    ]


def test_a_file_as_other_systems_write_it_is_read_as_it_looks() -> None:
    head = f"\n;;;;\n\ufeff{HEAD};Telefon;Kontakt;Letzte Präsenzversammlung"
    text = f"{head}\n7;Gärt\u200bner;Weg 1;1;Köln;+49 (30) 1-2;–;03.05.2025 00:00:00\n"
    (line,) = read(unicodedata.normalize("NFD", text).encode()).lines
    assert line.texts["name"] == "Gärtner"
    assert line.texts["phone"] == "+49 (30) 1-2"
    assert line.texts["contact"] == ""
    assert line.dates["physical_meeting"] == date(2025, 5, 3)


def test_dates_are_read_in_both_ways_of_writing() -> None:
    head = f"{HEAD};Hybrid seit;Virtuell seit"
    (line,) = read(f"{head}\n{ROW};3.5.2025;2025-05-03\n".encode()).lines
    assert line.dates["hybrid_since"] == line.dates["virtual_since"] == date(2025, 5, 3)


def test_the_sample_file_has_every_column_and_can_be_read() -> None:
    table = read(sample())
    assert table.problems == []
    assert set(TITLES) == set(COLUMNS)
    assert len(table.lines) == 1


@given(st.binary(max_size=300))
def test_no_file_makes_it_fail(content: bytes) -> None:
    table = read(content)
    assert table.lines or table.problems


LETTERS = st.characters(codec="cp1252", categories=["L", "N", "P", "Zs"], exclude_characters='"')


TYPED = st.text(alphabet=LETTERS, max_size=20).filter(
    lambda text: not re.search("^'*[=+@-]|^[–—]$|Ã[¤¶¼„–œŸ]", " ".join(text.split()))
)


@given(st.lists(TYPED, max_size=5))
def test_names_come_out_as_they_went_in_but_for_their_blanks(names: list[str]) -> None:
    rows = [f'{n};"{name}";a {n};1;b' for n, name in enumerate(names)]
    table = read("\n".join([HEAD, *rows]).encode("cp1252"))
    plain = [" ".join(name.split()) for name in names]
    assert [line.texts["name"] for line in table.lines] == [name for name in plain if name]

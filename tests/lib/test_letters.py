"""A letter of any word processor becomes the same Markdown; what was made to harm is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from time import perf_counter

import pytest

from notices.lib import letters, markdown
from notices.lib.letters import Fault, LetterError
from tests.letter_files import docx, docx_of, html, odt, packed

LETTER = "# Unser Brief\n\n## Zoom & wir\n\nEin Satz.\n\n1. Eins ist aus.\n2. Zwei ist an.\n\nGruß"
AS_READ = "## Zoom & wir\n\nEin Satz.\n\n1. Eins ist aus.\n2. Zwei ist an.\n\nGruß"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("Brief.docx", docx(LETTER)),
        ("brief.ODT", odt(LETTER)),
        ("brief.html", html(LETTER)),
        ("brief.md", LETTER.encode()),
        ("brief.txt", LETTER.replace("\n", "\r\n").encode("cp1252")),
        ("brief.txt", LETTER.encode("utf-16")),
    ],
)
def test_every_kind_of_file_says_the_same(name: str, raw: bytes) -> None:
    letter = letters.read(name, raw)
    assert (letter.title, letter.text) == ("Unser Brief", AS_READ)
    markdown.check(letter.text)


def fault_of(name: str, raw: bytes) -> Fault:
    with pytest.raises(LetterError) as raised:
        letters.read(name, raw)
    return raised.value.code


BOMB = packed({"word/document.xml": b"<a>" + b" " * 40_000_000})
ENTITIES = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("name", "raw", "fault"),
    [
        ("a.docx", b"", Fault.EMPTY),
        ("a.txt", b"x" * (letters.LARGEST + 1), Fault.TOO_LARGE),
        ("a.exe", b"words", Fault.UNKNOWN_ENDING),
        ("docx", b"words", Fault.UNKNOWN_ENDING),
        ("a.docx", b"words", Fault.OTHER_INSIDE),
        ("a.txt", docx("words"), Fault.OTHER_INSIDE),
        ("a.odt", docx("words"), Fault.OTHER_INSIDE),
        ("a.docx", odt("words"), Fault.OTHER_INSIDE),
        ("a.txt", b"a\x00b", Fault.OTHER_INSIDE),
        ("a.docx", b"\xd0\xcf\x11\xe0rest", Fault.OLD_WORD),
        ("a.pdf", b"%PDF-1.7", Fault.IS_PDF),
        ("a.docx", docx("words")[:200], Fault.BROKEN),
        ("a.docx", docx_of("<w:p>"), Fault.BROKEN),
        ("a.docx", b"PK\x03\x04" + bytes(range(256)), Fault.BROKEN),
        ("a.docx", BOMB, Fault.UNPACKS_TOO_LARGE),
        ("a.docx", packed({f"{n}.xml": "" for n in range(1001)}), Fault.UNPACKS_TOO_LARGE),
        ("a.docx", docx("words", {"word/vbaProject.bin": b"x"}), Fault.HAS_MACROS),
        ("a.odt", odt("words", {"Basic/Standard/a.xml": "<a/>"}), Fault.HAS_MACROS),
        ("a.docx", docx("words", {"word/comments.xml": ENTITIES}), Fault.HAS_ENTITIES),
        ("a.odt", odt("words", {"styles.xml": ENTITIES.encode("utf-16")}), Fault.HAS_ENTITIES),
        (
            "a.odt",
            odt("words", {"META-INF/manifest.xml": "<a><encryption-data/></a>"}),
            Fault.LOCKED,
        ),
        ("a.docx", docx_of("<w:p>" * 500 + "</w:p>" * 500), Fault.TOO_TANGLED),
        ("a.docx", docx_of("<w:p/>" * 50_000), Fault.TOO_TANGLED),
        ("a.html", b"<div>" * 50_000, Fault.TOO_TANGLED),
        ("a.html", b"<b>x" * 200_000, Fault.TOO_TANGLED),
        ("a.html", b"&" * 100_000, Fault.TOO_TANGLED),
        ("a.html", b"<!--" * 200_000, Fault.NO_WORDS),
        ("a.docx", docx_of("<w:p/>"), Fault.NO_WORDS),
    ],
)
def test_what_is_no_letter_is_refused_quickly(name: str, raw: bytes, fault: Fault) -> None:
    began = perf_counter()
    assert fault_of(name, raw) == fault
    assert perf_counter() - began < 10


PLACES = b"PK\x01\x02"


@pytest.mark.parametrize("make", [docx, odt])
def test_a_package_whose_list_of_parts_lies_is_refused(make: Callable[[str], bytes]) -> None:
    raw = make(LETTER)
    name = "a.docx" if make is docx else "a.odt"
    begins = raw.index(PLACES)
    for place in range(begins, len(raw)):
        for sign in (0x00, 0x7F, 0xFF):
            changed = raw[:place] + bytes([sign]) + raw[place + 1 :]
            with suppress(LetterError):
                letters.read(name, changed)


@pytest.mark.parametrize("make", [docx, odt])
def test_a_part_with_names_that_stand_for_nothing_is_refused(make: Callable[[str], bytes]) -> None:
    name = "a.docx" if make is docx else "a.odt"
    part = "word/document.xml" if make is docx else "content.xml"
    with zipfile.ZipFile(BytesIO(make(LETTER))) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    parts[part] = parts[part].replace(b"xmlns:", b"xmlnt:")
    assert fault_of(name, packed(parts)) == Fault.BROKEN


def test_scripts_and_looks_of_a_page_are_left_out() -> None:
    page = (
        "<script>alert(1)</script><style>p{}</style><p onclick='x()'>Gut<!-- nein --></p>"
        "<p><a href='javascript:x()'>Wort</a> <a href='https://example.org/a'>Link</a></p>"
        "<iframe src='https://example.org'></iframe><img src=x onerror=y><SCRIPT>weg"
    )
    letter = letters.read("a.html", page.encode())
    assert letter.text == "Gut\n\nWort [Link](https://example.org/a)"
    assert letter.pictures == 1


def test_pages_of_old_programs_close_nothing_and_are_read() -> None:
    page = "<p>Absatz<br>weiter" * 300 + "<ul>" + "<li>Punkt" * 300
    assert letters.read("a.htm", page.encode()).text.count("Punkt") == 300


def test_emphasis_links_lists_tables_and_quotes_stay() -> None:
    page = (
        "<p>Das ist <b>wichtig </b><strong>heute</strong> und <i>neu</i>.</p>"
        "<ul><li>eins<ul><li>tief</li></ul></li><li>zwei</li></ul><ol start=3><li>drei</li></ol>"
        "<table><tr><th>A</th><th>B|C</th></tr><tr><td><p>1</p></td></tr></table>"
        "<table><tr><td>Musterweg 1</td></tr></table><blockquote><p>Zitat</p></blockquote>"
    )
    letter = letters.read("a.html", page.encode())
    assert letter.text == (
        "Das ist **wichtig heute** und *neu*.\n\n- eins\n    - tief\n- zwei\n\n3. drei\n\n"
        "| A | B\\|C |\n| --- | --- |\n| 1 |  |\n\nMusterweg 1\n\n> Zitat"
    )
    markdown.check(letter.text)


@pytest.mark.parametrize("words", ["*kein* _Stern_", "# kein Titel", "[x] a_b `c` \\", "1 < 2 <b>"])
def test_signs_of_a_letter_stay_signs(words: str) -> None:
    letter = letters.read("a.docx", docx(f"Vorweg\n\nSo: {words}" if words[0] != "#" else words))
    if words[0] == "#":
        assert letter.title == "kein Titel"
    else:
        assert words in markdown.plain_text(markdown.render(letter.text)).replace("\n", " ")


def test_sections_lie_below_the_title() -> None:
    assert letters.typed("# A\n\n# B\n\n## C\n\nx").text == "## B\n\n### C\n\nx"
    assert letters.typed("Kein Titel\n\n## C").text == "Kein Titel\n\n## C"

"""A PDF is tagged, says its language and title, fetches nothing, and does no harm when absent."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from notices.lib import pdf

needs_pdf = pytest.mark.skipif(not pdf.is_available(), reason="the PDF extra is not installed")
PAGE = (
    '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Was galt am 12. März 2024?'
    "</title><style>body { font-size: 11pt }</style></head><body><h1>Straße, Größe, Übung</h1>"
    "<ul><li>Die Aufzeichnung war ausgeschaltet.</li></ul></body></html>"
)


@pytest.mark.processes
@needs_pdf
def test_the_pdf_is_tagged_and_says_language_title_and_text() -> None:
    reader = PdfReader(BytesIO(pdf.from_html(PAGE)))
    root: Any = reader.root_object
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Was galt am 12. März 2024?"
    text = reader.pages[0].extract_text()
    assert "Straße, Größe, Übung" in text
    assert "Die Aufzeichnung war ausgeschaltet." in text


LISTS = """<ul><li>Wort<p>Absatz</p><div>Kasten <b>fett</b></div></li><li><p>Absatz</p></li>
<li>Eins<ol><li>Unten<p>Absatz</p></li></ol></li></ul><dl><dt>Was</dt><dd><p>Name</p></dd></dl>"""


@pytest.mark.processes
@needs_pdf
def test_an_item_of_a_list_has_a_label_and_a_body_and_nothing_else() -> None:
    page = PAGE.replace("</h1>", f"</h1>{LISTS}")
    reader = PdfReader(BytesIO(pdf.from_html(page)))
    root: Any = reader.root_object
    items = []

    def walk(element: Any) -> None:
        kids = [kid.get_object() for kid in element.get("/K", ())]
        kids = [kid for kid in kids if hasattr(kid, "get")]
        if element.get("/S") == "/LI":
            items.append([kid["/S"] for kid in kids])
        if element.get("/S") == "/LBody":
            assert all(kid["/S"] != "/LBody" for kid in kids)
        for kid in kids:
            assert "/P" not in kid or kid["/P"] == element
            walk(kid)

    walk(root["/StructTreeRoot"])
    assert len(items) == 7
    assert all(item[-1] == "/LBody" and set(item[:-1]) <= {"/Lbl"} for item in items)


@pytest.mark.processes
@needs_pdf
def test_the_same_page_gives_the_same_bytes() -> None:
    assert pdf.from_html(PAGE) == pdf.from_html(PAGE)


@pytest.mark.processes
@needs_pdf
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a.css", "file:///etc/passwd", "data:text/css,p{}"]
)
def test_nothing_is_fetched(address: str) -> None:
    page = PAGE.replace("<style>", f'<link rel="stylesheet" href="{address}"><style>')
    with pytest.raises(pdf.PdfError, match="refused to fetch"):
        pdf.from_html(page)


@pytest.mark.processes
@needs_pdf
def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT_SECONDS", 0.01)
    with pytest.raises(pdf.PdfError, match="too long"):
        pdf.from_html(PAGE)


def test_a_page_beyond_all_measure_is_refused() -> None:
    with pytest.raises(pdf.PdfError, match="too large"):
        pdf.from_html("x" * (pdf.MAX_HTML_BYTES + 1))


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert not pdf.is_available()
    with pytest.raises(pdf.PdfError, match="not installed"):
        pdf.from_html(PAGE)


def test_asking_imports_nothing() -> None:
    asked = "import sys; from notices.lib import pdf; pdf.is_available(); print(*sys.modules)"
    made = subprocess.run(
        [sys.executable, "-c", asked], cwd=pdf.ROOT, capture_output=True, text=True, check=True
    )
    assert "weasyprint" not in made.stdout.split()


@needs_pdf
def test_a_process_that_was_killed_is_tried_again_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    finished, ends = subprocess.CompletedProcess([], 0, b"%PDF-1.7", b""), [-9, -11]
    killed = subprocess.CompletedProcess([], -9, b"", b"Fatal Python error")
    monkeypatch.setattr(
        pdf,
        "_make",
        lambda _: subprocess.CompletedProcess([], ends.pop(), b"", b"") if ends else finished,
    )
    assert pdf.from_html(PAGE) == b"%PDF-1.7"
    monkeypatch.setattr(pdf, "_make", lambda _: killed)
    with pytest.raises(pdf.PdfError, match="could not be made"):
        pdf.from_html(PAGE)
    assert "ended by signal 11" in caplog.text
    assert "Fatal Python error" in caplog.text

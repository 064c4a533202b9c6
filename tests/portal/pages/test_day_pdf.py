"""The confirmation of a past day: made once, one at a time, and absent without the extra."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from notices.firm.days import BERLIN
from notices.lib import pdf
from notices.safeguards.models import Explanation
from portal.pages import day_pdf
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.pages import html_of
from tests.scanning import pictures

pytestmark = pytest.mark.django_db
needs_pdf = pytest.mark.skipif(not pdf.is_available(), reason="the PDF extra is not installed")

NOW = datetime(2026, 11, 16, 12, tzinfo=BERLIN)
PAGE = "/de/archiv/2024-03-12/"
FILE = "/de/archiv/2024-03-12.pdf"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    shutil.rmtree(day_pdf.folder(), ignore_errors=True)
    with time_machine.travel(NOW, tick=False):
        make_organisation()
        cdn = make_safeguard("cdn")
        make_quick_answer("open", cdn)
        record_state(cdn, at=datetime(2024, 1, 10, 9, tzinfo=BERLIN))
        finding = record_state(cdn, "not_protected", at=datetime(2024, 3, 12, 10, tzinfo=BERLIN))
        assert finding
        Explanation.objects.create(
            finding=finding,
            text_de="Ein Update.",
            recorded_at=datetime(2024, 3, 20, 10, tzinfo=BERLIN),
        )
        record_state(cdn, at=datetime(2024, 3, 12, 18, 30, tzinfo=BERLIN))
        make_edition(make_notice("zoom"), in_force_from=datetime(2024, 1, 1, tzinfo=BERLIN))
        yield
    shutil.rmtree(day_pdf.folder(), ignore_errors=True)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Count the processes that are really started."""
    started: list[Any] = []
    run = subprocess.run

    def counted(*args: Any, **kwargs: Any) -> Any:
        started.append(args)
        return run(*args, **kwargs)

    monkeypatch.setattr(subprocess, "run", counted)
    return started


@needs_pdf
def test_the_page_offers_it_and_it_says_what_the_page_says(
    client: Client, started: list[Any], settings: Any
) -> None:
    settings.BASE_URL = "https://datenschutz.example.de"
    html = html_of(client.get(PAGE))
    assert f'href="{FILE}" type="application/pdf">Bestätigung als PDF</a>' in html
    response = client.get(FILE)
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(response.content))
    root: Any = reader.root_object
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    # Where a line ends, and so which word is hyphenated, depends on the fonts of the machine.
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    text = text.replace("\N{HYPHEN} ", "")
    assert "Was galt am 12. März 2024?" in text
    assert "Von 10 Uhr bis 18:30 Uhr: Schutz nicht aktiv." in text
    assert "festgestellt am 12. März 2024" in text
    assert "Unsere Erklärung vom 20. März 2024: Ein Update." in text
    assert "Fassung 1, gültig seit 1. Januar 2024" in text
    assert "Es beweist nicht" in text
    assert pictures(response.content) == [f"QR-Code für https://datenschutz.example.de{PAGE}"]
    # Asked for again it is the same file, and no process runs.
    assert client.get(FILE).content == response.content
    assert client.head(FILE).status_code == 200
    assert len(started) == 1
    # A new record about that day makes a new page, hence a new file.
    record_state(make_safeguard("chat"), at=datetime(2024, 3, 1, tzinfo=BERLIN))
    assert client.get(FILE).content != response.content
    assert len(started) == 2


@needs_pdf
def test_while_one_is_made_nobody_else_waits(client: Client, started: list[Any]) -> None:
    day_pdf.folder().mkdir(parents=True)
    with (day_pdf.folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        response = client.get(FILE)
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    html = html_of(response)
    assert "Gerade wird eine andere PDF-Datei erstellt." in html
    assert "Was galt am" in html
    assert (
        '<link rel="alternate" hreflang="en" href="http://testserver/en/archive/2024-03-12/">'
        in (html)
    )
    assert started == []


@needs_pdf
def test_one_that_fails_leaves_the_page_to_print(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MAX_HTML_BYTES", 10)
    response = client.get(FILE)
    assert response.status_code == 500
    assert "Die PDF-Datei konnte nicht erstellt werden." in html_of(response)
    assert list(day_pdf.folder().glob("*.pdf")) == []


DOCUMENT = '<html lang="de"><title>a</title><h1>a</h1></html>'


@needs_pdf
def test_a_full_disk_gives_the_document_all_the_same(full_folder: Path, settings: Any) -> None:
    settings.DATA_DIR = full_folder
    before = sorted(full_folder.rglob("*"))
    assert day_pdf.from_page(DOCUMENT).startswith(b"%PDF-")
    assert [file for file in full_folder.rglob(".new-*") if file not in before] == []
    assert list(full_folder.rglob("*.pdf")) == []


@pytest.mark.processes
@needs_pdf
def test_where_no_lock_can_be_written_one_thread_passes(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "file"
    settings.DATA_DIR.touch()
    assert day_pdf.from_page(DOCUMENT).startswith(b"%PDF-")
    with day_pdf._one_thread, pytest.raises(day_pdf.Busy):
        day_pdf.from_page(DOCUMENT)


@pytest.mark.processes
@needs_pdf
def test_what_a_killed_process_left_half_written_goes_away() -> None:
    day_pdf.folder().mkdir(parents=True)
    (day_pdf.folder() / ".new-left").write_bytes(b"%PDF-half")
    day_pdf.from_page(DOCUMENT)
    assert list(day_pdf.folder().glob(".new-*")) == []
    assert len(list(day_pdf.folder().glob("*.pdf"))) == 1


@pytest.mark.processes
@needs_pdf
def test_only_so_many_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_pdf, "KEPT", 2)
    day_pdf.folder().mkdir(parents=True)
    for age, name in enumerate(("new", "old", "oldest")):
        file = day_pdf.folder() / f"{name}.pdf"
        file.touch()
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    day_pdf.from_page('<html lang="de"><title>a</title><h1>a</h1></html>')
    kept = {file.stem for file in day_pdf.folder().glob("*.pdf")}
    assert len(kept) == 2
    assert "new" in kept


@pytest.mark.parametrize("day", ["2026-11-16", "2026-11-17", "2023-12-31", "9999-12-31"])
def test_a_day_that_is_not_over_or_has_no_record_has_none(client: Client, day: str) -> None:
    assert client.get(f"/de/archiv/{day}.pdf").status_code == 404
    assert ".pdf" not in html_of(client.get(f"/de/archiv/{day}/"))
    assert client.get("/de/archiv/2024-02-30.pdf").status_code == 404
    assert client.post(FILE).status_code == 405


def test_without_the_extra_there_is_neither_link_nor_file(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert client.get(FILE).status_code == 404
    html = html_of(client.get(PAGE))
    assert ".pdf" not in html
    assert "wählen Sie „Drucken“" in html

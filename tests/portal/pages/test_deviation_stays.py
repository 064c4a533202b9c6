"""Reason, end and duration of a deviation stay, dated, wherever its state is told later."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from notices.firm.days import BERLIN
from notices.safeguards.derived import runs
from notices.safeguards.models import Explanation
from tests.factories import make_organisation, make_safeguard, record_state
from tests.portal.evidence.exporting import all_text, data_of, export

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=BERLIN)
TOLD = (
    "Abweichung: festgestellt am 5. November 2026, behoben am 7. November 2026, "
    "Dauer: 2 Tage 6 Stunden."
)
SAID = "Unsere Erklärung vom 6. November 2026: Eine Panne bei Zoom."


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def deviation() -> Any:
    with time_machine.travel(NOW, tick=False):
        make_organisation(confirmed_at=at(1, 1))
        safeguard = make_safeguard("waiting_room")
        record_state(safeguard, at=at(2, 9))
        finding = record_state(safeguard, "not_protected", at=at(5, 9))
        assert finding is not None
        Explanation.objects.create(
            finding=finding,
            text_de="Eine Panne bei Zoom.",
            text_en="A fault at Zoom.",
            recorded_at=at(6, 9),
        )
        record_state(safeguard, at=at(7, 15))
        runs.rebuild()
        yield


def plain(html: str) -> str:
    text = re.sub(r"<[^>]+>", "", unescape(html).replace("<br>", " "))
    return " ".join(unescape(text).split())


@pytest.mark.parametrize("path", ["/de/schutz/", "/de/archiv/", "/de/archiv/2026-11-07/"])
def test_pages_tell_it_long_after(path: str) -> None:
    page = plain(Client().get(path).content.decode())
    assert TOLD in page
    assert SAID in page


def test_each_reader_is_told_in_the_language_of_the_page_whoever_came_first() -> None:
    for _turn in range(2):
        german = plain(Client().get("/de/schutz/").content.decode())
        english = plain(Client().get("/en/safeguards/").content.decode())
        assert SAID in german
        assert "We explained on 6 November 2026: A fault at Zoom." in english
        assert "Panne" not in english


def test_the_feed_tells_it_and_renews_the_entry_when_it_ends() -> None:
    feed = Client().get("/de/aenderungen.atom").content.decode()
    [entry] = [one for one in feed.split("<entry>") if "Schutz nicht aktiv" in one]
    assert TOLD in plain(entry)
    assert SAID in plain(entry)
    assert "<published>2026-11-05T08:00:00+00:00</published>" in entry
    assert "<updated>2026-11-07T14:00:00+00:00</updated>" in entry


def test_the_evidence_tells_it(tmp_path: Path) -> None:
    path = export(tmp_path / "out.zip", "--from", "2026-11-01", "--to", "2026-11-24")
    [one] = data_of(path)["safeguards"][0]["deviations"]
    assert one["lasted"] == "2 Tage 6 Stunden"
    assert one["explanations"][0]["text"] == "Eine Panne bei Zoom."
    assert "Dauer 2 Tage 6 Stunden" in plain(all_text(path))

"""An evidence file: complete, and the same for the same data."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from notices.editions.models import ClaimReason, Edition, EditionPdf
from notices.editions.redacting import redact
from notices.firm.days import day_of
from notices.firm.storage.append_only import thawed
from notices.safeguards.models import Check, CheckCoverage, Safeguard
from portal.evidence.verify import verify
from tests.factories import (
    make_user,
)
from tests.portal.evidence.exporting import NOW, PERIOD, all_text, at, data_of, export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_moment")]


@pytest.mark.usefixtures("content")
def test_it_holds_the_editions_in_force_or_published_in_the_period(tmp_path: Path) -> None:
    path = export(tmp_path / "out.zip")
    data = data_of(path)
    assert [(one["notice"], one["edition"]) for one in data["editions"]] == [
        ("other", "1"),
        ("video", "1"),
        ("video", "2"),
        ("video", "3"),
    ]
    spans = [(one["in_force_from"], one["in_force_until"]) for one in data["editions"]]
    assert spans[2] == ("2026-11-10T11:00:00+00:00", "2026-11-12T11:00:00+00:00")
    assert spans[3][1] is None
    names = zipfile.ZipFile(path).namelist()
    assert {"fassungen/video/2.de.html", "fassungen/video/2.en.html"} <= set(names)
    assert data["withdrawals"][0]["reason"] == "Ein Satz war falsch."


@pytest.mark.usefixtures("content")
def test_it_holds_states_deviations_checks_reports_and_the_audit(tmp_path: Path) -> None:
    data = data_of(export(tmp_path / "out.zip"))
    [safeguard] = data["safeguards"]
    assert [one["state"] for one in safeguard["states"]] == ["on", "off", "on"]
    assert safeguard["states"][1]["from"] == "2026-11-05T17:00:00+00:00"
    [deviation] = safeguard["deviations"]
    assert deviation["until"] == "2026-11-07T11:00:00+00:00"
    assert deviation["explanations"][0] == {
        "text": "Eine Panne.",
        "recorded_at": "2026-11-06T11:00:00+00:00",
        "role": "editor",
    }
    assert [one["at"] for one in data["checks"]] == ["2026-11-07T11:00:00+00:00"]
    assert data["attestations"][0]["reported_by"] == "editor"
    assert data["audit"] == [
        {
            "at": "2026-11-08T11:00:00+00:00",
            "role": "editor",
            "act": "edition-sent-back",
            "subject": "video",
        }
    ]


@pytest.mark.usefixtures("content")
def test_it_names_roles_and_never_people_or_their_notes(tmp_path: Path) -> None:
    text = all_text(export(tmp_path / "out.zip"))
    assert "Probe" not in text
    assert "nachgesehen" not in text


@pytest.mark.usefixtures("content")
def test_it_holds_the_pdf_of_an_edition_and_why_it_claims_what_is_not_on(tmp_path: Path) -> None:
    edition = Edition.objects.get(number=3)
    EditionPdf.objects.create(
        edition=edition, language="de", content=b"%PDF-1.7", size=8, sha256="0" * 64
    )
    ClaimReason.objects.create(
        edition=edition,
        safeguard=Safeguard.objects.get(key="waiting_room"),
        state="off",
        reason="Der Text nennt die Ausnahme.",
        role="reviewer",
    )
    with zipfile.ZipFile(export(tmp_path / "out.zip")) as archive:
        [name] = [one for one in archive.namelist() if one.endswith(".de.pdf")]
        assert archive.read(name) == b"%PDF-1.7"
        facts = json.loads(archive.read(name.replace(".de.pdf", ".json")))
    [reason] = facts["claim_reasons"]
    assert (reason["safeguard"], reason["state"]) == ("waiting_room", "off")
    known_at = (NOW - timedelta(hours=1)).isoformat()
    before = export(tmp_path / "before.zip", *PERIOD, "--as-known-at", known_at)
    with zipfile.ZipFile(before) as archive:
        assert [one for one in archive.namelist() if one.endswith(".pdf")] == []


@pytest.mark.usefixtures("content")
def test_the_cover_tells_it_in_german_words(tmp_path: Path) -> None:
    with zipfile.ZipFile(export(tmp_path / "out.zip")) as archive:
        cover = archive.read("nachweis.html").decode()
    for words in (
        "Nachweis zum Datenschutz in Videotreffen",
        "python3 verify.py",
        "Eine Panne.",
        "Ein Satz war falsch.",
        "unversehrt",
        "nicht mit einem geheimen Schlüssel",
    ):
        assert words in cover
    assert "://" not in cover
    assert "<script" not in cover


@pytest.mark.usefixtures("content")
def test_the_cover_shows_each_safeguard_at_a_glance(tmp_path: Path) -> None:
    with zipfile.ZipFile(export(tmp_path / "out.zip")) as archive:
        cover = archive.read("nachweis.html").decode()
    assert '<svg class="strip" aria-hidden="true"' in cover
    assert 'id="months"' in cover
    assert re.search(r'</svg>\s*<p class="quiet">\s*\d+ (Tage?|Stunden?)[^<]* aktiv', cover)


@pytest.mark.usefixtures("content")
def test_the_cover_tells_how_many_of_the_promised_checks_were_made(tmp_path: Path) -> None:
    begin = at(20, 0)
    moments = [begin + timedelta(hours=6 * number) for number in range(20) if number != 7]
    rows = [Check(at=one, recorded_at=one, source="account", outcome="done") for one in moments]
    made = Check.objects.bulk_create(rows)
    until = timedelta(days=2)
    safeguard = Safeguard.objects.get(key="waiting_room")
    CheckCoverage.objects.bulk_create(
        CheckCoverage(check_made=one, safeguard=safeguard, valid_until=one.at + until)
        # One of them did not read this safeguard.
        for one in made[:10] + made[11:]
    )
    with zipfile.ZipFile(export(tmp_path / "out.zip")) as archive:
        cover = " ".join(archive.read("nachweis.html").decode().split())
    assert "Alle Einstellungen zusammen" in cover
    assert re.findall(r"· (\d+ von \d+) versprochenen Prüfungen", cover) == [
        "19 von 20",
        "18 von 20",
    ]


@pytest.mark.usefixtures("content")
def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    first = export(tmp_path / "one.zip").read_bytes()
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert export(tmp_path / "two.zip").read_bytes() == first


@pytest.mark.usefixtures("content")
def test_days_are_days_in_berlin(tmp_path: Path) -> None:
    path = export(tmp_path / "out.zip", "--from", "2026-11-24", "--to", "2026-11-24")
    keys = {one["notice"] for one in data_of(path)["editions"]}
    assert keys == {"other", "video"}


@pytest.mark.usefixtures("content")
def test_as_known_at_leaves_out_what_was_recorded_later(tmp_path: Path) -> None:
    path = export(tmp_path / "out.zip", *PERIOD, "--as-known-at", "2026-11-06T00:00")
    data = data_of(path)
    assert [one["edition"] for one in data["editions"]] == ["1"]
    assert data["withdrawals"] == data["checks"] == data["audit"] == []
    [deviation] = data["safeguards"][0]["deviations"]
    assert deviation["until"] is None
    assert deviation["explanations"] == []
    assert data["as_known_at"] == "2026-11-05T23:00:00+00:00"


@pytest.mark.usefixtures("content")
def test_a_redaction_is_told_and_the_words_are_nowhere(tmp_path: Path) -> None:
    edition = Edition.objects.get(number=1, notice__key="video")
    redact(edition, ["Eins"], reason="Art. 17", by=make_user("reviewer"), role="reviewer")
    path = export(tmp_path / "out.zip", *PERIOD)
    assert not re.search(r"\bEins\b", all_text(path))
    assert data_of(path)["redactions"][0]["reason"] == "Art. 17"
    assert verify(str(path)) == []


@pytest.mark.usefixtures("content")
def test_a_broken_chain_is_said_on_the_cover(tmp_path: Path) -> None:
    with thawed(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE editions_edition SET text_de = 'Anders' WHERE number = 2")
    path = export(tmp_path / "out.zip")
    assert "Nicht unversehrt" in all_text(path)
    assert any("passen nicht zusammen" in one for one in verify(str(path)))


def test_an_empty_portal_gives_an_honest_file(tmp_path: Path) -> None:
    path = export(tmp_path / "out.zip")
    assert "galt kein Text" in all_text(path)
    assert verify(str(path)) == []


def test_it_overwrites_nothing_and_leaves_no_half_file(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    path.write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        export(path)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(CommandError, match="No space left"):
        export(tmp_path / "out.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path / "nowhere" / "out.zip")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "2026-11-24", "--to", "2026-11-01"], "nach dem letzten"),
        (["--from", "2026-11-24", "--to", "2026-11-26"], "in der Zukunft"),
        (["--from", "2026-02-30", "--to", "2026-11-01"], "kein Tag"),
        (["--from", "gestern", "--to", "2026-11-01"], "kein Tag"),
        (["--from", "0001-01-01", "--to", "2026-11-01"], "kein Tag"),
        (["--from", "2001-01-01", "--to", "2026-11-01"], "zehn Jahre"),
        ([*PERIOD, "--as-known-at", "bald"], "kein Zeitpunkt"),
        ([*PERIOD, "--as-known-at", "2027-01-01"], "Zukunft"),
        (["--from", "2026-11-01"], "Say which days"),
        ([*PERIOD, "verify", "a", "b"], "Name one file"),
    ],
)
def test_bad_periods_are_one_clear_sentence(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("export_evidence", *arguments, str(tmp_path / "out.zip"))
    assert list(tmp_path.iterdir()) == []


def test_today_can_be_exported(tmp_path: Path) -> None:
    today = str(day_of(timezone.now()))
    assert export(tmp_path / "out.zip", "--from", today, "--to", today).exists()


@pytest.mark.usefixtures("starter")
def test_the_starter_can_be_exported_and_says_that_it_is_a_sample(tmp_path: Path) -> None:
    path = export(tmp_path / "out.zip", "--from", "2026-11-25", "--to", "2026-11-25")
    assert verify(str(path)) == []
    assert "Beispieldaten." in all_text(path)


@pytest.mark.usefixtures("content")
def test_a_page_opened_from_disk_runs_nothing(tmp_path: Path) -> None:
    path = export(tmp_path / "out.zip")
    with zipfile.ZipFile(path) as archive:
        pages = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".html")]
    assert len(pages) >= 2
    for page in pages:
        policy = re.search(r'<meta http-equiv="Content-Security-Policy"\s+content="([^"]+)">', page)
        assert policy
        assert "default-src 'none'" in policy[1]
        assert "script" not in policy[1]
        # A policy in the page holds only for what stands after it.
        assert not re.search(r"<(?:style|link|title|body|script)", page[: policy.start()])

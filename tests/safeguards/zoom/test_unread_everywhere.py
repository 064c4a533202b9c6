"""What was not read of enough accounts is green nowhere: page, block, invitation, evidence."""

from __future__ import annotations

import json
import re
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notices.firm.days import day_of
from notices.invitations.handouts.invitation_pages import boxes_of, facts_of
from tests.factories import make_meeting

from .check_zoom.commands import from_file
from .test_newer_examples import answers_of

pytestmark = pytest.mark.django_db

NO = ("Nein. Aufnahme und Mitschrift", "Das Treffen wird nicht aufgezeichnet")
READ = "18 von 20 Konten gelesen"


# What was last known stands there with its date, as the past.
LAST_KNOWN = re.compile(r"Stand (<time[^>]*>)?[^<:]*(</time>)?: [^<]*")


def says_no(text: str) -> bool:
    return any(words in LAST_KNOWN.sub("", text) for words in NO)


@pytest.fixture
def too_few(starter: None, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"responses": answers_of("09-too-few-users-read.json")}))
    assert from_file(file)[0] == 1


@pytest.mark.usefixtures("too_few")
@pytest.mark.parametrize("path", ["/de/", "/de/schutz/", "/de/fragen/wird-aufgezeichnet/"])
def test_public_pages(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert not says_no(page)
    assert READ in page


@pytest.mark.usefixtures("too_few")
def test_the_page_of_a_meeting_and_its_invitation(client: Client) -> None:
    meeting = make_meeting()
    page = client.get(meeting.get_absolute_url(), follow=True).content.decode()
    assert not says_no(page)
    facts = facts_of(meeting, "https://portal.example", ["de"])
    boxes = boxes_of(meeting, facts, "https://portal.example")
    assert boxes
    for box in boxes:
        assert not says_no(box.text), box.key


@pytest.mark.usefixtures("too_few")
def test_the_block_for_another_website() -> None:
    out = StringIO()
    call_command("embed", "--address", "https://portal.example", stdout=out)
    assert not says_no(out.getvalue())
    assert READ in out.getvalue()


def test_before_the_answer_is_no(starter: None, client: Client) -> None:
    assert says_no(client.get("/de/schutz/").content.decode())


@pytest.mark.usefixtures("too_few")
def test_the_evidence(tmp_path: Path) -> None:
    day = day_of(timezone.now()).isoformat()
    call_command("export_evidence", "--from", day, "--to", day, str(tmp_path / "out.zip"))
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        data = json.loads(file.read("daten.json"))
    [row] = [one for one in data["safeguards"] if one["key"] == "cloud_recording"]
    assert row["states"][-1]["state"] == "due"
    newest: dict[str, Any] = row["findings"][-1]
    assert (newest["users"], newest["users_total"], newest["is_sure"]) == ([0, 18], 20, False)

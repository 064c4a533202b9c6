"""Who can change a setting: a quiet sentence of its own, wherever the answer stands."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import datetime, timedelta
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from notices.firm.models import Organisation
from notices.invitations.handouts import snippets
from notices.invitations.handouts.invitation_pages import facts_of
from notices.safeguards.board import timelines
from notices.safeguards.board.now import AnswerRow, answers_at
from notices.safeguards.board.past import PastAnswer, on_day, past_answers
from notices.safeguards.models import Finding
from portal.staff.embed_page import block
from tests.factories import (
    make_meeting,
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db
FIXED = {
    "de": "Das ist für alle Treffen fest eingestellt.",
    "en": "This is fixed for all meetings.",
}
OPEN = {
    "de": "Die Leitung eines Treffens kann das ändern.",
    "en": "Whoever hosts a meeting can change this.",
}
COULD = "Die Leitung hätte es ändern können."
LETS_IN, LET_IN = "Die Leitung lässt jeden einzeln ein.", "Die Leitung ließ jeden einzeln ein."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def strangers(lock: str = "locked", room: str = "locked", **changes: Any) -> None:
    """Record four days ago that password and waiting room protect."""
    at = timezone.now() - 4 * DAY
    password, waiting = make_safeguard("password"), make_safeguard("waiting_room")
    make_quick_answer("strangers", password)
    record_state(password, lock=lock, at=at)
    record_state(waiting, lock=room, at=at, **changes)


def now_answer() -> AnswerRow:
    [answer] = answers_at(timelines.load(), timezone.now())
    return answer


def past_answer(start: datetime | None = None, hours: int = 2) -> PastAnswer:
    begins = start or timezone.now() - DAY
    [answer] = past_answers(timelines.load(), begins, begins + hours * HOUR)
    return answer


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("lock", "said"), [("locked", FIXED), ("unlocked", OPEN)])
def test_every_place_says_it_once_and_apart_from_the_answer(
    client: Client, language: str, lock: str, said: dict[str, str]
) -> None:
    make_organisation()
    safeguard = make_safeguard("cloud_recording")
    answer = make_quick_answer("recorded", safeguard)
    record_state(safeguard, lock=lock)
    question = make_question("asked")
    question.lead = answer
    question.save()
    meeting = make_meeting(starts_at=timezone.now() + DAY)
    words, own = said[language], f"recorded {'heute' if language == 'de' else 'today'} on."
    with translation.override(language):
        facts = facts_of(meeting, "https://x.example", (language,))[language]
        [mail, html] = snippets.mail_text(facts), snippets.mail_html(facts)
        places = {
            "home": client.get(f"/{language}/").content.decode(),
            "board": client.get(
                "/de/schutz/" if language == "de" else "/en/safeguards/"
            ).content.decode(),
            "lead": client.get(question.get_absolute_url()).content.decode(),
            "meeting": client.get(meeting.get_absolute_url()).content.decode(),
            "embed": block(language, "https://x.example", timezone.now()),
            "mail": mail,
            "mail in HTML": html,
            "letter": snippets.letter_text(facts),
        }
    for place, text in places.items():
        assert words in plain(text), place
        # Never glued into the answer.
        assert f"{own} {words}" not in text, place
    assert plain(places["embed"]).count(words) == 1
    [told] = client.get("/api/safeguards.json").json()["quick_answers"]
    assert told["more"][-1][language] == words
    assert words not in told["answer"][language]


def test_beside_single_answers_only_where_they_differ() -> None:
    make_organisation()
    for key, lock in (("one", "locked"), ("two", "unlocked")):
        safeguard = make_safeguard(key)
        make_quick_answer(f"answer_{key}", safeguard)
        record_state(safeguard, lock=lock)
    meeting = make_meeting(starts_at=timezone.now() + DAY)
    said = snippets.mail_text(facts_of(meeting, "https://x.example", ("de",))["de"])
    embedded = plain(block("de", "https://x.example", timezone.now()))
    for text in (said, embedded):
        assert f"{FIXED['de']} Das betrifft: Frage answer_one?" in text
        assert f"{OPEN['de']} Das betrifft: Frage answer_two?" in text


def test_the_waiting_room_counts_for_lock_and_date_where_it_is_named() -> None:
    strangers(room="unlocked")
    answer = now_answer()
    assert answer.admission_sentence == LETS_IN
    assert answer.lock_sentence == OPEN["de"]
    record_state(answer.quick_answer.safeguards.get(), lock="locked")
    assert now_answer().checked_at is not None
    assert (timezone.now() - (now_answer().checked_at or timezone.now())).days == 4


def test_past_answers_tell_of_the_waiting_room_and_of_a_default() -> None:
    strangers(room="unlocked")
    answer = past_answer()
    assert (answer.admission_sentence, answer.lock_sentence) == (LET_IN, COULD)


@pytest.mark.parametrize(
    ("changes", "lets_in"),
    [({}, True), ({"verdict": "not_protected"}, False), ({"promise": "exception"}, False)],
)
def test_only_a_waiting_room_that_was_on_let_people_in(
    changes: dict[str, str], lets_in: bool
) -> None:
    strangers(**changes)
    assert bool(past_answer().admission_sentence) is lets_in


def test_a_waiting_room_that_was_on_for_a_part_is_not_told() -> None:
    strangers()
    room = next(one for one in timelines.load().safeguards if one.key == "waiting_room")
    record_state(room, "not_protected", at=timezone.now() - DAY + HOUR)
    assert past_answer().admission_sentence == ""
    # Before its records begin nothing is known of it either.
    assert past_answer(timezone.now() - 4 * DAY - HOUR).admission_sentence == ""


@pytest.mark.parametrize("kind", ["day", "paper", "meeting"])
def test_day_document_and_held_meeting_say_both(client: Client, kind: str) -> None:
    make_organisation()
    strangers(lock="unlocked")
    day = timezone.localdate(timezone.now() - 2 * DAY)
    if kind == "day":
        html = client.get(f"/de/archiv/{day}/").content.decode()
    elif kind == "paper":
        rows, answers = on_day(timelines.load(), day)
        firm = Organisation.objects.current()
        own = {"day": day, "answers": answers, "organisation": firm}
        own |= {"language": "de", "REQUIRED": "de"}
        html = render_to_string("pdf/archive_day.html", own)
        assert rows
    else:
        start = timezone.now() - 2 * DAY
        meeting = make_meeting(starts_at=start, ends_at=start + HOUR)
        html = client.get(meeting.get_absolute_url()).content.decode()
    text = plain(html)
    assert "strangers damals on." in text
    assert LET_IN in text
    assert COULD in text
    assert not re.search(r"hereinkommen\?\s*Nein", text)


def test_the_cover_of_the_evidence_says_it_with_its_time_and_how_many_were_read(
    tmp_path: Path,
) -> None:
    make_organisation()
    safeguard = make_safeguard("cloud_recording")
    start = timezone.now() - 5 * DAY
    read: dict[str, Any] = {"source": "account", "rests_on_users": True}
    record_state(safeguard, lock="locked", at=start, users_read=2, users_total=3, **read)
    # A new count alone is a finding, and no new line.
    more = {**read, "users_read": 3, "users_total": 3, "lock": "locked"}
    verdict = {"safeguard": safeguard, "verdict": "protected"}
    Finding.objects.create(seen_at=start + DAY, recorded_at=start + DAY, **verdict, **more)
    record_state(
        safeguard, lock="unlocked", at=start + 2 * DAY, users_read=3, users_total=3, **read
    )
    today = timezone.localdate()
    file = tmp_path / "evidence.zip"
    period = ("--from", str(today - 10 * DAY), "--to", str(today))
    call_command("export_evidence", *period, str(file), stdout=StringIO())
    with zipfile.ZipFile(file) as archive:
        [row] = json.loads(archive.read("daten.json"))["safeguards"]
        cover = plain(archive.read("nachweis.html").decode())
    assert [(one["lock"], one["read"]) for one in row["locks"]] == [
        ("locked", "3 von 3 Konten gelesen."),
        ("unlocked", "3 von 3 Konten gelesen."),
    ]
    assert row["locks"][0]["until"] == row["locks"][1]["from"]
    assert "Das war für alle Treffen fest eingestellt. 3 von 3 Konten gelesen." in cover
    assert "Die Leitung eines Treffens konnte das ändern. 3 von 3 Konten gelesen." in cover

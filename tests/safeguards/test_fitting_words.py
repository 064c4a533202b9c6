"""The words beside a state fit what they are about, and no date is younger than what it covers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse, translate_url
from django.utils import timezone

from notices.invitations.models import Adjustment
from notices.safeguards.board import timelines
from notices.safeguards.board.now import answers_at, oldest_check, row_at, rows_at
from notices.safeguards.board.sentences import dates, unconfirmed
from notices.safeguards.mails import alerts
from notices.safeguards.models import Safeguard
from notices.safeguards.zoom.field_map import proving
from tests.conftest import SignIn
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def page(path: str) -> str:
    return plain(Client().get(path).content.decode())


def dated(safeguard: Safeguard) -> str:
    row = row_at(timelines.load(), safeguard, timezone.now())
    assert row is not None
    return plain(f"{unconfirmed(row)} {dates(row)}")


def test_an_exception_is_not_called_simply_on() -> None:
    safeguard = make_safeguard()
    record_state(safeguard, promise="exception")
    assert "Mit Ausnahme seit" in dated(safeguard)
    assert "Aktiv seit" not in dated(safeguard)


def test_a_row_that_is_due_names_its_last_check_once() -> None:
    safeguard = make_safeguard(max_age_days=5)
    record_state(safeguard, at=timezone.now() - 20 * DAY)
    last = f"{(timezone.localtime() - 20 * DAY).day}. "
    words = dated(safeguard)
    assert "Zuletzt bekannt: Schutz aktiv, Stand" in words
    assert "geprüft am" not in words
    assert words.count(last) == 1


@pytest.mark.parametrize("key", ["browser_join", "phone_join", "account_not_required"])
def test_a_way_in_is_possible_or_not(key: str) -> None:
    make_organisation()
    way = make_safeguard(key, listed=False, name_de="Weg")
    record_state(way, at=timezone.now() - 2 * DAY)
    yesterday = f"/de/archiv/{(timezone.localtime() - DAY).date()}/"
    assert "Weg Möglich" in page(yesterday)
    record_state(way, "not_protected", at=timezone.now() - DAY)
    assert "Nicht möglich" in page(yesterday)
    assert "Schutz aktiv" not in page(yesterday)


def test_full_encryption_is_a_property_without_a_deviation_or_a_mail() -> None:
    make_organisation()
    make_user("reviewer")
    encryption = make_safeguard("join_without_end_to_end", listed=False)
    record_state(encryption, at=timezone.now() - 2 * DAY)
    record_state(encryption, "not_protected", at=timezone.now() - timedelta(hours=1))
    day = page(f"/de/archiv/{timezone.localdate()}/")
    assert "Durchgehend verschlüsselt: ja" in day
    assert "Schutz nicht aktiv" not in day
    assert "Abweichung" not in day
    assert list(alerts.pending(timezone.now())) == []
    row = row_at(timelines.load_now(), encryption, timezone.now())
    assert row is not None
    assert (row.state.value, row.deviation) == ("off", None)


def test_the_reader_is_told_of_the_readers_camera_and_the_hosts_is_a_fact_of_its_own() -> None:
    assert [one.path for one in proving("camera_at_start")] == [
        "schedule_meeting.participant_video"
    ]
    assert [one.path for one in proving("host_camera_at_start")] == ["schedule_meeting.host_video"]


def test_last_checked_is_the_oldest_of_what_stands_below() -> None:
    new, old, never = make_safeguard(), make_safeguard(), make_safeguard()
    make_quick_answer("x", new)
    record_state(new, at=timezone.now() - DAY)
    record_state(old, at=timezone.now() - 9 * DAY)
    known, now = timelines.load_now(), timezone.now()
    found = oldest_check(answers_at(known, now), rows_at(known, now))
    assert found is not None
    assert (now - found).days == 9
    record_state(never, check=False)
    known, now = timelines.load_now(), timezone.now()
    assert oldest_check(answers_at(known, now), rows_at(known, now)) is None


@pytest.mark.parametrize(
    ("key", "german", "english"),
    [
        ("phone_join", "Nicht möglich", "Not possible"),
        ("join_without_end_to_end", "Durchgehend verschlüsselt: ja", "Encrypted throughout: yes"),
    ],
)
def test_what_is_different_in_one_meeting_is_said_in_words_that_fit(
    sign_in: SignIn, key: str, german: str, english: str
) -> None:
    make_organisation()
    way = make_safeguard(key, listed=False, name_de="Weg", name_en="Way")
    record_state(way)
    meeting = make_meeting()
    Adjustment.objects.create(
        meeting=meeting, safeguard=way, value="off", reason_de="Grund.", reason_en="Reason."
    )
    client, _user = sign_in("editor")
    handing_out = reverse("admin:invitations_meeting_invitation", args=[meeting.pk])
    texts = plain(client.get(handing_out).text)
    assert f"Weg: {german}." in texts
    for text in (texts, page(meeting.get_absolute_url())):
        assert german in text
        assert "Schutz nicht aktiv" not in text
    assert english in page(translate_url(meeting.get_absolute_url(), "en"))


def test_the_history_and_the_feed_of_a_way_in_say_whether_it_was_possible() -> None:
    make_organisation(confirmed_at=timezone.now() - 3 * DAY)
    way = make_safeguard("browser_join", name_de="Weg")
    record_state(way, at=timezone.now() - 2 * DAY)
    record_state(way, "not_protected", at=timezone.now() - DAY)
    assert "Möglich: Grund" in page("/de/schutz/")
    feed = Client().get(reverse("feed-changes")).text
    assert "<title>Weg: Nicht möglich</title>" in feed
    assert "<title>Weg: Möglich</title>" in feed


def test_under_a_question_a_property_is_said_once(client: Client, starter: None) -> None:
    html = client.get("/de/fragen/verschluesselung/").content.decode()
    assert html.count("Durchgehend verschlüsselt: nein") == 1
    assert "Der Team-Chat ist Ende-zu-Ende verschlüsselt." in html

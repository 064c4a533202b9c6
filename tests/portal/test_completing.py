"""A portal that an older version filled gets what the answer about recording rests on."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notices.editions.models import Notice
from notices.faq.models import Question
from notices.safeguards import check_requests
from notices.safeguards.board import timelines
from notices.safeguards.models import AnswerTie, QuickAnswer, Safeguard, Wording
from notices.safeguards.states import State
from portal.setup import prepare
from portal.starter.completing import FORMER, complete
from tests.factories import make_question, make_quick_answer, make_safeguard, record_state

pytestmark = pytest.mark.django_db

CAPTURE = {
    *("cloud_recording", "local_recording", "automatic_capture", "saved_captions"),
    *("live_streaming", "ai_features", "ai_notes", "recording_bots", "new_settings"),
}


def keys(rows: object) -> set[str]:
    return set(rows.values_list("key", flat=True))  # type: ignore[attr-defined]


@pytest.fixture
def older() -> QuickAnswer:
    """Make a portal whose answer about recording rests on two safeguards, both on."""
    former = [make_safeguard(key) for key in sorted(FORMER)]
    for safeguard in former:
        record_state(safeguard)
    answer = make_quick_answer("recorded", *former)
    asked, changed = make_question("is-recorded"), make_question("last-meeting-recorded")
    asked.safeguards.set(former)
    changed.safeguards.set(former[:1])
    notice = Notice.objects.create(key="video-meetings", kind="privacy", title_de="H", slug_de="h")
    notice.safeguards.set(former)
    return answer


def test_the_answer_rests_on_every_way_of_capturing_and_is_due_until_they_are_read(
    older: QuickAnswer,
) -> None:
    assert complete()
    assert keys(older.safeguards) == CAPTURE
    read, now = timelines.load_now(), timezone.now()
    for key in CAPTURE - FORMER:
        assert read.state_of(key, now) is State.DUE
    page = Client().get("/de/schutz/", follow=True).content.decode()
    assert "recorded heute on." not in page
    assert check_requests.reread_is_due()


def test_questions_and_notices_that_lean_on_the_answer_lean_on_all_of_it(
    older: QuickAnswer,
) -> None:
    complete()
    assert keys(Question.objects.get(key="is-recorded").safeguards) == CAPTURE
    assert keys(Notice.objects.get(key="video-meetings").safeguards) >= CAPTURE
    # What staff untied stays untied; only what is new is added.
    changed = keys(Question.objects.get(key="last-meeting-recorded").safeguards)
    assert changed == CAPTURE - {"local_recording"}


def test_doing_it_again_changes_nothing_and_the_past_keeps_its_own_answer(
    older: QuickAnswer,
) -> None:
    before = timezone.now()
    complete()
    Question.objects.get(key="is-recorded").safeguards.remove(Safeguard.objects.get(key="ai_notes"))
    counts = [model._default_manager.count() for model in (Safeguard, AnswerTie, Wording)]
    assert complete() == []
    assert counts == [model._default_manager.count() for model in (Safeguard, AnswerTie, Wording)]
    assert "ai_notes" not in keys(Question.objects.get(key="is-recorded").safeguards)
    board = timelines.load()
    former = keys(Safeguard.objects.filter(pk__in=board.tied(older, before)))
    assert former == FORMER


def test_an_address_or_an_item_that_is_taken_stops_nothing(older: QuickAnswer) -> None:
    make_safeguard("own", slug_de="livestream", slug_en="livestreaming")
    taken = Safeguard.objects.get(key="own")
    complete()
    streaming = Safeguard.objects.get(key="live_streaming")
    assert streaming.slug_de
    assert streaming.slug_de != taken.slug_de


def test_a_portal_without_our_answers_is_left_alone() -> None:
    make_quick_answer("own", make_safeguard("own"))
    assert complete() == []
    assert Safeguard.objects.count() == 1


def test_a_start_after_an_update_does_it(
    older: QuickAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("reach_database", "collect_static"):
        monkeypatch.setattr(prepare, name, lambda: None)
    monkeypatch.setattr(prepare, "call_command", lambda *args, **options: None)
    prepare.prepare()
    assert keys(older.safeguards) == CAPTURE


def test_a_portal_that_was_just_filled_misses_nothing(starter: None) -> None:
    assert complete() == []
    assert keys(Question.objects.get(key="is-recorded").safeguards) == CAPTURE
    call_command("load_starter", verbosity=0)


def test_what_nothing_prevents_names_all_three_ways(starter: None) -> None:
    page = Client().get("/de/schutz/").content.decode()
    limits = page[page.index("Was wir nicht verhindern können") :]
    for words in ("Bildschirm", "zweiten Gerät", "Echtzeit", "RTMS"):
        assert words in limits


def test_the_hosts_camera_gets_a_row_of_its_own_where_the_readers_has_one(
    older: QuickAnswer,
) -> None:
    assert "host_camera_at_start" not in {one.key for one in Safeguard.objects.all()}
    record_state(make_safeguard("camera_at_start", slug_en="host-camera", letter_item=5))
    complete()
    host = Safeguard.objects.get(key="host_camera_at_start")
    assert timelines.load_now().state_of(host.key, timezone.now()) is State.DUE
    assert str(host.name) in Client().get("/de/schutz/").content.decode()
    assert check_requests.reread_is_due()
    assert complete() == []

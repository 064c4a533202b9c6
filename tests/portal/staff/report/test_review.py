"""A setting changed at Zoom: what the review shows before anything is public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.safeguards.board import timelines
from notices.safeguards.board.now import row_at
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Attestation, Safeguard
from tests.conftest import SignIn
from tests.factories import (
    make_meeting,
    make_notice,
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)
from tests.pages import html_of
from tests.portal.staff.report.reporting import REPORT, answers, counts

pytestmark = pytest.mark.django_db


def test_the_review_shows_before_and_after_and_stores_nothing(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    make_quick_answer("strangers", safeguard)
    question = make_question("who")
    question.safeguards.add(safeguard)
    notice = make_notice("video")
    notice.safeguards.add(safeguard)
    make_meeting(title_de="Versammlung Lindenhof")
    client, _ = sign_in("editor")
    before = counts()
    page = html_of(client.post(REPORT, answers(safeguard)))
    assert counts() == before
    for words in (
        "waiting_room sagt on.",
        "waiting_room sagt off.",
        "waiting_room says off.",
        "strangers heute on.",
        "strangers heute off.",
        "Frage who?",
        "Hinweis video",
        "Versammlung Lindenhof",
    ):
        assert words in page


def test_the_review_says_exactly_what_readers_then_see(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    response = client.post(REPORT, answers(safeguard, lock="unlocked"))
    promised = response.context["consequences"].views[0].after
    client.post(REPORT, {**answers(safeguard, lock="unlocked"), "_publish": "1"})
    row = row_at(timelines.load(), safeguard, timezone.now())
    assert row is not None
    assert (row.state, row.claim, row.lock_sentence) == (
        promised.state,
        promised.claim,
        promised.lock_sentence,
    )


def test_the_review_of_a_promise_given_again_leaves_the_check_to_the_account(
    sign_in: SignIn, settings: object
) -> None:
    make_organisation()
    cloud = make_safeguard("cloud_recording", checked_by="account")
    record_state(cloud, at=timezone.now() - timedelta(days=3), promise="off", source="account")
    settings.ZOOM_ACCOUNT_ID = "acc"  # type: ignore[attr-defined]
    client, _ = sign_in("editor")
    response = client.post(REPORT, answers(cloud, "on"))
    promised = response.context["consequences"].views[0].after.situation
    client.post(REPORT, {**answers(cloud, "on"), "_publish": "1"})
    reporting.confirm(Attestation.objects.get(), by=make_user("reviewer"))
    situation = timelines.load().situation(cloud, timezone.now())
    assert situation is not None
    assert situation.promise is not None
    assert situation.promise.value == promised.promise.value == "on"
    assert situation.coverage == promised.coverage
    assert situation.finding == promised.finding


def test_the_review_knows_for_how_long_a_look_by_hand_holds(sign_in: SignIn) -> None:
    make_organisation()
    cloud = make_safeguard("cloud_recording", checked_by="account", max_age_days=7)
    record_state(cloud, at=timezone.now() - timedelta(days=3))
    client, _ = sign_in("editor")
    response = client.post(REPORT, answers(cloud))
    promised = response.context["consequences"].views[0].after.situation
    client.post(REPORT, {**answers(cloud), "_publish": "1"})
    situation = timelines.load().situation(cloud, timezone.now())
    assert situation is not None
    assert situation.coverage is not None
    later = situation.coverage.valid_until - promised.coverage.valid_until
    assert timedelta(0) <= later < timedelta(hours=1)


def test_the_review_shows_an_answer_about_which_nothing_was_known(sign_in: SignIn) -> None:
    make_organisation()
    make_quick_answer("tool", new := make_safeguard("tool_recording"))
    staff, _ = sign_in("editor")
    page = staff.post(REPORT, answers(new, "on"))
    assert "tool heute on." in page.content.decode()


def test_the_review_shows_a_deviation_as_readers_see_it(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    found = record_state(safeguard, users_read=14, users_differing=2)
    assert found
    found.explanations.create(text_de="Wir stellen es wieder ein.", text_en="We mend it.")
    client, _ = sign_in("editor")
    review = html_of(client.post(REPORT, answers(safeguard)))
    assert "2 of 14 accounts have another value. We mend it." in review
    assert "Bei 2 von 14 Konten unserer Firma ist es anders eingestellt. Wir stellen" in review
    assert "Wir stellen es wieder ein." in review


def test_the_review_names_answers_questions_notices_and_meetings_of_two_weeks(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    answer = make_quick_answer("strangers", safeguard)
    question, notice = make_question("who", lead=answer), make_notice("video")
    notice.safeguards.add(safeguard)
    near = make_meeting(timezone.now() + timedelta(days=13))
    make_meeting(timezone.now() + timedelta(days=15))
    client, _ = sign_in("editor")
    found = client.post(REPORT, answers(safeguard)).context["consequences"]
    assert [before.key for before, _after in found.views[0].answers] == ["strangers"]
    assert [list(found.questions), list(found.notices)] == [[question], [notice]]
    assert list(found.meetings) == [near]

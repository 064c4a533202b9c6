"""A setting changed at Zoom: form, review, public page, second person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notices.firm.models import AuditEntry
from notices.safeguards.board import timelines
from notices.safeguards.board.now import row_at
from notices.safeguards.by_hand import reporting
from notices.safeguards.by_hand.reporting import ReadFromAccount
from notices.safeguards.check_requests import reread_is_due
from notices.safeguards.models import Attestation, Check, Finding, Promise, Safeguard
from notices.safeguards.states import State
from portal.staff.report_form import SENTENCES
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

pytestmark = pytest.mark.django_db
REPORT = "/admin/einstellung-geaendert/"


@pytest.fixture
def safeguard() -> Safeguard:
    make_organisation()
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    return safeguard


def answers(safeguard: Safeguard, value: str = "off", **changes: Any) -> dict[str, Any]:
    return {
        "safeguard": safeguard.pk,
        "value": value,
        "lock": "unknown",
        "seen_at": "",
        "reason_de": "Eine Panne bei Zoom.",
        "reason_en": "",
        "note": "",
        **changes,
    }


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Promise, Finding, Check, Attestation, AuditEntry)
    )


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


def test_a_published_change_is_on_the_public_page_at_the_next_request(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    assert "waiting_room sagt on." in html_of(client.get("/de/schutz/", follow=True))
    client.post(REPORT, {**answers(safeguard), "_publish": "1"})
    page = html_of(client.get("/de/schutz/", follow=True))
    assert "waiting_room sagt off." in page
    assert "waiting_room sagt on." not in page


def test_going_back_from_the_review_keeps_what_was_typed(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    page = html_of(client.post(REPORT, {**answers(safeguard), "_back": "1"}))
    assert "Eine Panne bei Zoom." in page
    assert not Promise.objects.filter(value="off").exists()


def test_the_future_is_refused_at_its_field(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    tomorrow = timezone.localtime() + timedelta(days=1)
    sent = answers(safeguard, seen_at=f"{tomorrow:%Y-%m-%dT%H:%M}")
    form = client.post(REPORT, sent).context["form"]
    assert "seen_at" in form.errors
    assert form["reason_de"].value() == "Eine Panne bei Zoom."


def test_more_than_a_day_ago_needs_a_note(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    earlier = timezone.localtime() - timedelta(hours=30)
    sent = answers(safeguard, seen_at=f"{earlier:%Y-%m-%dT%H:%M}", _publish="1")
    assert "note" in client.post(REPORT, sent).context["form"].errors
    assert client.post(REPORT, {**sent, "note": "Im Protokoll von Zoom."}).status_code == 302


def test_a_public_reason_in_german_is_needed(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    response = client.post(REPORT, answers(safeguard, reason_de=""))
    assert "reason_de" in response.context["form"].errors


def test_a_join_link_never_becomes_a_reason(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    sent = answers(safeguard, reason_de="Siehe https://us02web.zoom.us/j/123456789")
    assert "reason_de" in client.post(REPORT, sent).context["form"].errors


def test_a_better_state_waits_and_the_second_person_makes_it_public(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    record_state(safeguard, "not_protected", promise="off", at=timezone.now() - timedelta(days=1))
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    assert timelines.load().state_of("waiting_room", timezone.now()) is State.OFF
    waiting = Attestation.objects.get()
    reviewer, _ = sign_in("reviewer")
    page = html_of(reviewer.get("/admin/"))
    assert f"/admin/meldungen/{waiting.pk}/" in page
    reviewer.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest})
    assert timelines.load().state_of("waiting_room", timezone.now()) is State.ON


def test_a_report_that_is_turned_down_changes_nothing(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    before = Finding.objects.count()
    reviewer, _ = sign_in("reviewer")
    sent = {"_turn_down": "1", "reason": "Das Bild zeigt etwas anderes."}
    reviewer.post(f"/admin/meldungen/{waiting.pk}/", sent)
    waiting.refresh_from_db()
    assert waiting.accepted is False
    assert Finding.objects.count() == before


def test_nobody_confirms_their_own_report(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("reviewer")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    assert f'href="/admin/meldungen/{waiting.pk}/"' not in html_of(client.get("/admin/"))
    client.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest})
    waiting.refresh_from_db()
    assert waiting.decided_at is None


def test_an_editor_does_not_confirm(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    other, _ = sign_in("editor")
    waiting = Attestation.objects.get()
    assert (
        other.post(
            f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest}
        ).status_code
        == 403
    )


def test_an_operator_does_not_report(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    assert client.get(REPORT).status_code == 403


def test_unchanged_needs_no_reason_and_renews_the_state_on_record(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "unchanged", reason_de=""), "_publish": "1"})
    assert Attestation.objects.get().value == "on"


def test_unchanged_never_closes_an_open_deviation(sign_in: SignIn, safeguard: Safeguard) -> None:
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=1))
    client, _ = sign_in("editor")
    checks = Check.objects.count()
    client.post(REPORT, {**answers(safeguard, "unchanged", reason_de=""), "_publish": "1"})
    assert Check.objects.count() == checks + 1
    row = row_at(timelines.load(), safeguard, timezone.now())
    assert row is not None
    assert row.state is State.OFF
    assert row.deviation is not None
    assert row.deviation.end is None
    assert not Promise.objects.filter(value="off").exists()


def test_unchanged_is_refused_where_nothing_is_known(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    sent = answers(make_safeguard("new"), "unchanged")
    assert "value" in client.post(REPORT, sent).context["form"].errors


def test_what_the_account_tells_is_refused_by_hand_and_a_check_is_asked_for(
    sign_in: SignIn, settings: object
) -> None:
    make_organisation()
    cloud = make_safeguard("cloud_recording", checked_by="account")
    record_state(cloud, at=timezone.now() - timedelta(days=3))
    settings.ZOOM_ACCOUNT_ID = "acc"  # type: ignore[attr-defined]
    client, _ = sign_in("editor")
    before = counts()
    for value in ("on", "unchanged"):
        page = client.post(REPORT, {**answers(cloud, value), "_publish": "1"})
        assert page.status_code == 200
        assert page.context["form"].errors["value"] == [SENTENCES[ReadFromAccount]]
    assert counts() == before
    assert reread_is_due()
    assert client.post(REPORT, {**answers(cloud), "_publish": "1"}).status_code == 302
    assert timelines.load().state_of("cloud_recording", timezone.now()) is State.OFF


def test_open_deviations_stand_on_the_staff_start_page_until_a_check_closes_them(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    finding = record_state(
        safeguard, "not_protected", at=timezone.now() - timedelta(hours=2), source="account"
    )
    assert finding is not None
    link = f"/admin/safeguards/explanation/add/?finding={finding.pk}"
    assert link in html_of(client.get("/admin/"))
    assert client.get(link).status_code == 200
    record_state(safeguard, source="account")
    assert link not in html_of(client.get("/admin/"))


def test_a_report_is_taken_back_by_a_new_record_that_the_list_begins(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard), "_publish": "1"})
    off = Promise.objects.get(value="off")
    page = html_of(client.get("/admin/safeguards/promise/"))
    link = f"{REPORT}?safeguard={safeguard.pk}&amp;value=on"
    assert page.count(link) == 1
    form = client.get(link.replace("&amp;", "&")).context["form"]
    assert (form["safeguard"].value(), form["value"].value()) == (str(safeguard.pk), "on")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    reporting.confirm(Attestation.objects.get(), by=make_user("reviewer"))
    values = list(safeguard.promises.values_list("value", flat=True))
    assert values == ["on", "off", "on"]
    assert Promise.objects.filter(pk=off.pk).exists()
    assert timelines.load().state_of(safeguard.key, timezone.now()) is State.ON


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


def test_the_second_person_reads_the_same_review_and_the_newest_reading(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    record_state(safeguard, "not_protected")
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    path = f"/admin/meldungen/{waiting.pk}/"
    assert client.get(path).status_code == 403
    reviewer, _ = sign_in("reviewer")
    page = html_of(reviewer.get(path))
    assert "So wird es da stehen" in page
    assert "Zuletzt abgelesen:" in page
    assert f'name="as_read" value="{waiting.digest}"' in page
    done = reviewer.post(path, {"_confirm": "1", "as_read": waiting.digest}, follow=True)
    assert "Bestätigt. Ab jetzt steht auf den Seiten: Schutz aktiv." in html_of(done)


def test_what_was_overtaken_is_told_with_what_holds_by_now(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    record_state(safeguard, "not_protected")
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    client.post(REPORT, {**answers(safeguard, "off"), "_publish": "1"})
    reviewer, _ = sign_in("reviewer")
    sent = {"_confirm": "1", "as_read": waiting.digest}
    page = html_of(reviewer.post(f"/admin/meldungen/{waiting.pk}/", sent, follow=True))
    assert "Nicht bestätigt. Inzwischen gilt: Schutz nicht aktiv." in page

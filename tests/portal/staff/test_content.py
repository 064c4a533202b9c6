"""Safeguards, words, questions, meetings, the firm, accounts: the forms of the staff pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.forms.models import model_to_dict
from django.test import RequestFactory
from django.utils import timezone

from notices.firm import jobs
from notices.firm.models import AuditEntry, Organisation, ProposedChange
from notices.firm.proposals import proposing
from notices.firm.storage.append_only import AppendOnly
from notices.invitations.models import Adjustment, Meeting, MeetingType
from notices.safeguards.board import timelines
from notices.safeguards.models import Explanation, Finding, QuickAnswer, Safeguard, Wording
from notices.safeguards.states import State
from portal.setup import troubles
from tests.conftest import SignIn
from tests.factories import (
    ORGANISATION,
    make_edition,
    make_meeting,
    make_notice,
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)
from tests.turns import seen, seen_date

pytestmark = pytest.mark.django_db
HISTORIES = ["promise", "finding", "check", "attestation"]


@pytest.mark.parametrize("model", [*HISTORIES, "wording", "explanation"])
def test_the_histories_can_only_be_looked_at(sign_in: SignIn, model: str) -> None:
    client, _ = sign_in("reviewer")
    safeguard = make_safeguard()
    finding = record_state(safeguard)
    assert finding
    rows = {
        "promise": safeguard.promises.get(),
        "finding": finding,
        "check": safeguard.checks.get(),
        "wording": safeguard.wordings.first(),
        "explanation": Explanation.objects.create(finding=finding, text_de="So war es."),
    }
    if model in HISTORIES:
        assert client.get(f"/admin/safeguards/{model}/add/").status_code == 403
    assert client.get(f"/admin/safeguards/{model}/").status_code == 200
    if row := rows.get(model):
        address = f"/admin/safeguards/{model}/{row.pk}"
        assert client.get(f"{address}/change/").status_code == 200
        assert client.post(f"{address}/change/", {"x": "y"}).status_code == 403
        assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


def test_no_append_only_table_offers_deleting_to_anybody() -> None:
    root = User.objects.create_superuser("root")

    class Request:
        user = root

    for model, options in admin.site._registry.items():
        if issubclass(model, AppendOnly):
            assert not options.has_delete_permission(Request()), model  # type: ignore[arg-type]


@pytest.mark.usefixtures("one_person")
def test_a_new_text_is_added_and_the_old_one_stays(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    safeguard = make_safeguard("waiting_room")
    address = f"/admin/safeguards/wording/add/?safeguard={safeguard.pk}&state=on"
    assert "waiting_room sagt on." in client.get(address).content.decode()
    client.post(address, {"safeguard": safeguard.pk, "state": "on", "text_de": "Neu."})
    assert Wording.objects.filter(state="on").count() == 2
    assert Wording.objects.get(text_de="Neu.").recorded_by == author


@pytest.mark.usefixtures("one_person")
def test_a_safeguard_is_renamed_and_its_texts_stay(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    safeguard = make_safeguard("waiting_room")
    names = ["slug", "name", "zoom_name"]
    sent = {f"{n}_{c}": getattr(safeguard, f"{n}_{c}") for n in names for c in ("de", "en")} | {
        "name_de": "Warteraum",
        "group": safeguard.group,
        "checked_by": "hand",
        "max_age_days": 30,
        "position": 1,
        "seen": seen(safeguard),
        "wordings-TOTAL_FORMS": 3,
        "wordings-INITIAL_FORMS": 3,
    }
    for number, wording in enumerate(safeguard.wordings.all()):
        sent[f"wordings-{number}-id"] = wording.pk
        sent[f"wordings-{number}-text_de"] = "Anders."
    address = f"/admin/safeguards/safeguard/{safeguard.pk}/change/"
    assert client.post(address, sent).status_code == 302
    safeguard.refresh_from_db()
    assert safeguard.name_de == "Warteraum"
    assert not safeguard.wordings.filter(text_de="Anders.").exists()


def test_only_an_open_deviation_can_be_explained(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    fine, deviating = make_safeguard(), make_safeguard()
    closed, open_one = record_state(fine), None
    record_state(deviating, at=timezone.now() - timedelta(days=2))
    open_one = record_state(deviating, "not_protected", at=timezone.now() - timedelta(days=1))
    assert closed
    assert open_one
    add = "/admin/safeguards/explanation/add/"
    client.post(add, {"finding": closed.pk, "text_de": "Alles gut."})
    client.post(add, {"finding": open_one.pk, "text_de": "Wir kümmern uns."})
    assert not Explanation.objects.exists()
    [waiting] = ProposedChange.objects.all()
    # What the audit keeps for ever names the safeguard, not the words.
    assert "kümmern" not in waiting.subject
    proposing.confirm(waiting, by=make_user("reviewer"), as_read=waiting.digest)
    [explained] = Explanation.objects.all()
    assert (explained.text_de, explained.recorded_by) == ("Wir kümmern uns.", author)


@pytest.mark.usefixtures("one_person")
def test_a_change_of_content_is_audited_and_in_djangos_history(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    question = make_question("who")
    names = ["slug", "question", "answer"]
    sent: dict[str, Any] = {
        f"{n}_{c}": getattr(question, f"{n}_{c}") for n in names for c in ("de", "en")
    }
    sent |= {"topic": question.topic_id, "reviewed_on": "2026-11-20", "position": 1}
    sent["seen"] = seen(question)
    client.post(f"/admin/faq/question/{question.pk}/change/", {**sent, "answer_de": "Ja. Neu."})
    question.refresh_from_db()
    assert question.answer_html_de == "<p>Ja. Neu.</p>"
    assert AuditEntry.objects.filter(act="content-changed", by=author).count() == 1
    assert LogEntry.objects.count() == 1


def test_confirming_the_profile_ends_the_sample_data(sign_in: SignIn) -> None:
    make_organisation(confirmed_at=None)
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, source="import")
    client, _ = sign_in("editor")
    assert "sample-bar" in client.get("/admin/").content.decode()
    sent = {**ORGANISATION, "meeting_retention_months": 24, "these_are_ours": "on"}
    sent["seen"] = seen(Organisation.objects.get())
    assert client.post("/admin/firm/organisation/1/change/", sent).status_code == 302
    assert not Organisation.objects.current().is_sample
    assert timelines.load().state_of("waiting_room", timezone.now()) is State.DUE
    page = client.get("/admin/").content.decode()
    assert "sample-bar" not in page
    assert f"?safeguard={safeguard.pk}" in page


def test_saving_the_profile_without_the_tick_keeps_the_samples(sign_in: SignIn) -> None:
    make_organisation(confirmed_at=None)
    client, _ = sign_in("editor")
    sent = {**ORGANISATION, "meeting_retention_months": 6, "seen": seen(Organisation.objects.get())}
    client.post("/admin/firm/organisation/1/change/", sent)
    assert Organisation.objects.current().is_sample
    assert Organisation.objects.current().meeting_retention_months == 6
    assert not Finding.objects.exists()


def test_there_is_one_profile(sign_in: SignIn) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    assert client.get("/admin/firm/organisation/add/").status_code == 403
    assert client.get("/admin/firm/organisation/1/delete/").status_code == 403


def meeting_fields(**changes: Any) -> dict[str, Any]:
    kind = MeetingType.objects.get_or_create(key="x", defaults={"name_de": "Versammlung"})[0]
    return {
        "type": kind.pk,
        "title_de": "Versammlung",
        "starts_at": "2030-01-10T18:00",
        "ends_at": "2030-01-10T20:00",
        "language": "de",
        "browser": "on",
        **changes,
    }


def test_a_meeting_is_entered_and_its_link_is_shown(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    client.post("/admin/invitations/meeting/add/", meeting_fields())
    meeting = Meeting.objects.get()
    page = client.get(f"/admin/invitations/meeting/{meeting.pk}/change/").content.decode()
    assert f"http://testserver/T/{meeting.code}" in page


@pytest.mark.parametrize(
    "text",
    [
        "https://us02web.zoom.us/j/85212345678?pwd=abc",
        "zoom.us/my/verwaltung",
        "Saal, sonst https://ZOOM.us/w/1",
        "zoommtg://zoom.us/join?confno=1",
    ],
)
def test_a_join_link_is_refused_in_what_readers_see(sign_in: SignIn, text: str) -> None:
    client, _ = sign_in("editor")
    response = client.post("/admin/invitations/meeting/add/", meeting_fields(place_de=text))
    assert "place_de" in response.context["adminform"].form.errors
    assert not Meeting.objects.exists()


def test_moving_keeps_the_old_date(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting()
    before = meeting.starts_at
    sent = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T20:00"}
    sent["seen"] = seen_date(meeting)
    client.post(f"/admin/invitations/meeting/{meeting.pk}/verschieben/", sent)
    meeting.refresh_from_db()
    assert (meeting.moved_from, meeting.sequence) == (before, 1)
    assert meeting.starts_at.year == 2031


def test_cancelling_can_be_taken_back(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting()
    address = f"/admin/invitations/meeting/{meeting.pk}/absagen/"
    client.post(address)
    meeting.refresh_from_db()
    assert meeting.cancelled_at
    client.post(address)
    meeting.refresh_from_db()
    assert meeting.cancelled_at is None
    assert meeting.sequence == 2


def test_a_meeting_that_has_begun_is_neither_moved_nor_cancelled(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting(timezone.now() - timedelta(hours=1))
    for act in ("verschieben", "absagen"):
        address = f"/admin/invitations/meeting/{meeting.pk}/{act}/"
        assert client.post(address).status_code == 403


def test_an_exception_of_a_meeting_that_has_begun_is_final(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting(timezone.now() - timedelta(hours=1))
    row = Adjustment.objects.create(
        meeting=meeting, safeguard=make_safeguard(), value="off", reason_de="Beschluss."
    )
    prefix = "adjustments"
    sent = meeting_fields(type=meeting.type_id) | {
        f"{prefix}-TOTAL_FORMS": "1",
        f"{prefix}-INITIAL_FORMS": "1",
        f"{prefix}-0-id": row.pk,
        f"{prefix}-0-meeting": meeting.pk,
        f"{prefix}-0-safeguard": row.safeguard_id,
        f"{prefix}-0-value": "exception",
        f"{prefix}-0-reason_de": "Anders.",
        f"{prefix}-0-DELETE": "on",
    }
    client.post(f"/admin/invitations/meeting/{meeting.pk}/change/", sent)
    row.refresh_from_db()
    assert (row.value, row.reason_de) == ("off", "Beschluss.")


def test_no_meeting_is_deleted_for_its_code_may_be_on_paper(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    begun = make_meeting(timezone.now() - timedelta(minutes=5))
    ahead = make_meeting()
    for meeting in (begun, ahead):
        address = f"/admin/invitations/meeting/{meeting.pk}/delete/"
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert Meeting.objects.count() == 2


def sent_back(row: Safeguard | QuickAnswer, **changes: Any) -> dict[str, Any]:
    """Return what the form of `row` sends when nothing but `changes` is touched."""
    fields = {**model_to_dict(row), **changes}
    number = row.wordings.count()
    inline = {"wordings-TOTAL_FORMS": number, "wordings-INITIAL_FORMS": number}
    sent = {name: value for name, value in fields.items() if value is not None}
    return inline | {"seen": seen(row)} | sent


@pytest.mark.usefixtures("one_person")
def test_what_readers_see_cannot_be_taken_off_the_page(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    shown, unseen = make_safeguard("shown"), make_safeguard("unseen")
    record_state(shown, "not_protected")
    for safeguard in (shown, unseen):
        address = f"/admin/safeguards/safeguard/{safeguard.pk}/change/"
        # A box that is not ticked is not sent.
        client.post(address, sent_back(safeguard, listed=None))
        safeguard.refresh_from_db()
    assert (shown.listed, unseen.listed) == (True, False)


def test_a_quick_answer_cannot_lose_its_worst_safeguard(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    good, bad, more = make_safeguard(), make_safeguard(), make_safeguard()
    record_state(good)
    record_state(bad, "not_protected")
    quick_answer = make_quick_answer("recording", good, bad)
    address = f"/admin/safeguards/quickanswer/{quick_answer.pk}/change/"
    first, second = quick_answer.ties.order_by("safeguard__position")
    removing = {
        "ties-TOTAL_FORMS": 3,
        "ties-INITIAL_FORMS": 2,
        "ties-0-id": first.pk,
        "ties-0-safeguard": good.pk,
        "ties-1-id": second.pk,
        "ties-1-safeguard": good.pk,
        "ties-1-DELETE": "on",
        "ties-2-safeguard": more.pk,
    }
    client.post(address, sent_back(quick_answer) | removing)
    assert set(quick_answer.safeguards.all()) == {good, bad, more}
    again = {"ties-TOTAL_FORMS": 1, "ties-INITIAL_FORMS": 0, "ties-0-safeguard": more.pk}
    answer = client.post(address, sent_back(quick_answer) | again)
    assert "hängt davon schon ab" in answer.content.decode()


@pytest.mark.usefixtures("one_person")
def test_a_text_for_a_quick_answer_also_speaks_about_the_past(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    quick_answer = make_quick_answer("recording", make_safeguard())
    before = Wording.objects.count()
    sent = {"quick_answer": quick_answer.pk, "state": "on", "text_de": "Nein."}
    client.post("/admin/safeguards/wording/add/", sent)
    assert Wording.objects.count() == before
    sent |= {"past_de": "Nein, es wurde nicht aufgezeichnet.", "sentence_de": "Keine Aufnahme."}
    client.post("/admin/safeguards/wording/add/", sent)
    assert Wording.objects.count() == before + 1


def test_an_operator_manages_accounts_but_not_superusers(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    colleague, root = make_user("editor"), User.objects.create_superuser("root")
    assert client.get(f"/admin/auth/user/{colleague.pk}/change/").status_code == 200
    assert client.get(f"/admin/auth/user/{root.pk}/change/").status_code == 302
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code in (302, 404)


def test_nobody_gives_themselves_more(sign_in: SignIn) -> None:
    client, operator = sign_in("operator")
    sent = {"username": operator.username, "is_superuser": "on", "groups": ["1", "2"]}
    client.post(f"/admin/auth/user/{operator.pk}/change/", sent)
    operator.refresh_from_db()
    assert not operator.is_superuser
    assert operator.groups.get().name == "operator"


def test_an_erased_person_leaves_a_role_and_a_number(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    person = make_user("editor", name="anna.beispiel")
    sent = {"action": "erase", "_selected_action": [person.pk]}
    asked = client.post("/admin/auth/user/", sent).content.decode()
    assert "Das lässt sich nicht rückgängig machen." in asked
    person.refresh_from_db()
    assert person.is_active
    client.post("/admin/auth/user/", {**sent, "_confirm": "1", "name": "jemand"})
    person.refresh_from_db()
    assert person.is_active
    client.post("/admin/auth/user/", {**sent, "_confirm": "1", "name": "anna.beispiel"})
    person.refresh_from_db()
    assert person.username == f"editor-{person.pk}"
    assert not person.is_active
    assert not person.has_usable_password()
    assert "anna" not in "".join(entry.subject for entry in AuditEntry.objects.all())


def test_people_are_erased_one_by_one(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    people = [make_user("editor"), make_user("editor")]
    sent = {"action": "erase", "_selected_action": [one.pk for one in people], "_confirm": "1"}
    page = client.post("/admin/auth/user/", sent, follow=True).content.decode()
    assert "einzeln" in page
    assert all(User.objects.get(pk=one.pk).is_active for one in people)


def test_an_editor_sees_no_accounts(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    assert client.get("/admin/auth/user/").status_code == 403


def test_the_start_page_counts_missing_translations(sign_in: SignIn) -> None:
    make_organisation()
    make_question("who", answer_en="")
    make_edition(status="draft", text_en="")
    client, _ = sign_in("editor")
    missing = client.get("/admin/").context["missing"]
    assert {one.name.split(":")[0][:5] for one in missing} == {"Frage", "Hinwe"}


def test_a_quiet_start_page_names_the_next_check(sign_in: SignIn) -> None:
    make_organisation()
    record_state(make_safeguard())
    client, user = sign_in("reviewer")
    User.objects.filter(pk=user.pk).update(email="pruefung@example.de")
    jobs.beat(timezone.now())
    troubles.note_backup(timezone.now())
    context = client.get("/admin/").context
    assert context["is_quiet"]
    assert context["next_check"] > timezone.now() + timedelta(days=80)


def test_every_list_and_form_opens_for_a_reviewer(sign_in: SignIn, starter: None) -> None:
    client, user = sign_in("reviewer")
    request = RequestFactory().get("/admin/")
    request.user = user
    for model, options in admin.site._registry.items():
        label = f"{model._meta.app_label}/{model._meta.model_name}"
        if label == "auth/user":
            continue
        assert client.get(f"/admin/{label}/", follow=True).status_code == 200, label
        row = model._default_manager.first()
        if row:
            page = client.get(f"/admin/{label}/{row.pk}/change/")
            assert page.status_code == 200, label
            assert " style=" not in page.content.decode(), label
        if options.has_add_permission(request):
            assert client.get(f"/admin/{label}/add/").status_code == 200, label


def test_what_somebody_handed_over_does_not_wait_for_themselves(sign_in: SignIn) -> None:
    make_organisation()
    client, reviewer = sign_in("reviewer")
    edition = make_edition(status="review", written_by=reviewer)
    page = client.get("/admin/")
    assert page.context["waiting"].count == 0
    assert [str(one.name) for one in page.context["handed_over"]] == [
        f"Neue Fassung: {edition.notice}"
    ]
    other, _ = sign_in("reviewer")
    assert other.get("/admin/").context["waiting"].editions == [edition]


def test_the_start_page_names_the_notices_to_be_read_again(sign_in: SignIn) -> None:
    make_organisation()
    today = timezone.localdate()
    due = make_notice("due", review_due=today)
    make_notice("later", review_due=today + timedelta(days=1))
    client, _ = sign_in("editor")
    page = client.get("/admin/")
    assert page.context["reviews_due"] == [due]
    assert "Wieder zu lesen" in page.content.decode()
    assert not page.context["is_quiet"]

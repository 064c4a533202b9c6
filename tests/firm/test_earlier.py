"""What a text said before is kept, shown with what differs, and brought back like an edit."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.db import IntegrityError, connection, models, transaction
from django.test import Client

from notices.editions.models import Foundation
from notices.faq.models import Question, Synonyms
from notices.firm.earlier.keeping import written_fields
from notices.firm.models import AuditEntry, EarlierValues, Organisation, ProposedChange
from notices.firm.proposals import proposing
from notices.firm.storage.append_only import AppendOnly
from notices.invitations.models import MeetingType
from notices.safeguards.models import Provider, Wording
from tests.conftest import SignIn
from tests.factories import (
    confirm_what_waits,
    make_firm,
    make_notice,
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
    make_topic,
    make_user,
)
from tests.firm.ways import address, typed

pytestmark = pytest.mark.django_db

# A text of each kind that staff write anew, and one of its fields.
TEXTS: dict[str, tuple[Any, str]] = {
    "profile": (make_organisation, "phone_hours_de"),
    "firm": (make_firm, "phone_hours_de"),
    "question": (make_question, "answer_de"),
    "group": (make_topic, "title_de"),
    "safeguard": (make_safeguard, "name_de"),
    "quick answer": (lambda: make_quick_answer("rec", make_safeguard()), "question_de"),
    "notice": (make_notice, "title_de"),
    "tool": (lambda: Provider.objects.create(name="Offen", received_de="Wenig."), "received_de"),
    "kind": (lambda: MeetingType.objects.create(key="x", name_de="Beirat", app=True), "name_de"),
    "foundation": (
        lambda: Foundation.objects.create(
            key="f", kind="framework", name_de="Rahmen", checked_on="2026-11-01"
        ),
        "name_de",
    ),
    "synonyms": (lambda: Synonyms.objects.create(language="de", words="Tür, Pforte"), "words"),
}


def history(row: models.Model) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/history/"


def bring_back(staff: Client, row: models.Model, number: int = 0, **changes: str) -> Any:
    """Press the button of one of the earlier versions on the page of a row."""
    context = staff.get(history(row)).context
    state = context["states"][number]
    sent = {"as_read": context["as_read"], "state": state.key, **changes}
    return staff.post(history(row), sent, follow=True)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def value(row: models.Model, name: str) -> Any:
    return getattr(type(row)._default_manager.get(pk=row.pk), name)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.usefixtures("one_person")
def test_every_text_goes_back_to_what_it_said(sign_in: SignIn, kind: str) -> None:
    if kind != "profile":
        make_organisation()
    make, name = TEXTS[kind]
    row = make()
    before = value(row, name)
    staff, user = sign_in("reviewer")
    answer = staff.post(address(row), typed(staff, address(row), **{name: "Neu, anders"}))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert value(row, name) == "Neu, anders"
    kept = EarlierValues.objects.get()
    assert (kept.values, kept.replaced_by) == ({name: before}, user)
    page = words(staff.get(history(row)))
    assert before.split()[0] in page
    assert "Diesen Stand wiederherstellen" in page
    answer = bring_back(staff, row)
    assert "So ist es jetzt wieder gespeichert." in words(answer)
    assert value(row, name) == before
    # Going back can be undone as well.
    assert EarlierValues.objects.first().values == {name: "Neu, anders"}  # type: ignore[union-attr]


def test_no_text_that_staff_write_anew_escapes_this_rule() -> None:
    kept = {model for model in site._registry if written_fields(model)}
    tried = {type(row) for row in (make() for make, _name in TEXTS.values())}
    assert kept == tried


def test_what_becomes_better_by_going_back_waits_for_a_second_person(sign_in: SignIn) -> None:
    make_organisation()
    row = make_question(answer_de="Nein, niemals.")
    row.answer_de = "Manchmal."
    row.save()
    staff, _user = sign_in("reviewer")
    page = words(bring_back(staff, row))
    assert value(row, "answer_de") == "Manchmal."
    change = ProposedChange.objects.get()
    assert (change.before, change.after) == (
        {"answer_de": "Manchmal."},
        {"answer_de": "Nein, niemals."},
    )
    assert "sobald eine zweite Person zustimmt" in page
    confirm_what_waits()
    assert value(row, "answer_de") == "Nein, niemals."


def test_a_state_lies_several_changes_back_and_comes_whole(sign_in: SignIn) -> None:
    row = make_organisation(phone="030 1", city="Berlin")
    for name, new in (("phone", "030 2"), ("city", "Bonn"), ("phone", "030 3")):
        setattr(row, name, new)
        row.save()
    staff, _user = sign_in("editor")
    states = staff.get(history(row)).context["states"]
    assert [dict(one.values) for one in states] == [
        {"phone": "030 2"},
        {"phone": "030 2", "city": "Berlin"},
        {"phone": "030 1", "city": "Berlin"},
    ]
    bring_back(staff, row, 2)
    row.refresh_from_db()
    assert (row.phone, row.city) == ("030 1", "Berlin")
    entry = AuditEntry.objects.get(act="content-changed")
    assert entry.subject.startswith("Profil")


def test_what_a_colleague_saved_meanwhile_is_not_overwritten_unseen(sign_in: SignIn) -> None:
    row = make_organisation(phone="030 1")
    row.phone = "030 2"
    row.save()
    staff, _user = sign_in("editor")
    context = staff.get(history(row)).context
    Organisation.objects.update(city="Bonn")
    sent = {"as_read": context["as_read"], "state": context["states"][0].key}
    page = words(staff.post(history(row), sent, follow=True))
    assert "inzwischen geändert" in page
    assert value(row, "phone") == "030 2"


def test_what_the_form_refuses_today_does_not_come_back(sign_in: SignIn) -> None:
    row = make_organisation(phone="030 1")
    Organisation.objects.update(email="keine Adresse")
    row.refresh_from_db()
    row.email = "da@example.org"
    row.save()
    staff, _user = sign_in("editor")
    page = words(bring_back(staff, row))
    assert "gültige E-Mail-Adresse" in page
    assert value(row, "email") == "da@example.org"


def test_a_wording_is_followed_by_a_new_one_with_the_old_words(sign_in: SignIn) -> None:
    make_organisation()
    safeguard = make_safeguard("lock")
    first = Wording.objects.filter(safeguard=safeguard, state="on").last()
    assert first is not None
    newest = Wording.objects.create(
        safeguard=safeguard, state="on", text_de="Ganz neu.", text_en=first.text_en
    )
    staff, _user = sign_in("reviewer")
    for row in (first, newest):
        page = words(staff.get(history(row)))
        assert "Ganz neu." in page
    bring_back(staff, first)
    assert Wording.objects.filter(safeguard=safeguard, state="on").count() == 2
    confirm_what_waits()
    now = Wording.objects.filter(safeguard=safeguard, state="on").last()
    assert now is not None
    assert (now.text_de, now.pk > newest.pk) == (first.text_de, True)


def test_who_may_only_look_brings_nothing_back(sign_in: SignIn) -> None:
    make_organisation()
    row = make_question(answer_de="Ja.")
    row.answer_de = "Nein."
    row.save()
    staff, _user = sign_in("operator")
    assert staff.get(history(row)).status_code == 403
    answer = staff.post(history(row), {"state": EarlierValues.objects.get().pk})
    assert answer.status_code == 403
    assert value(row, "answer_de") == "Nein."


def test_the_database_keeps_old_values_as_they_were() -> None:
    row = make_question(answer_de="Ja.")
    row.answer_de = "Nein."
    row.save()
    assert issubclass(EarlierValues, AppendOnly)
    for act in (
        lambda: EarlierValues.objects.update(values={}),
        lambda: EarlierValues.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_save_that_changes_nothing_keeps_nothing() -> None:
    row = make_question(answer_de="Ja.")
    Question.objects.get(pk=row.pk).save()
    row.question_en = row.question_en or ""
    row.save()
    assert not EarlierValues.objects.exists()


def test_the_history_begins_with_what_confirmed_proposals_replaced() -> None:
    row = make_question(answer_de="Nein, niemals.")
    one, two = make_user("reviewer"), make_user("reviewer")
    for answer, accepted in (("Manchmal.", True), ("Immer.", False)):
        before = proposing.values_of(row, ["answer_de", "safeguards"])
        change = proposing.propose(row, before, {**before, "answer_de": answer}, by=one)
        if accepted:
            proposing.confirm(change, by=two, as_read=change.digest)
        else:
            proposing.turn_down(change, by=two, as_read=change.digest, reason="Nein.")
        row.refresh_from_db()
    kept = set(EarlierValues.objects.values_list("pk", flat=True))
    migration = import_module("notices.firm.migrations.0008_earlier_values")
    migration.keep_what_proposals_know(apps, SimpleNamespace(connection=connection))
    new = EarlierValues.objects.exclude(pk__in=kept).get()
    assert (new.model, new.row) == ("faq.question", row.pk)
    # Ties to rows of other tables are no values of this one.
    assert new.values == {"answer_de": "Nein, niemals."}
    assert new.replaced_by == one

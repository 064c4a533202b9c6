"""What a text was tied to before is kept as its words are, and comes back with them."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import models

from notices.editions.models import Foundation
from notices.faq.models import Question
from notices.firm.earlier.keeping import written_ties
from notices.firm.models import EarlierValues, ProposedChange
from notices.firm.proposals import proposing
from notices.invitations.models import MeetingType
from tests.conftest import SignIn
from tests.factories import (
    confirm_what_waits,
    make_notice,
    make_organisation,
    make_question,
    make_safeguard,
    make_user,
)
from tests.firm.test_earlier import bring_back, history, value, words
from tests.firm.ways import address, typed

pytestmark = pytest.mark.django_db

NUMBERS = count(1)


def make_foundation() -> Foundation:
    key = f"ground-{next(NUMBERS)}"
    return Foundation.objects.create(
        key=key, kind="framework", name_de=f"Rahmen {key}", checked_on="2026-11-01"
    )


def make_kind() -> MeetingType:
    return MeetingType.objects.create(key=f"kind-{next(NUMBERS)}", name_de="Beirat", app=True)


# A list of each text that is tied to other rows, and what it can be tied to.
LISTS: dict[str, tuple[Any, str, Any]] = {
    "question and safeguards": (make_question, "safeguards", make_safeguard),
    "question and questions": (make_question, "related", make_question),
    "question and foundations": (make_question, "foundations", make_foundation),
    "notice and safeguards": (make_notice, "safeguards", make_safeguard),
    "notice and foundations": (make_notice, "foundations", make_foundation),
    "kind and questions": (make_kind, "questions", make_question),
}


def ties(row: models.Model, name: str) -> set[int]:
    return set(getattr(row, name).values_list("pk", flat=True))


def numbers(*rows: Any) -> list[str]:
    return [str(row.pk) for row in rows]


def states(staff: Any, row: models.Model) -> list[dict[str, Any]]:
    return [dict(one.values) for one in staff.get(history(row)).context["states"]]


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.usefixtures("one_person")
def test_what_a_text_rests_on_comes_back(sign_in: SignIn, kind: str) -> None:
    make_organisation()
    make, name, make_other = LISTS[kind]
    row, one, two, three = make(), make_other(), make_other(), make_other()
    getattr(row, name).set([one, two])
    staff, user = sign_in("reviewer")
    sent = typed(staff, address(row), **{name: numbers(two, three)})
    answer = staff.post(address(row), sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert ties(row, name) == {two.pk, three.pk}
    page = staff.get(history(row))
    assert str(one) in words(page)
    # Taking away and adding were one save.
    assert [(state.by, list(state.values)) for state in page.context["states"]] == [(user, [name])]
    assert "So ist es jetzt wieder gespeichert." in words(bring_back(staff, row))
    assert ties(row, name) == {one.pk, two.pk}


def test_no_list_that_staff_write_anew_escapes_this_rule() -> None:
    kept = {(model, name) for model in site._registry for name in written_ties(model)}
    assert kept == {(type(make()), name) for make, name, _other in LISTS.values()}


@pytest.mark.usefixtures("one_person")
def test_words_and_ties_of_one_save_are_one_version(sign_in: SignIn) -> None:
    make_organisation()
    row, one, two = make_question(answer_de="Ja."), make_safeguard(), make_safeguard()
    row.safeguards.set([one])
    staff, _user = sign_in("reviewer")
    for answer, tied in (("Nein.", [two]), ("Manchmal.", [one, two])):
        changes = {"answer_de": answer, "safeguards": numbers(*tied)}
        assert staff.post(address(row), typed(staff, address(row), **changes)).status_code == 302
    assert states(staff, row) == [
        {"answer_de": "Nein.", "safeguards": [two.pk]},
        {"answer_de": "Ja.", "safeguards": [one.pk]},
    ]
    bring_back(staff, row, 1)
    assert (value(row, "answer_de"), ties(row, "safeguards")) == ("Ja.", {one.pk})


def test_two_people_within_a_second_made_two_versions(sign_in: SignIn) -> None:
    row, one = make_question(answer_de="Ja."), make_safeguard()
    row = Question.objects.get(pk=row.pk)
    row.saved_by, row.answer_de = make_user(), "Nein."  # type: ignore[attr-defined]
    row.save()
    row.saved_by = make_user()  # type: ignore[attr-defined]
    row.safeguards.add(one)
    staff, _user = sign_in("reviewer")
    assert states(staff, row) == [{"safeguards": []}, {"safeguards": [], "answer_de": "Ja."}]


def test_ties_that_come_back_wait_for_a_second_person(sign_in: SignIn) -> None:
    make_organisation()
    row, one, two = make_question(), make_safeguard(), make_safeguard()
    row.safeguards.set([one])
    Question.objects.get(pk=row.pk).safeguards.set([two])
    staff, user = sign_in("reviewer")
    assert "sobald eine zweite Person zustimmt" in words(bring_back(staff, row))
    assert ties(row, "safeguards") == {two.pk}
    confirm_what_waits()
    assert ties(row, "safeguards") == {one.pk}
    # A confirmed proposal is kept as a save of the one who proposed it.
    newest = staff.get(history(row)).context["states"][0]
    assert (newest.by, dict(newest.values)) == (user, {"safeguards": [two.pk]})


@pytest.mark.usefixtures("one_person")
def test_a_question_that_is_gone_does_not_come_back_with_a_list(sign_in: SignIn) -> None:
    make_organisation()
    row, one, two = make_question(), make_question(), make_question()
    row.related.set([one, two])
    Question.objects.get(pk=row.pk).related.clear()
    one.delete()
    staff, _user = sign_in("reviewer")
    assert states(staff, row) == [{"related": [two.pk]}]
    bring_back(staff, row)
    assert ties(row, "related") == {two.pk}


def test_a_proposed_tie_to_what_is_gone_no_longer_fits() -> None:
    row, other, user = make_question(), make_question(), make_user()
    before = proposing.values_of(row, ["related"])
    change = proposing.propose(row, before, {"related": [other.pk]}, by=user)
    other.delete()
    with pytest.raises(proposing.NoLongerFits):
        proposing.confirm(change, by=make_user("reviewer"), as_read=change.digest)
    assert ProposedChange.objects.get().decided_at is None


@pytest.mark.parametrize("act", ["add", "remove", "set", "clear"])
def test_ties_made_from_the_other_side_are_kept_as_well(act: str) -> None:
    # Their numbers differ, or one could be taken for the other.
    row, _other, one = make_question(), make_safeguard(), make_safeguard()
    row.safeguards.set([] if act == "add" else [one])
    before = sorted(ties(row, "safeguards"))
    row = Question.objects.get(pk=row.pk)
    arguments: dict[str, list[Any]] = {"add": [row], "remove": [row], "set": [[]], "clear": []}
    getattr(one.questions, act)(*arguments[act])
    assert ties(row, "safeguards") == ({one.pk} if act == "add" else set())
    kept = EarlierValues.objects.get()
    assert (kept.row, kept.values) == (row.pk, {"safeguards": before})


def test_what_a_new_row_is_tied_to_replaced_nothing() -> None:
    row, one = make_question(), make_safeguard()
    row.safeguards.set([one])
    row.related.add(make_question())
    again = Question.objects.get(pk=row.pk)
    again.safeguards.add(one)
    again.safeguards.set([one])
    again.safeguards.remove(make_safeguard())
    assert not EarlierValues.objects.exists()

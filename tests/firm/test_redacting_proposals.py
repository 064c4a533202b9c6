"""Personal data go from proposals too, open and decided, also where they stand only there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notices.faq.models import Question
from notices.firm.models import AuditEntry, EarlierValues, ProposedChange
from notices.firm.proposals import proposing, redacting
from tests.conftest import SignIn
from tests.factories import make_edition, make_organisation, make_question, make_user

pytestmark = pytest.mark.django_db
NAME = "Erika Probe"
MARK = "‹geschwärzt›"
LINK = "[Seite](https://x.example/erika)"


def stored() -> str:
    return str(list(ProposedChange.objects.values_list("subject", "before", "after", "reason")))


def propose(decide: str = "", **after: str) -> ProposedChange:
    question = make_question(question_de=f"Wer ist {NAME}?")
    before = {name: getattr(question, name) for name in after}
    change = proposing.propose(question, before, after, by=make_user())
    other = make_user("reviewer")
    if decide == "confirmed":
        proposing.confirm(change, by=other, as_read=change.digest)
    if decide == "turned down":
        why = f"Bitte ohne {NAME}."
        proposing.turn_down(change, by=other, as_read=change.digest, reason=why)
    return ProposedChange.objects.get(pk=change.pk)


@pytest.mark.parametrize("decide", ["", "confirmed", "turned down"])
def test_every_text_of_a_proposal_is_redacted_and_nothing_else(decide: str) -> None:
    texts = {"answer_de": f"Fragen an erika  probe, {LINK}.", "answer_en": f"Ask {NAME}."}
    change = propose(decide, **texts)
    by = make_user("reviewer")
    assert redacting.redact([NAME], reason="Art. 17", by=by) == 1
    assert NAME not in stored()
    assert "erika  probe" not in stored()
    row = ProposedChange.objects.get()
    assert row.after["answer_de"] == f"Fragen an {MARK}, {LINK}."
    assert row.after["answer_en"] == "Ask ‹redacted›."
    assert row.redacted_at is not None
    kept = ("proposed_by_id", "proposed_at", "decided_by_id", "decided_at", "accepted")
    for name in (*kept, "object_id", "four_eyes"):
        assert getattr(row, name) == getattr(change, name)
    entry = AuditEntry.objects.get(act="change-redacted")
    assert (entry.by, entry.detail) == (by, {"reason": "Art. 17"})
    assert NAME not in entry.subject
    # Doing it again finds nothing.
    assert redacting.redact([NAME], reason="Art. 17", by=by) == 0


def test_what_waits_is_read_again_and_what_is_stored_is_not_changed_by_it() -> None:
    change = propose(answer_de=f"Fragen an {NAME}.")
    redacting.redact([NAME], reason="Art. 17", by=make_user("reviewer"))
    other = make_user("reviewer")
    with pytest.raises(proposing.NotRead):
        proposing.confirm(change, by=other, as_read=change.digest)
    row = ProposedChange.objects.get()
    question = proposing.confirm(row, by=other, as_read=row.digest)
    assert question.answer_de == f"Fragen an {MARK}."  # type: ignore[attr-defined]


def test_a_proposal_to_change_what_still_holds_the_words_no_longer_fits() -> None:
    question = make_question(answer_de=f"Fragen an {NAME}.")
    change = proposing.propose(
        question, {"answer_de": question.answer_de}, {"answer_de": "Fragen an uns."}, by=make_user()
    )
    redacting.redact([NAME], reason="Art. 17", by=make_user("reviewer"))
    row = ProposedChange.objects.get(pk=change.pk)
    with pytest.raises(proposing.NoLongerFits):
        proposing.confirm(row, by=make_user("reviewer"), as_read=row.digest)


@pytest.mark.parametrize("decide", ["", "confirmed"])
def test_the_database_admits_nothing_else(decide: str) -> None:
    change = propose(decide, answer_de="Neu.")
    rows, now = ProposedChange.objects.filter(pk=change.pk), timezone.now()
    tries: list[dict[str, Any]] = [
        {"after": {"answer_de": "Anders."}},
        {"redacted_at": now, "after": {}, "proposed_by": make_user()},
        {"redacted_at": now, "accepted": False},
        {"redacted_at": now, "object_id": 999},
    ]
    for changes in tries:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)
    rows.update(after={"answer_de": "X."}, redacted_at=now)
    # A second change has to name its own moment.
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(after={"answer_de": "Y."}, redacted_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(after={"answer_de": "Y."}, redacted_at=None)


def test_a_reviewer_does_it_on_the_page_of_a_proposal(sign_in: SignIn) -> None:
    change = propose(answer_de=f"Fragen an {NAME}.")
    page = f"/admin/firm/proposedchange/{change.pk}/change/"
    door = f"/admin/firm/proposedchange/{change.pk}/schwaerzen/"
    editor, _user = sign_in("editor")
    assert door not in editor.get(page).content.decode()
    assert editor.post(door, {"phrases": NAME, "reason": "Art. 17"}).status_code == 403
    reviewer, _other = sign_in("reviewer")
    assert door in reviewer.get(page).content.decode()
    wrong = [{"phrases": "ab"}, {"phrases": ""}, {"reason": ""}, {"reason": f"Wegen {NAME}"}]
    for sent in [*wrong, {"phrases": "Niemand Nirgends"}]:
        reviewer.post(door, {"phrases": NAME, "reason": "Art. 17", "_confirm": "1", **sent})
        assert NAME in stored()
    sent = {"phrases": NAME, "reason": "Art. 17", "_confirm": "1"}
    answer = reviewer.post(door, sent, follow=True)
    assert "Geschwärzt in 1 Vorschlag." in answer.content.decode()
    assert NAME not in stored()
    assert NAME not in reviewer.get(page).content.decode().split("<details>")[0]


def test_each_place_is_shown_before_anything_goes(sign_in: SignIn) -> None:
    change = propose(answer_de=f"Fragen an {NAME}, sonst an niemanden.")
    door = f"/admin/firm/proposedchange/{change.pk}/schwaerzen/"
    reviewer, _user = sign_in("reviewer")
    page = reviewer.post(door, {"phrases": NAME, "reason": "Art. 17"}).content.decode()
    # In the new answer and in the name of the question, which is the subject.
    assert "Die Wörter stehen an 2 Stellen." in page
    assert f"Fragen an <mark>{NAME}</mark>, sonst an niemanden." in page
    assert NAME in stored()
    nowhere = {"phrases": "Niemand Nirgends", "reason": "Art. 17"}
    page = reviewer.post(door, nowhere, follow=True).content.decode()
    assert "Keine dieser Stellen steht in einem Vorschlag." in page


@pytest.mark.parametrize("text", [f"Fragen an {NAME}.", "Fragen an uns."])
def test_redacting_editions_reaches_proposals_also_where_only_they_hold_it(
    sign_in: SignIn, text: str
) -> None:
    make_organisation()
    edition = make_edition(text_de=text)
    propose(answer_de=f"Fragen an {NAME}.")
    propose("turned down", answer_de=f"Auch an {NAME}.")
    reviewer, _user = sign_in("reviewer")
    path = f"/admin/editions/edition/{edition.pk}/schwaerzen/"
    sent = {"phrases": NAME, "reason": "Art. 17"}
    page = reviewer.post(path, sent).content.decode()
    assert "Vorschläge mit diesen Wörtern, offen oder entschieden" in page
    assert f"Auch an <mark>{NAME}</mark>." in page
    assert NAME in stored()
    confirmed = {**sent, "_confirm": "1", **({"editions": [edition.pk]} if NAME in text else {})}
    answer = reviewer.post(path, confirmed, follow=True).content.decode()
    assert "Geschwärzt in 2 Vorschlägen." in answer
    assert NAME not in stored()
    edition.refresh_from_db()
    assert NAME not in edition.text_de


def test_what_a_text_said_before_is_redacted_as_well(sign_in: SignIn) -> None:
    change = propose("confirmed", answer_de="Fragen an uns.")
    row = Question.objects.get()
    row.answer_de = f"Früher {NAME}."
    row.save()
    row.answer_de = "Fragen an uns."
    row.save()
    kept = EarlierValues.objects.filter(values__answer_de=f"Früher {NAME}.")
    assert kept.count() == 1
    reviewer, _user = sign_in("reviewer")
    door = f"/admin/firm/proposedchange/{change.pk}/schwaerzen/"
    sent = {"phrases": NAME, "reason": "Art. 17"}
    assert f"Früher <mark>{NAME}</mark>." in reviewer.post(door, sent).content.decode()
    answer = reviewer.post(door, {**sent, "_confirm": "1"}, follow=True).content.decode()
    assert "früheren Fassung" in answer
    assert NAME not in str(list(EarlierValues.objects.values_list("subject", "values")))
    assert EarlierValues.objects.exclude(redacted_at=None).exists()

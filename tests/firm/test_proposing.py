"""P12: whatever makes what readers see better waits for a second person who has read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.contrib.admin import site
from django.db import IntegrityError, transaction

from notices.editions.models import Edition, Foundation
from notices.firm.models import AuditEntry, ProposedChange
from notices.firm.proposals import proposing
from notices.firm.proposals.proposal_admin import ProposingAdmin
from notices.firm.storage.append_only import FrozenRow
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import QuickAnswer, Wording
from tests.factories import (
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)
from tests.firm.ways import WAYS, SignIn, address, fallen, stored, tie_rows, typed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", WAYS)
def test_one_person_changes_nothing_and_a_second_one_confirms(sign_in: SignIn, way: str) -> None:
    make_organisation()
    make, change = WAYS[way]
    row, changes = make(), change()
    one, proposer = sign_in("reviewer")
    two, _second = sign_in("reviewer")
    before = stored(row)
    answer = one.post(address(row), typed(one, address(row), **changes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    proposed = ProposedChange.objects.get()
    assert answer.headers["Location"].endswith(f"/proposedchange/{proposed.pk}/change/")
    assert stored(row) == before
    decide = f"/admin/firm/proposedchange/{proposed.pk}/entscheiden/"
    read = {"_confirm": "1", "as_read": proposed.digest}
    one.post(decide, read)  # the same person
    two.post(decide, {"_confirm": "1"})  # without having read it
    two.post(decide, {"_confirm": "1", "as_read": "0" * 64})
    assert stored(row) == before
    two.post(decide, read)
    assert stored(row) != before
    proposed.refresh_from_db()
    assert (proposed.accepted, proposed.four_eyes, proposed.proposed_by) == (True, True, proposer)
    acts = AuditEntry.objects.filter(act__startswith="change-").values_list("act", flat=True)
    assert set(acts) == {"change-proposed", "change-confirmed"}


def test_a_safeguard_that_makes_an_answer_better_waits_with_the_rest(sign_in: SignIn) -> None:
    make_organisation()
    unknown, good = make_safeguard(), make_safeguard()
    record_state(good)
    answer = make_quick_answer("turned", unknown)
    one, _user = sign_in("editor")
    two, _second = sign_in("reviewer")
    path = address(answer)
    added = {"ties-TOTAL_FORMS": 2, "ties-1-safeguard": good.pk, "question_de": "Neu?"}
    one.post(path, {**typed(one, path), **tie_rows(answer), **added})
    assert [tie.safeguard for tie in answer.ties.all()] == [unknown]
    proposed = ProposedChange.objects.get()
    assert proposed.after == {"question_de": "Neu?", "safeguards": [unknown.pk, good.pk]}
    decide = f"/admin/firm/proposedchange/{proposed.pk}/entscheiden/"
    two.post(decide, {"_confirm": "1", "as_read": proposed.digest})
    assert set(answer.safeguards.all()) == {unknown, good}


def test_a_safeguard_that_can_only_make_an_answer_worse_is_tied_at_once(sign_in: SignIn) -> None:
    good, bad = make_safeguard(), make_safeguard()
    record_state(good)
    record_state(bad, "not_protected")
    answer = make_quick_answer("turned", good)
    one, _user = sign_in("editor")
    path = address(answer)
    added = {"ties-TOTAL_FORMS": 2, "ties-1-safeguard": bad.pk}
    one.post(path, {**typed(one, path), **tie_rows(answer), **added})
    assert set(answer.safeguards.all()) == {good, bad}
    assert not ProposedChange.objects.exists()


def test_a_new_answer_waits_with_all_that_it_depends_on(sign_in: SignIn) -> None:
    good = make_safeguard()
    record_state(good)
    one, _user = sign_in("editor")
    two, _second = sign_in("reviewer")
    path = "/admin/safeguards/quickanswer/add/"
    sent = typed(one, path) | {
        **{"key": "new", "position": 1, "question_de": "Neu?", "question_past_de": "Damals?"},
        **{"ties-TOTAL_FORMS": 1, "ties-INITIAL_FORMS": 0, "ties-0-safeguard": good.pk},
    }
    one.post(path, sent)
    assert not QuickAnswer.objects.exists()
    proposed = ProposedChange.objects.get()
    decide = f"/admin/firm/proposedchange/{proposed.pk}/entscheiden/"
    two.post(decide, {"_confirm": "1", "as_read": proposed.digest})
    assert list(QuickAnswer.objects.get().safeguards.all()) == [good]


def test_a_new_wording_waits_and_is_then_that_of_its_author(sign_in: SignIn) -> None:
    safeguard = make_safeguard()
    one, author = sign_in("editor")
    two, _second = sign_in("reviewer")
    path = f"/admin/safeguards/wording/add/?safeguard={safeguard.pk}&state=on"
    count = Wording.objects.count()
    sent = typed(one, path, text_de="Niemand sieht etwas.", text_en="Nobody sees anything.")
    assert one.post(path, sent).status_code == 302
    assert Wording.objects.count() == count
    proposed = ProposedChange.objects.get()
    page = two.get(f"/admin/firm/proposedchange/{proposed.pk}/change/")
    assert "Niemand sieht etwas." in page.content.decode()
    two.post(
        f"/admin/firm/proposedchange/{proposed.pk}/entscheiden/",
        {"_confirm": "1", "as_read": proposed.digest},
    )
    newest = Wording.objects.latest("pk")
    assert (newest.text_de, newest.recorded_by) == ("Niemand sieht etwas.", author)


def test_what_only_warns_goes_at_once(sign_in: SignIn) -> None:
    client, _user = sign_in("editor")
    safeguard = make_safeguard()
    client.post(address(safeguard), typed(client, address(safeguard), max_age_days=3))
    safeguard.refresh_from_db()
    assert safeguard.max_age_days == 3
    ground = fallen()
    Foundation.objects.update(state="stands", fallen_on=None)
    sent = typed(client, address(ground), state="fallen", fallen_on="2026-11-01")
    client.post(address(ground), sent)
    ground.refresh_from_db()
    assert ground.state == "fallen"
    assert not ProposedChange.objects.exists()


def test_an_editor_decides_about_nothing(sign_in: SignIn) -> None:
    change = proposing.propose(make_question(), {}, {"answer_de": "Nein."}, by=make_user())
    client, _user = sign_in("editor")
    sent = {"_confirm": "1", "as_read": change.digest}
    answer = client.post(f"/admin/firm/proposedchange/{change.pk}/entscheiden/", sent)
    assert answer.status_code == 403
    page = client.get(f"/admin/firm/proposedchange/{change.pk}/change/")
    assert page.status_code == 200
    assert change.digest not in page.content.decode()


def test_turning_down_needs_a_reason_and_changes_nothing(sign_in: SignIn) -> None:
    question = make_question()
    change = proposing.propose(
        question, {"answer_de": question.answer_de}, {"answer_de": "Nein."}, by=make_user()
    )
    reviewer = make_user("reviewer")
    with pytest.raises(proposing.NeedsAReason):
        proposing.turn_down(change, by=reviewer, as_read=change.digest, reason=" ")
    proposing.turn_down(change, by=reviewer, as_read=change.digest, reason="Stimmt nicht.")
    with pytest.raises(proposing.DecidedAlready):
        proposing.confirm(change, by=reviewer, as_read=change.digest)
    question.refresh_from_db()
    assert question.answer_de != "Nein."


def test_what_was_changed_since_is_not_overwritten() -> None:
    question = make_question()
    change = proposing.propose(
        question, {"answer_de": "Alt."}, {"answer_de": "Neu."}, by=make_user()
    )
    with pytest.raises(proposing.NoLongerFits):
        proposing.confirm(change, by=make_user("reviewer"), as_read=change.digest)


def test_a_firm_of_one_person_changes_at_once_and_the_audit_has_it(
    sign_in: SignIn, settings: Any
) -> None:
    settings.FOUR_EYES = False
    client, user = sign_in("editor")
    question = make_question()
    before = question.answer_de
    client.post(address(question), typed(client, address(question), answer_de="Nein."))
    question.refresh_from_db()
    assert question.answer_de == "Nein."
    assert AuditEntry.objects.filter(act="content-changed", by=user).exists()
    kept = ProposedChange.objects.get()
    assert (kept.before, kept.after) == ({"answer_de": before}, {"answer_de": "Nein."})
    assert (kept.accepted, kept.four_eyes, kept.decided_by) == (True, False, user)


def test_what_was_decided_stays_and_a_proposal_is_decided_once() -> None:
    question, one, two = make_question(), make_user(), make_user("reviewer")
    change = proposing.propose(question, {}, {"answer_de": "Nein."}, by=one)
    rows = ProposedChange.objects.filter(pk=change.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(after={"answer_de": "Ja."})
    proposing.turn_down(change, by=two, as_read=change.digest, reason="Stimmt nicht.")
    change.refresh_from_db()
    with pytest.raises(FrozenRow):
        change.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(accepted=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_what_waits_is_counted_on_the_first_page(sign_in: SignIn) -> None:
    change = proposing.propose(make_question(), {}, {"answer_de": "Nein."}, by=make_user())
    client, _user = sign_in("reviewer")
    page = client.get("/admin/").content.decode()
    assert "<b>1</b> Wartet auf Sie" in page
    assert f"/admin/firm/proposedchange/{change.pk}/change/" in page
    proposing.turn_down(change, by=make_user("reviewer"), as_read=change.digest, reason="Nein.")
    assert "<b>0</b> Wartet auf Sie" in client.get("/admin/").content.decode()


def test_no_list_no_row_below_and_no_action_goes_round_the_second_person() -> None:
    for admin in site._registry.values():
        assert not admin.list_editable
        if isinstance(admin, ProposingAdmin):
            assert admin.actions is None
    # Rows of other tables below a form: only what adds a tie, which the form judges.
    editable = {
        inline.model.__name__
        for admin in site._registry.values()
        if isinstance(admin, ProposingAdmin)
        for inline in admin.inlines
        if inline.has_add_permission is not None and inline.model not in (Wording, Edition)
    }
    assert editable == {"AnswerTie"}


def test_a_report_is_confirmed_only_as_it_was_read(sign_in: SignIn) -> None:
    safeguard, reporter = make_safeguard(), make_user()
    record_state(safeguard, "not_protected", promise="off")
    waiting = reporting.report_change(safeguard, "on", by=reporter, reason_de="An.")
    assert waiting is not None
    client, _user = sign_in("reviewer")
    for sent in ({}, {"as_read": ""}, {"as_read": "0" * 64}):
        client.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", **sent})
        waiting.refresh_from_db()
        assert waiting.accepted is None
    page = client.get(f"/admin/meldungen/{waiting.pk}/").content.decode()
    read = re.search(r'name="as_read" value="(\w+)"', page)
    assert read
    client.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": read[1]})
    waiting.refresh_from_db()
    assert waiting.accepted is True


def test_the_table_in_security_names_exactly_what_needs_a_second_person() -> None:
    whole = (Path(conf.BASE_DIR) / "SECURITY.md").read_text("utf-8")
    text = whole.split("## Who can change alone what readers see")[1]
    rows = re.findall(r"^\| `(\w+\.\w+)` \|[^|]*\|([^|]*)\|[^|]*\|$", text, re.M)
    written = {label: set(re.findall(r"`(\w+)`", fields)) for label, fields in rows}
    guarded = {
        model._meta.label_lower: set(admin.second_person_for)
        for model, admin in site._registry.items()
        if isinstance(admin, ProposingAdmin)
    }
    assert written == guarded

"""Correct, withdraw, restore: what may still happen to a published edition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from notices.editions import drafting, publishing
from notices.editions.models import Edition
from notices.editions.review import correction_offers
from notices.firm.models import AuditEntry
from tests.factories import make_edition, make_question, make_user

pytestmark = pytest.mark.django_db
TYPO = {"text_de": "## Wozu\n\nDeutscher Texxt."}
RIGHT = {"text_de": "## Wozu\n\nDeutscher Text."}


def test_a_typing_error_is_put_right_at_once_under_the_same_number(editor: User) -> None:
    edition = make_edition(text_de=TYPO["text_de"])
    correction = publishing.correct(edition, by=editor, texts=RIGHT)
    assert correction.label == "1.1"
    assert correction.previous_digest == edition.digest
    assert "Text." in correction.html_in("de")
    assert edition.notice.in_force_at(timezone.now()) == correction
    assert (correction.approver_role, correction.four_eyes) == ("", False)
    assert list(correction.writers.all()) == [editor]
    audit = AuditEntry.objects.get(act="edition-corrected")
    assert audit.by == editor
    assert audit.detail["words"] == 1
    assert "Texxt" not in str(audit.detail)
    assert Edition.objects.get(pk=edition.pk).text_de == TYPO["text_de"]


def test_a_change_of_meaning_is_refused_with_its_reason_and_stores_nothing(editor: User) -> None:
    edition = make_edition(text_de="Nach 30 Tagen.")
    with pytest.raises(publishing.ChangesTheMeaning) as caught:
        publishing.correct(edition, by=editor, texts={"text_de": "Nach 90 Tagen."})
    assert "other" in caught.value.decision.reasons
    assert Edition.objects.count() == 1


def test_a_superseded_edition_is_not_corrected_back_into_force(editor: User) -> None:
    old = make_edition(text_de=TYPO["text_de"], in_force_from=timezone.now() - timedelta(days=2))
    make_edition(old.notice, in_force_from=timezone.now() - timedelta(days=1))
    with pytest.raises(publishing.NoLongerInForce):
        publishing.correct(old, by=editor, texts=RIGHT)


def test_a_scheduled_edition_keeps_its_day_when_it_is_corrected(editor: User) -> None:
    day = timezone.now() + timedelta(days=3)
    edition = make_edition(text_de=TYPO["text_de"], in_force_from=day, published_at=timezone.now())
    correction = publishing.correct(edition, by=editor, texts=RIGHT)
    assert correction.in_force_from == day
    assert edition.notice.in_force_at(timezone.now()) is None
    assert edition.notice.in_force_at(day) == correction


def test_only_the_newest_row_of_a_number_is_corrected_or_withdrawn(editor: User) -> None:
    edition = make_edition(text_de=TYPO["text_de"])
    publishing.correct(edition, by=editor, texts=RIGHT)
    with pytest.raises(publishing.NotTheNewestRow):
        publishing.correct(edition, by=editor, texts=RIGHT)
    with pytest.raises(publishing.NotTheNewestRow):
        publishing.withdraw(edition, by=editor, reason_de="Falsch.")


def test_a_withdrawal_says_why_and_revives_nothing() -> None:
    reviewer = make_user("reviewer")
    old = make_edition(in_force_from=timezone.now() - timedelta(days=2))
    edition = make_edition(old.notice)
    with pytest.raises(publishing.ReasonMissing):
        publishing.withdraw(edition, by=reviewer, reason_de=" ")
    withdrawal = publishing.withdraw(edition, by=reviewer, reason_de="Ein Satz war falsch.")
    assert withdrawal.recorded_by == reviewer
    assert edition.notice.in_force_at(timezone.now()) is None
    assert AuditEntry.objects.get(act="edition-withdrawn").by == reviewer
    edition = Edition.objects.get(pk=edition.pk)
    with pytest.raises(publishing.AlreadyWithdrawn):
        publishing.withdraw(edition, by=reviewer, reason_de="Noch einmal.")


def test_an_old_edition_becomes_a_draft_and_never_overwrites_one(editor: User) -> None:
    old = make_edition(text_de="Alter Text.", change_note_de="Neu.")
    draft = drafting.restore(old, by=editor)
    assert (draft.status, draft.text_de, draft.change_note_de) == ("draft", "Alter Text.", "")
    assert publishing.has_written(draft, editor)
    with pytest.raises(drafting.DraftIsOpen):
        drafting.restore(old, by=editor)


@pytest.mark.parametrize("act", ["correct", "withdraw", "restore"])
def test_a_draft_takes_none_of_these_steps(act: str, editor: User) -> None:
    draft = make_edition(status="draft")
    steps: dict[str, Callable[[], object]] = {
        "correct": partial(publishing.correct, draft, by=editor, texts=RIGHT),
        "withdraw": partial(publishing.withdraw, draft, by=editor, reason_de="Falsch."),
        "restore": partial(drafting.restore, draft, by=editor),
    }
    with pytest.raises(publishing.NotPublished):
        steps[act]()


@pytest.mark.parametrize("status", ["review", "published"])
def test_only_a_draft_is_saved_discarded_or_given_words(status: str, editor: User) -> None:
    correction = make_edition(text_de=TYPO["text_de"])
    edition = make_edition(correction.notice, status=status)
    acts: list[Callable[[], object]] = [
        partial(drafting.save, edition, by=editor),
        partial(drafting.discard, edition, by=editor),
        partial(correction_offers.take_over, edition, correction, by=editor),
    ]
    for act in acts:
        with pytest.raises(publishing.NotADraft):
            act()
    assert Edition.objects.filter(pk=edition.pk, status=status).exists()
    assert not AuditEntry.objects.exists()


def test_two_corrections_in_a_row_do_not_turn_before_into_after(editor: User) -> None:
    first = make_edition(text_de="Wir löschen die Daten vorher.")
    for text in ("Wir löschen die Daten vohrer.", "Wir löschen die Daten nachher."):
        with pytest.raises(publishing.ChangesTheMeaning):
            publishing.correct(first, by=editor, texts={"text_de": text})
    assert Edition.objects.count() == 1


def test_a_second_correction_may_go_on_from_the_first(editor: User) -> None:
    edition = make_edition(text_de="Die Verwaltng liest das Protokol.")
    first = publishing.correct(
        edition, by=editor, texts={"text_de": "Die Verwaltung liest das Protokol."}
    )
    second = publishing.correct(
        first, by=editor, texts={"text_de": "Die Verwaltung liest das Protokoll."}
    )
    assert second.label == "1.2"


def test_a_word_that_another_page_uses_is_not_corrected_alone(editor: User) -> None:
    make_question(answer_de="Der Texxt ist eine Technik.")
    edition = make_edition(text_de=TYPO["text_de"])
    with pytest.raises(publishing.ChangesTheMeaning):
        publishing.correct(edition, by=editor, texts=RIGHT)


@pytest.mark.parametrize("field", ["title_de", "summary_de", "text_de"])
def test_a_word_that_another_notice_uses_is_not_corrected_alone(editor: User, field: str) -> None:
    make_edition(None, **{field: "Der Texxt ist eine Technik."})
    edition = make_edition(text_de=TYPO["text_de"])
    with pytest.raises(publishing.ChangesTheMeaning):
        publishing.correct(edition, by=editor, texts=RIGHT)


@pytest.mark.parametrize("act", [drafting.save, drafting.discard, publishing.submit])
def test_a_draft_that_was_discarded_meanwhile_is_told_as_gone(
    editor: User, act: Callable[..., object]
) -> None:
    draft = make_edition(status="draft")
    drafting.discard(Edition.objects.get(pk=draft.pk), by=editor)
    with pytest.raises(publishing.NotADraft):
        act(draft, by=editor)


def test_a_correction_of_a_letter_from_before_the_portal_is_a_row_of_today(editor: User) -> None:
    letter = make_edition(text_de=TYPO["text_de"], historical=True)
    assert not publishing.correct(letter, by=editor, texts=RIGHT).historical

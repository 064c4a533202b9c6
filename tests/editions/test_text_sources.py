"""A translation is stale from the moment its source changes without it, wherever it stands."""

from __future__ import annotations

import pytest
from django.db.models import Model

from notices.editions.models import TextSource
from notices.editions.review.text_sources import noted_sources, stale_languages, translated_fields
from notices.faq.models import Question
from notices.firm.models import Organisation
from notices.safeguards.models import Wording
from tests.factories import make_organisation, make_question

pytestmark = pytest.mark.django_db


def older(question: Question) -> list[str]:
    question.refresh_from_db()
    return stale(question)


def stale(row: Model) -> list[str]:
    noted = noted_sources().get((row._meta.label_lower, row.pk), [])
    return sorted(stale_languages(row, noted))


def test_a_new_row_has_translations_of_the_text_as_it_is() -> None:
    assert older(make_question()) == []


def test_a_changed_source_leaves_its_translation_behind_until_that_is_written_anew() -> None:
    question = make_question()
    question.answer_de = "Anders."
    question.save()
    assert older(question) == ["en"]
    question.question_de = "Auch anders?"
    question.save()
    question.answer_en = "Different."
    question.save()
    assert older(question) == ["en"]
    question.question_en = "Different too?"
    question.save()
    assert older(question) == []


def test_what_is_changed_together_belongs_together() -> None:
    question = make_question()
    question.answer_de, question.answer_en = "Anders.", "Different."
    question.save()
    assert older(question) == []


def test_a_source_that_is_put_back_as_it_was_leaves_nothing_behind() -> None:
    question = make_question()
    before = question.answer_de
    for text, languages in (("Anders.", ["en"]), ("Noch anders.", ["en"]), (before, [])):
        question.answer_de = text
        question.save()
        assert older(question) == languages


def test_what_has_no_translation_is_missing_and_not_stale() -> None:
    question = make_question(answer_en="")
    question.answer_de = "Anders."
    question.save()
    assert not TextSource.objects.exists()


def test_only_what_is_stored_counts() -> None:
    question = make_question()
    question.answer_de = "Anders."
    question.save()
    question.answer_en = "Different."
    question.save(update_fields=["position"])
    assert older(question) == ["en"]


def test_the_profile_of_the_firm_is_looked_after_too() -> None:
    make_organisation()
    row = Organisation.objects.get()
    row.phone_hours_de = "Nie."
    row.save()
    assert stale(row) == ["en"]


def test_addresses_and_frozen_rows_have_no_source() -> None:
    assert translated_fields(Question) == ("answer", "question")
    assert translated_fields(Wording) == ()
    assert translated_fields(TextSource) == ()

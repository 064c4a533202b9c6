"""Staff keep the list of words that mean the same; a search knows them at once."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from notices.faq.forms import SynonymsForm
from notices.faq.models import Synonyms
from notices.faq.search import search
from notices.lib.same_meaning import words_of_list
from portal.staff.roles import PERMISSIONS
from tests.factories import make_question

pytestmark = pytest.mark.django_db


def form(words: str, language: str = "de") -> SynonymsForm:
    class Whole(SynonymsForm):
        class Meta(SynonymsForm.Meta):
            fields = ["language", "words"]

    return Whole({"language": language, "words": words})


def test_words_are_tidied_and_found_at_once() -> None:
    make_question("password", question_de="Wo steht das Passwort?")
    saved = form(" Passwort ,Losung,, Passwort")
    assert saved.is_valid(), saved.errors
    assert saved.save().words == "Passwort, Losung"
    assert [hit.place for hit in search("Losung", "de", timezone.now())] == ["password"]


@pytest.mark.parametrize("words", ["Passwort", " , Passwort,", "Passwort, Passwort"])
def test_one_word_alone_is_refused(words: str) -> None:
    assert "words" in form(words).errors


@pytest.mark.parametrize("word", ["nicht", "???"])
def test_a_word_that_no_search_minds_is_named(word: str) -> None:
    assert word in str(form(f"Passwort, {word}").errors["words"])


def test_the_same_list_is_not_kept_twice() -> None:
    Synonyms.objects.create(language="de", words="Passwort, Losung")
    assert not form("Passwort, Losung").is_valid()


def test_the_office_may_edit_them_and_the_operator_may_not() -> None:
    assert "change" in PERMISSIONS["editor"]["faq.synonyms"]
    assert "faq.synonyms" not in PERMISSIONS["operator"]


@pytest.mark.usefixtures("starter")
def test_every_list_of_the_starter_is_one_that_the_form_takes() -> None:
    for row in Synonyms.objects.all():
        assert ", ".join(words_of_list(row.words, row.language)) == row.words


def test_lists_of_an_older_starter_are_mended_and_others_stay() -> None:
    silent = Synonyms.objects.create(
        language="en", words="mandatory, compulsory, required, forced, must"
    )
    own = Synonyms.objects.create(language="en", words="mandatory, must")
    migration = import_module("notices.faq.migrations.0008_no_silent_synonyms")
    migration.mend(apps, SimpleNamespace(connection=connection))
    silent.refresh_from_db()
    own.refresh_from_db()
    assert (silent.words, own.words) == (
        "mandatory, compulsory, required, forced",
        "mandatory, must",
    )

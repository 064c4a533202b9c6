"""A typing error is two clicks away from the start; nobody has to think of an address."""

from __future__ import annotations

import pytest

from notices.editions.models import Notice
from notices.faq.models import Question, Topic
from tests.conftest import SignIn
from tests.factories import make_organisation, make_topic
from tests.walking import Walker

pytestmark = pytest.mark.django_db


def test_a_typing_error_is_two_clicks_away(sign_in: SignIn, starter: None) -> None:
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive("/admin/")
    person.open("/admin/texte/")
    edition = Notice.objects.get(key="imprint").editions.get()
    person.open(f"/admin/editions/edition/{edition.pk}/korrigieren/")
    assert person.clicks == 2
    assert "Zeigen, was sich unterscheidet" in person.html or "text_de" in person.html


def test_every_text_and_every_question_is_on_the_page(sign_in: SignIn, starter: None) -> None:
    page = sign_in("editor")[0].get("/admin/texte/").content.decode()
    for notice in Notice.objects.all():
        assert page.count(f'Tippfehler korrigieren<span class="vh">: {notice}</span>') == 1
    for question in Question.objects.all():
        assert f'href="/admin/faq/question/{question.pk}/change/"' in page


def test_address_and_key_of_a_new_question_are_made_from_it(
    sign_in: SignIn, one_person: None
) -> None:
    make_organisation()
    topic = make_topic()
    person = Walker(sign_in("editor")[0], "editor")
    for _again in range(2):
        person.arrive("/admin/faq/question/add/")
        person.send(
            "question_de",
            question_de="Was ist für Gäste übrig?",
            question_en="What is left for guests?",
            answer_de="Nichts.",
            topic=str(topic.pk),
        )
    first, second = Question.objects.order_by("pk")
    assert (first.slug_de, first.slug_en) == (
        "was-ist-fuer-gaeste-uebrig",
        "what-is-left-for-guests",
    )
    assert first.key == "was-ist-fuer-gaeste-uebrig"
    assert (second.slug_de, second.key) == (f"{first.slug_de}-2", f"{first.key}-2")


def test_an_address_that_is_public_stays_when_the_title_changes(
    sign_in: SignIn, one_person: None
) -> None:
    make_organisation()
    topic: Topic = make_topic()
    before = topic.slug_de
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive(f"/admin/faq/topic/{topic.pk}/change/")
    person.send("title_de", title_de="Ganz anders", slug_de="")
    topic.refresh_from_db()
    assert (topic.title_de, topic.slug_de) == ("Ganz anders", before)

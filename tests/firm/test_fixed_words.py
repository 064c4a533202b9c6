"""Fixed words of templates are looked up once for each language, and said as Django says them."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.templatetags import i18n
from django.utils import translation

from notices.firm.words import fixed_words

WORDS = '{% load i18n %}{% translate "Contact" %}'


def said(template: Template, language: str, **context: object) -> str:
    with translation.override(language):
        return template.render(Context(context))


def test_every_language_gets_its_own_words_from_one_template() -> None:
    template = Template(WORDS)
    both = ["Kontakt", "Contact"]
    assert [said(template, language) for language in ("de", "en", "de", "en")] == [*both, *both]


def test_words_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Template(WORDS)
    assert said(template, "de") == "Kontakt"
    monkeypatch.setattr(i18n.TranslateNode, "render", lambda *args: "looked up again")
    assert said(template, "de") == "Kontakt"
    assert said(template, "en") == "looked up again"


def test_words_without_any_language_are_those_of_the_code() -> None:
    template = Template(WORDS)
    assert said(template, "de") == "Kontakt"
    with translation.override(None):
        assert template.render(Context()) == "Contact"
    # Django makes a catalogue for each of these occasions: none is kept.
    (kept,) = (node for node in template.nodelist if isinstance(node, fixed_words.FixedWords))
    assert len(kept._said) == 1


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("{% translate name %}", "Kontakt"),
        ('{% translate "Contact"|upper %}', "KONTAKT"),
        ('{% translate "Contact" as here %}{{ here }}!', "Kontakt!"),
        ('{% translate "print" context "address" %}', "druck"),
        ('{% translate "Contact" noop %}', "Contact"),
        ('{% trans "Contact" %}', "Kontakt"),
    ],
)
def test_whatever_depends_on_more_than_the_language_is_left_to_django(tag: str, words: str) -> None:
    template = Template("{% load i18n %}" + tag)
    assert said(template, "de", name="Contact") == words
    assert said(template, "de", name="Contact") == words


@pytest.mark.parametrize(
    "tags",
    [
        '{% translate "a < b 100%" %}',
        "{% autoescape off %}{% translate 'a < b' %}{% endautoescape %}",
    ],
)
def test_markup_in_words_is_as_django_shows_it(tags: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Template("{% load i18n %}" + tags)
    monkeypatch.setitem(i18n.register.tags, "translate", i18n.do_translate)
    plain = Template("{% load i18n %}" + tags)
    assert any(kept.nodelist.get_nodes_by_type(fixed_words.FixedWords))
    assert not any(plain.nodelist.get_nodes_by_type(fixed_words.FixedWords))
    assert said(kept, "de") == said(plain, "de")

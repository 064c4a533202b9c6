"""No form takes a sign that nobody sees into a field of one line."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory

import notices
import portal.accounts
import portal.staff
from notices.firm.inputs.one_line import refuse_unseen
from notices.firm.languages import is_missing, localised
from notices.firm.models import Organisation
from tests.factories import make_organisation, make_question, make_topic, make_user

pytestmark = pytest.mark.django_db

SIGNS = ["\x00", "\x0b", "\x0c", "\x1e", "\x7f", "\x85", "\u2028", "\u202e", "\uffff", "\t"]
# They store nothing: what is typed is compared and forgotten.
STORES_NOTHING = {"SignInForm", "CodeForm", "ConfirmCodeForm", "ActivateAppForm"}
# It carries a file of many lines; `csv_file` cleans each cell.
STORES_NOTHING |= {"FileForm"}
# What a browser answers with, as JSON that is read and checked.
NOT_TYPED = {"AddPasskeyForm.credential"}


def plain_forms(kind: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in kind.__subclasses__():
        yield from plain_forms(form)
        if form.__module__.startswith(("notices.", "portal.")):
            yield form


def load_forms() -> None:
    """Import what is imported by the first request otherwise: a form unknown is a form untried."""
    for room in (portal.accounts, portal.staff, notices):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations" not in module.name:
                import_module(module.name)


def one_line_fields() -> Iterator[tuple[str, forms.CharField]]:
    """Yield every field of one line of every form: of plain ones, of the admin and its inlines."""
    load_forms()
    request = RequestFactory().get("/admin/")
    request.user = make_user("editor")
    request.user.is_superuser = True
    named: list[tuple[str, Any]] = []
    for model, one in admin.site._registry.items():
        if not (one.has_add_permission(request) or one.has_change_permission(request)):
            continue
        named.append((model.__name__, one.get_form(request, None)))
        for inline in one.get_inline_instances(request):
            named.append((type(inline).__name__, inline.get_formset(request).form))
    named += [
        (form.__name__, form)
        for form in plain_forms()
        if not issubclass(form, forms.BaseModelForm) and form.__name__ not in STORES_NOTHING
    ]
    for name, form in named:
        for field_name, field in form.base_fields.items():
            is_typed = f"{name}.{field_name}" not in NOT_TYPED
            several = isinstance(field.widget, forms.Textarea | forms.PasswordInput)
            if isinstance(field, forms.CharField) and is_typed and not several:
                yield f"{name}.{field_name}", field


def test_every_one_line_field_of_every_form_refuses_what_nobody_sees() -> None:
    open_doors = []
    for name, field in one_line_fields():
        for sign in SIGNS:
            try:
                field.clean(f"a{sign}b")
            except ValidationError:
                continue
            open_doors.append((name, sign))
    assert open_doors == []
    assert len(list(one_line_fields())) > 60


def test_the_refusal_says_where_the_sign_stands() -> None:
    with pytest.raises(ValidationError, match="Verwaltung Muster"):
        refuse_unseen("Verwaltung Muster\x0bGmbH")
    refuse_unseen("Müller & Söhne – „Haus“ №\xa01")


def test_the_name_of_the_firm_never_breaks_a_feed(client: Client) -> None:
    make_organisation()
    Organisation.objects.update(name="Verwaltung\x0bMuster")
    for path in ("/de/aenderungen.atom", "/en/changes.atom"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "nothing", ["\xa0", "\u200b", "\u2060", "\ufeff", "\xad", "\xa0\u200b ", "\u3164", "\u2028\n"]
)
def test_english_that_nobody_can_see_is_missing(client: Client, nothing: str) -> None:
    make_organisation()
    question = make_question("phone", make_topic("before"))
    question.answer_en = nothing
    question.save()
    assert is_missing(nothing)
    assert localised(question, "answer", "en").is_missing
    assert localised(question, "answer_html", "en").is_missing
    html = client.get("/en/questions/phone/").content.decode()
    assert "only available in German so far" in html


def test_a_single_letter_is_a_translation() -> None:
    assert not is_missing("x")
    assert not is_missing("<p>–</p>")
    assert is_missing("<p>&nbsp;\u200b</p>")

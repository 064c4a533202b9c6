"""Two people have the same form open: nobody overwrites what they never saw, on any form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import Client, RequestFactory

from notices.communities.models import Community
from notices.editions.models import Edition, Foundation, Notice
from notices.faq.models import Question, Synonyms, Topic
from notices.firm.inputs.turns import SEEN, TakesTurns
from notices.firm.models import Firm, Organisation
from notices.invitations.models import Adjustment, Meeting, MeetingType
from notices.safeguards.models import Provider, QuickAnswer, Safeguard
from tests.factories import (
    make_community,
    make_edition,
    make_firm,
    make_meeting,
    make_notice,
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_person"), pytest.mark.thorough]

# A row of every model that staff can change, and two of its fields.
ROWS: dict[type[models.Model], tuple[Callable[[], models.Model], str, str]] = {
    Firm: (make_firm, "name", "phone"),
    Organisation: (make_organisation, "name", "phone"),
    User: (lambda: make_user("editor"), "username", "email"),
    Community: (make_community, "name", "street"),
    Provider: (lambda: Provider.objects.create(name="Konferenz"), "name", "received_de"),
    Safeguard: (make_safeguard, "name_de", "zoom_name_de"),
    QuickAnswer: (
        lambda: make_quick_answer("recording", make_safeguard()),
        "question_de",
        "question_past_de",
    ),
    Foundation: (
        lambda: Foundation.objects.create(
            key="frame", kind="framework", name_de="Rahmen", checked_on="2026-11-01"
        ),
        "name_de",
        "note_de",
    ),
    Notice: (make_notice, "title_de", "title_en"),
    Edition: (lambda: make_edition(status="draft"), "title_de", "text_de"),
    Topic: (make_topic, "title_de", "title_en"),
    Question: (make_question, "question_de", "answer_de"),
    Synonyms: (lambda: Synonyms.objects.create(language="de", words="Tür, Pforte"), "words", ""),
    Meeting: (make_meeting, "title_de", "place_de"),
    MeetingType: (
        lambda: MeetingType.objects.create(key="x", name_de="Beirat", app=True),
        "name_de",
        "rules_de",
    ),
}


def changeable() -> Iterator[tuple[type[models.Model], admin.ModelAdmin[Any], Any]]:
    """Yield every model whose rows somebody can change on a staff page."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    for model, page in admin.site._registry.items():
        if page.has_change_permission(request):
            yield model, page, request


def path_of(row: models.Model) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def opened(client: Client, path: str) -> dict[str, Any]:
    """Return what a browser would send if nothing were typed into the page."""
    context = client.get(path).context
    sets = [one.formset for one in context["inline_admin_formsets"]]
    inside = [form for one in sets for form in (one.management_form, *one.forms)]
    sent: dict[str, Any] = {}
    for field in (field for form in (context["adminform"].form, *inside) for field in form):
        widget = getattr(field.field.widget, "widget", field.field.widget)
        value = widget.format_value(field.value()) if not field.field.disabled else None
        if isinstance(widget, forms.CheckboxInput):
            value = "on" if field.value() else None
        if value not in (None, []):
            sent[field.html_name] = value
    mark = {"_opened_by": context["opened_by"]}
    return {**sent, **mark, "despite_gaps": "on", "_continue": "1"}


def stored(row: models.Model, name: str) -> str:
    fresh = type(row)._default_manager.get(pk=row.pk)
    if isinstance(fresh, Community):
        return str(getattr(fresh.details.last(), name))
    return str(getattr(fresh, name))


def words(one: Any) -> str:
    return unescape(one.content.decode())


def staff() -> Client:
    client = Client()
    name = f"root{User.objects.count()}"
    client.force_login(User.objects.create_superuser(name, password="Kein Wort, das jemand raet"))
    return client


def test_no_form_escapes_this_rule() -> None:
    tried = set()
    for model, page, request in changeable():
        tried.add(model)
        make, *_names = ROWS[model]
        row = make()
        form = page.get_form(request, row, change=True)
        assert issubclass(form, TakesTurns), model
        assert SEEN in form.base_fields, model
        for inline in page.get_inline_instances(request, row):
            if inline.has_change_permission(request, row):
                inside = inline.get_formset(request, row).form
                assert issubclass(inside, TakesTurns), (model, inline)
                assert SEEN in inside.base_fields, (model, inline)
    assert tried == set(ROWS)


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_of_two_saves_the_second_one_overwrites_nothing_unseen(model: type[models.Model]) -> None:
    if model is not Organisation:
        make_organisation()
    make, name, other = ROWS[model]
    row = make()
    first, second = staff(), staff()
    path = path_of(row)
    mine, theirs = opened(second, path), opened(first, path)
    one, two = ("Eins, Zwei", "Drei, Vier") if model is not User else ("eins", "zwei")
    beside = {} if not other else {other: "da@example.org" if model is User else "Daneben"}
    answer = first.post(path, {**theirs, name: one, **beside})
    assert answer.status_code == 302, answer.context["errors"]
    assert stored(row, name) == one
    refused = second.post(path, {**mine, name: two})
    assert refused.status_code == 200
    assert stored(row, name) == one
    page = words(refused)
    assert one in page
    assert two in page
    assert "Jemand anders hat das hier inzwischen gespeichert." in page
    (difference,) = refused.context["differences"]
    assert (difference.name, difference.stored, difference.typed) == (name, one, two)
    again = {**mine, name: two, **beside}
    seen = refused.context["adminform"].form[SEEN].value()
    assert second.post(path, {**again, SEEN: seen}).status_code == 302
    assert stored(row, name) == two
    if other:
        # What the second person never touched is as the first one left it.
        assert stored(row, other) == beside[other]


@pytest.mark.parametrize("model", [one for one in ROWS if ROWS[one][2]], ids=lambda m: m.__name__)
def test_what_one_left_alone_takes_the_value_of_the_other(model: type[models.Model]) -> None:
    if model is not Organisation:
        make_organisation()
    make, name, other = ROWS[model]
    row = make()
    first, second = staff(), staff()
    path = path_of(row)
    mine, theirs = opened(second, path), opened(first, path)
    one = "eins" if model is User else "Eins"
    new = "da@example.org" if model is User else "Daneben"
    assert first.post(path, {**theirs, name: one}).status_code == 302
    saved = second.post(path, {**mine, other: new}, follow=True)
    assert saved.redirect_chain
    assert (stored(row, name), stored(row, other)) == (one, new)
    assert "das bleibt so:" in words(saved)


def test_the_stored_value_can_be_taken_with_one_tick() -> None:
    make_organisation()
    row = make_topic()
    first, second = staff(), staff()
    path = path_of(row)
    mine, theirs = opened(second, path), opened(first, path)
    first.post(path, {**theirs, "title_de": "Eins"})
    refused = second.post(path, {**mine, "title_de": "Zwei"})
    assert 'name="take" value="title_de"' in words(refused)
    seen = refused.context["adminform"].form[SEEN].value()
    sent = {**mine, "title_de": "Zwei", "title_en": "Two", "take": "title_de", SEEN: seen}
    assert second.post(path, sent).status_code == 302
    assert (stored(row, "title_de"), stored(row, "title_en")) == ("Eins", "Two")


def test_choices_and_boxes_are_compared_in_words() -> None:
    make_organisation()
    row = make_question()
    one, two = make_safeguard("one"), make_safeguard("two")
    first, second = staff(), staff()
    path = path_of(row)
    mine, theirs = opened(second, path), opened(first, path)
    first.post(path, {**theirs, "safeguards": [one.pk]})
    refused = second.post(path, {**mine, "safeguards": [two.pk]})
    (difference,) = refused.context["differences"]
    assert (difference.stored, difference.typed) == (str(one), str(two))
    assert list(row.safeguards.all()) == [one]


def test_a_row_inside_a_page_takes_turns_too() -> None:
    make_organisation()
    meeting = make_meeting()
    row = Adjustment.objects.create(
        meeting=meeting, safeguard=make_safeguard(), value="off", reason_de="Beschluss."
    )
    first, second = staff(), staff()
    path, field = path_of(meeting), "adjustments-0-reason_de"
    mine, theirs = opened(second, path), opened(first, path)
    assert first.post(path, {**theirs, field: "Eins."}).status_code == 302
    refused = second.post(path, {**mine, field: "Zwei."})
    row.refresh_from_db()
    assert row.reason_de == "Eins."
    (difference,) = refused.context["differences"]
    assert (difference.stored, difference.typed) == ("Eins.", "Zwei.")
    assert f'href="#id_{field}"' in words(refused)


def test_the_minutes_of_a_meeting_take_turns_too() -> None:
    make_organisation()
    meeting = make_meeting()
    path = f"/admin/invitations/meeting/{meeting.pk}/protokoll/"
    first, second = staff(), staff()
    sent = {"writer": "person", "recipients_de": "Alle Eigentümer", "seen": "{}"}
    assert first.post(path, sent).status_code == 302
    refused = second.post(path, {**sent, "recipients_de": "Der Beirat"})
    assert [one.stored for one in refused.context["form"].differences] == ["Alle Eigentümer"]
    assert meeting.minutes.recipients_de == "Alle Eigentümer"
    assert "Das Gespeicherte nehmen" in words(refused)

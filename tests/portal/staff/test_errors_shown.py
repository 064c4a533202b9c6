"""An error is where one looks: its section is open, its field is named and linked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings as conf

from notices.firm.inputs.days import refuse_other_centuries
from notices.firm.inputs.turns import SEEN
from tests.conftest import SignIn
from tests.factories import make_meeting, make_notice, make_organisation, make_safeguard
from tests.portal.staff.test_turns import ROWS, changeable, opened, path_of

pytestmark = pytest.mark.django_db
A_DAY = (forms.DateField, forms.DateTimeField)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def kinds(parent: type) -> Iterator[type[Any]]:
    below: list[type[Any]] = parent.__subclasses__()
    for one in below:
        yield one
        yield from kinds(one)


def test_a_section_with_an_error_opens_also_where_the_field_stands_in_a_pair(
    sign_in: SignIn,
) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    path = path_of(make_safeguard("alone"))
    closed = text(client.get(path))
    section = closed.index("Adresse und Platz auf der Seite")
    assert "<details>" in closed[section - 200 : section]
    answer = client.post(path, {**opened(client, path), "slug_de": "", "slug_en": "Not A Slug"})
    page = text(answer)
    section = page.index("Adresse und Platz auf der Seite")
    assert "<details>" not in page[section - 200 : section]
    for name in ("slug_de", "slug_en"):
        assert f'<a href="#id_{name}">' in page
        assert f'id="id_{name}"' in page


def test_needed_fields_are_marked_and_it_is_said_how(sign_in: SignIn) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    page = text(client.get(path_of(make_notice())))
    assert "Felder mit * sind nötig." in page
    assert '<label class="required" for="id_title_de">' in page


def test_no_form_takes_a_day_of_another_century() -> None:
    unbounded = [
        f"{kind.__module__}.{kind.__name__}.{name}"
        for kind in kinds(forms.BaseForm)
        if kind.__module__.startswith(("notices.", "portal."))
        and not issubclass(kind, forms.BaseModelForm)
        for name, field in getattr(kind, "base_fields", {}).items()
        if isinstance(field, A_DAY) and refuse_other_centuries not in field.validators
    ]
    for model, page, request in changeable():
        row = ROWS[model][0]()
        forms_of_page = [page.get_form(request, row, change=True), page.get_form(request)]
        for inline in page.get_inline_instances(request, row):
            forms_of_page.append(inline.get_formset(request, row).form)
        unbounded += [
            f"{model.__name__}.{name}"
            for form in forms_of_page
            for name, field in form.base_fields.items()
            if isinstance(field, A_DAY) and refuse_other_centuries not in field.validators
        ]
    assert unbounded == []


@pytest.mark.parametrize("year", ["0001", "0026", "9999"])
def test_a_year_that_nobody_means_is_refused_in_a_sentence(sign_in: SignIn, year: str) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    notice, meeting = make_notice(), make_meeting()
    moment = {"starts_at": f"{year}-01-10T18:00", "ends_at": f"{year}-01-10T20:00"}
    tried = [
        (path_of(notice), {**opened(client, path_of(notice)), "review_due": f"{year}-01-01"}),
        ("/admin/invitations/meeting/add/", {"type": meeting.type_id, "title_de": "X", **moment}),
        (f"/admin/invitations/meeting/{meeting.pk}/verschieben/", {**moment, SEEN: ""}),
        (
            "/admin/einstellung-geaendert/",
            {"safeguard": make_safeguard().pk, "value": "off", "seen_at": f"{year}-01-01T10:00"},
        ),
    ]
    for path, sent in tried:
        answer = client.post(path, sent)
        assert answer.status_code == 200, path
        assert "Bitte prüfen Sie das Jahr" in text(answer), path
    notice.refresh_from_db()
    assert notice.review_due is None or notice.review_due.year > 2000


def test_a_wrong_day_keeps_the_reasons_that_were_typed(sign_in: SignIn) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    sent = {"safeguard": make_safeguard().pk, "value": "off", "seen_at": "gestern"}
    page = text(client.post("/admin/einstellung-geaendert/", {**sent, "reason_de": "Mein Grund"}))
    assert 'value="Mein Grund"' in page
    assert 'value="gestern"' in page
    assert '<a href="#id_seen_at">' in page


def test_no_page_with_a_form_of_its_own_escapes_the_summary_of_mistakes() -> None:
    folder = Path(conf.BASE_DIR) / "templates/admin"
    # Nothing can be wrong where one only searches.
    beside = {"finding/search.html"}
    pages = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if "_field.html" in path.read_text("utf-8")
        and not re.search(r"_mistakes\.html|_troubled\.html", path.read_text("utf-8"))
    }
    assert pages == beside


# Forms of their own: the address, what is sent, and the field that is wrong.
OWN = {
    "a report": ("/admin/einstellung-geaendert/", {"value": "off"}, "safeguard"),
    "the profile": ("/admin/einrichtung/profil/2/", {"email": "nirgends"}, "email"),
    "evidence": ("/admin/nachweis/", {"first": "gestern"}, "first"),
    "a letter": ("/admin/brief-einlesen/", {"pasted": ""}, "file"),
    "a list of communities": ("/admin/communities/community/einlesen/", {"content": ""}, "file"),
    "a file of a translator": ("/admin/uebersetzungen/en/", {"_try": "1"}, "file"),
}


@pytest.mark.parametrize("name", OWN)
def test_the_summary_of_each_form_leads_to_the_field(sign_in: SignIn, name: str) -> None:
    make_organisation()
    path, sent, field = OWN[name]
    client, _ = sign_in("reviewer")
    page = text(client.post(path, sent))
    assert 'role="alert"' in page
    assert f'<a href="#id_{field}">' in page
    assert f'id="id_{field}"' in page


def test_a_meeting_that_is_moved_to_no_day_says_where(sign_in: SignIn) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    path = f"/admin/invitations/meeting/{make_meeting().pk}/verschieben/"
    page = text(client.post(path, {"starts_at": "bald", "ends_at": "2031-01-01T10:00", SEEN: ""}))
    assert '<a href="#id_starts_at">' in page
    assert 'value="2031-01-01T10:00"' in page

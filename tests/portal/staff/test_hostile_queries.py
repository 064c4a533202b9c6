"""Whatever stands in an address or in a day, no page of the staff fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from notices.firm.audit import Act, record
from tests.factories import make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

NOTHING = "\x00"
HUGE = "9" * 30
WRONG = ("0", "1", "26", "10000", "-1", "abc", HUGE, NOTHING, "")
# What Django's own lists read, and what none of them knows.
QUERIES = (
    *({"o": one} for one in (*WRONG, "1.-2.99", "-", ".")),
    *({"p": one} for one in WRONG),
    *({"q": one} for one in (NOTHING, "a\x00b", "'" * 500, "%_\\", HUGE)),
    *({"all": one} for one in WRONG),
    *({"_facets": one} for one in WRONG),
    *({"_changelist_filters": one} for one in WRONG),
    {"e": "1"},
    {"id__exact": NOTHING},
    {"id__in": f"1,{HUGE}"},
    {"pk": HUGE},
    {"nirgends__foo": "1"},
    {"password__startswith": "a"},
)


def days_of(page: admin.ModelAdmin[Any]) -> Iterator[dict[str, str]]:
    """Yield wrong years, months and days for the list that has dates above it."""
    name = page.date_hierarchy
    for one in WRONG if name else ():
        yield {f"{name}__year": one}
        yield {f"{name}__year": "2026", f"{name}__month": one}
        yield {f"{name}__year": "2026", f"{name}__month": "2", f"{name}__day": one}


def filters_of(client: Client, path: str) -> Iterator[dict[str, str]]:
    """Yield wrong values for each filter that the list really has."""
    changelist = client.get(path).context["cl"]
    for spec in changelist.filter_specs:
        for name in spec.expected_parameters():
            for one in (HUGE, "1", "abc", NOTHING, "0001-01-01", "10000-01-01"):
                yield {name: one}


@pytest.fixture
def everybody(client: Client) -> Client:
    make_meeting()
    user = User.objects.create_superuser("all-roles")
    record(Act.CONTENT_ADDED, "Eins", by=user)
    client.force_login(user)
    return client


def failing(client: Client, path: str, queries: Any) -> list[Any]:
    client.raise_request_exception = False
    return [query for query in queries if client.get(path, query).status_code >= 500]


LISTS = sorted(model._meta.label_lower for model in admin.site._registry)


@pytest.mark.parametrize("label", LISTS)
def test_no_list_fails_whatever_it_is_asked(
    everybody: Client, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = next(one for one in admin.site._registry if one._meta.label_lower == label)
    name = f"admin:{label.replace('.', '_')}_changelist"
    try:
        path = reverse(name)
    except NoReverseMatch:
        return
    page = admin.site.get_model_admin(model)
    queries = [*QUERIES, *days_of(page)]
    if everybody.get(path).status_code == 200:
        queries += filters_of(everybody, path)
    # The whole list was shown above; what a question does to it is seen in three rows, too.
    monkeypatch.setattr(page, "list_per_page", 3)
    assert failing(everybody, path, queries) == []


# Pages of their own, and what they read from the address.
OWN = {
    "/admin/suche/": ("q",),
    "/admin/einstellung-geaendert/": ("safeguard", "value"),
    "/admin/abweichungen/": ("seite", "page", "p"),
    "/admin/uebersetzungen/en/": ("stand", "seite"),
    "/admin/uebersetzungen/en/datei/": ("alle",),
    "/admin/texte/": ("q", "seite"),
    "/admin/kurzlinks/": ("firma", "sprache"),
    "/admin/einrichtung/schutz/": ("seite",),
    "/admin/nachweis/": ("first", "last", "known_at"),
    "/admin/brief-einlesen/": ("notice",),
    "/admin/safeguards/wording/add/": ("safeguard", "quick_answer", "state"),
    "/admin/safeguards/explanation/add/": ("finding",),
    "/admin/invitations/meeting/add/": ("type", "starts_at", "firm"),
    "/admin/faq/question/add/": ("topic", "reviewed_on"),
    "/admin/communities/community/bestaetigen/": ("seite",),
}


@pytest.mark.parametrize("path", OWN)
def test_no_page_of_its_own_fails_whatever_it_is_asked(everybody: Client, path: str) -> None:
    queries = [{name: one} for name in OWN[path] for one in (*WRONG, "a\x00b", "0001-01-01")]
    assert failing(everybody, path, queries) == []


@pytest.mark.parametrize(
    "path",
    [
        f"/admin/faq/question/{HUGE}/change/",
        f"/admin/faq/question/{HUGE}/history/",
        "/admin/faq/question/%00/change/",
        "/admin/faq/question/%00/history/",
        f"/admin/meldungen/{HUGE}/",
        f"/admin/abweichungen/{HUGE}/",
        f"/admin/editions/edition/{HUGE}/korrigieren/",
        f"/admin/firm/proposedchange/{HUGE}/change/",
        f"/admin/einrichtung/profil/{HUGE}/",
        f"/admin/invitations/meeting/{HUGE}/einladung/",
        f"/admin/invitations/meeting/{HUGE}/verschieben/",
        f"/admin/r/{HUGE}/{HUGE}/",
    ],
)
def test_a_number_that_no_row_has_is_not_found(everybody: Client, path: str) -> None:
    everybody.raise_request_exception = False
    assert everybody.get(path).status_code in (302, 404)
    assert everybody.post(path).status_code < 500

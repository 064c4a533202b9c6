"""The audit in words: old and new values, by act, person and day, and as a table."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from notices.firm.audit import Act, record
from notices.firm.models import AuditEntry
from notices.safeguards.by_hand import reporting
from tests.conftest import SignIn
from tests.factories import (
    make_meeting,
    make_notice,
    make_organisation,
    make_safeguard,
    make_user,
    record_state,
)
from tests.turns import seen

pytestmark = pytest.mark.django_db
LIST = "/admin/firm/auditentry/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def table(answer: Any) -> list[list[str]]:
    file = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
    return list(csv.reader(file, delimiter=";"))[1:]


def form_of(client: Client, path: str) -> dict[str, Any]:
    form = client.get(path).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, "", False)}


def test_a_change_tells_old_and_new_values_but_no_words_of_people(sign_in: SignIn) -> None:
    firm = make_organisation(meeting_retention_months=6)
    client, _user = sign_in("editor")
    path = f"/admin/firm/organisation/{firm.pk}/change/"
    sent = form_of(client, path) | {"meeting_retention_months": 12, "street": "Geheimweg 7"}
    assert client.post(path, sent).status_code == HTTPStatus.FOUND
    page = text(client.get(LIST))
    assert "vorher „6“, jetzt „12“" in page
    assert "Geheimweg" not in page
    assert "Geheimweg" not in str(AuditEntry.objects.get(act=Act.CONTENT_CHANGED).detail)


def test_what_is_erased_with_its_row_stays_in_no_audit() -> None:
    values = [["Beginn", "18 Uhr", "19 Uhr"]]
    for row, is_kept in ((make_organisation(), True), (make_meeting(), False)):
        request = SimpleNamespace()
        form = SimpleNamespace(instance=row, told=lambda: values, changed_data=[], fields={})
        page: Any = admin.site.get_model_admin(type(row))
        page.construct_change_message(request, form, None)
        assert getattr(request, "told", None) == (values if is_kept else None)


def test_roles_and_closing_an_account_are_told_in_words(sign_in: SignIn) -> None:
    user = make_user("editor")
    make_user("reviewer")
    client, _operator = sign_in("operator")
    path = f"/admin/auth/user/{user.pk}/change/"
    reviewer = Group.objects.get(name="reviewer").pk
    client.post(path, {"seen": seen(user), "username": user.username, "groups": reviewer})
    page = text(client.get(LIST))
    assert "Neu: Datenschutz: gibt frei und bestätigt" in page
    assert "vorher „ja“, jetzt „nein“" in page
    assert '"add"' not in page


def test_a_safeguard_is_told_by_its_name_and_its_states_in_words(sign_in: SignIn) -> None:
    make_organisation()
    safeguard = make_safeguard("waiting_room", name_de="Warteraum immer an")
    record_state(safeguard)
    client, user = sign_in("reviewer")
    reporting.report_change(safeguard, "off", by=user, reason_de="Aus.")
    page = text(client.get(LIST))
    assert "Einstellung gemeldet: Warteraum immer an" in page
    assert "Zustand vorher: Schutz aktiv" in page
    assert re.search(r"<div>Zustand: [^<]*nicht aktiv", page)
    assert "waiting_room" not in page
    assert not re.search(r"<div>[^<]*: (on|off|exception|retired|False|True)</div>", page)
    (row,) = table(client.post(f"{LIST}tabelle/"))
    assert "Warteraum immer an" in row[2]
    assert "waiting_room" not in row[2]


def test_what_an_edition_lacked_is_told_by_name(sign_in: SignIn) -> None:
    notice = make_notice("video-meetings", title_de="Hinweise für Videotreffen")
    client, user = sign_in("reviewer")
    record(Act.EDITION_HAS_GAPS, f"{notice.key} 2", by=user, missing=["complaint"])
    record(Act.EDITION_TRANSLATION_CONFIRMED, f"{notice.key} 2", by=user, language="en")
    record(Act.SETTING_SAID, "a.b_c", by=user, captures=False)
    page = text(client.get(LIST))
    assert "Hinweise für Videotreffen 2" in page
    assert "Fehlt: complaint" not in page
    assert "Sprache: Englisch" in page
    assert "Kann etwas aufzeichnen: nein" in page


def test_the_audit_asks_for_names_once_for_the_whole_list(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client, user = sign_in("reviewer")
    for number in range(40):
        record(Act.SAFEGUARD_CHECKED, make_safeguard(f"one{number}").key, by=user)
    client.get(LIST)
    with django_assert_max_num_queries(20):
        client.get(LIST)


def test_it_is_filtered_by_act_person_and_day(sign_in: SignIn) -> None:
    client, user = sign_in("reviewer")
    other = make_user("editor")
    old = timezone.now() - timedelta(days=40)
    with time_machine.travel(old):
        record(Act.CONTENT_ADDED, "Alt", by=other)
    record(Act.CONTENT_CHANGED, "Neu", by=user)
    day = timezone.localtime(old)
    for query, shown in (
        ({"act": "content-added"}, "Alt"),
        ({"by__id__exact": user.pk}, "Neu"),
        ({"at__year": day.year, "at__month": day.month, "at__day": day.day}, "Alt"),
    ):
        rows = client.get(LIST, query).context["cl"].result_list
        assert [one.subject for one in rows] == [shown]


def test_the_many_acts_are_folded_until_one_is_chosen(sign_in: SignIn) -> None:
    client, _user = sign_in("reviewer")
    folded = '<details data-filter-title="was geschah">'
    assert folded in client.get(LIST).content.decode()
    assert folded not in client.get(LIST, {"act": "content-added"}).content.decode()


def test_the_table_holds_what_the_list_shows_and_is_itself_told(sign_in: SignIn) -> None:
    client, user = sign_in("reviewer")
    record(Act.CONTENT_CHANGED, "Eins", by=user, comment="=1+1")
    record(Act.CONTENT_ADDED, "Zwei", by=user)
    answer = client.post(f"{LIST}tabelle/?act=content-changed")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert [row[1:] for row in table(answer)] == [
        [user.username, "Geändert: Eins", "Kommentar: =1+1"]
    ]
    told = AuditEntry.objects.get(act=Act.AUDIT_EXPORTED)
    assert (told.by, told.subject) == (user, "1")
    assert client.get(f"{LIST}tabelle/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_nothing_in_the_table_runs_in_a_spreadsheet(sign_in: SignIn) -> None:
    client, _user = sign_in("reviewer")
    record(Act.CONTENT_ADDED, "Eins", by=make_user("editor", name="@SUM(1)"))
    names = [row[1] for row in table(client.post(f"{LIST}tabelle/"))]
    assert "'@SUM(1)" in names


def test_the_table_needs_a_fresh_sign_in(sign_in: SignIn) -> None:
    client, _user = sign_in("reviewer")
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=True):
        answer = client.post(f"{LIST}tabelle/")
    assert answer.headers["Location"].startswith("/admin/bestaetigen/")
    assert not AuditEntry.objects.filter(act=Act.AUDIT_EXPORTED).exists()


def test_an_entry_about_a_proposal_leads_to_both_values(sign_in: SignIn) -> None:
    client, user = sign_in("reviewer")
    entry = record(Act.CHANGE_CONFIRMED, "Etwas", by=user, change=7)
    page = text(client.get(f"{LIST}{entry.pk}/change/"))
    assert 'href="/admin/firm/proposedchange/7/change/"' in page

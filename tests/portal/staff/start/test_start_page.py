"""The first staff page: complete, each number leads to its rows, and few questions are asked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.editions import publishing
from notices.editions.models import Edition
from notices.firm.audit import Act, record
from notices.firm.models import AuditEntry, JobRun
from notices.firm.storage import site_version
from notices.safeguards.by_hand import reporting
from portal.jobs import JOBS
from portal.staff.admin import erase
from portal.staff.start import dashboard
from portal.staff.start.happened import JOB_WORDS
from tests.conftest import SignIn
from tests.factories import make_edition, make_notice, make_organisation, make_user
from tests.pages import html_of

from .everything import everything, report

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
START = "/admin/"
MOST = 12
# After a change everything is looked through once, however many rows there are.
MOST_AFTER_A_CHANGE = 60


def asked(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(START).status_code == 200
    return [one["sql"] for one in queries.captured_queries if "CONSTRAINTS" not in one["sql"]]


def rows_of(html: str, anchor: str) -> list[str]:
    """Return the rows of one section of the page."""
    section = re.search(rf'<section id="{anchor}".*?</section>', html, re.DOTALL)
    assert section, anchor
    return re.findall(r"<li>", section[0])


@pytest.mark.parametrize("role", ["editor", "reviewer", "operator"])
def test_the_whole_page_asks_at_most_a_dozen_times(sign_in: SignIn, role: str) -> None:
    client, me = sign_in(role)
    everything(me, make_user("reviewer"))
    client.get(START)
    found = asked(client)
    assert len(found) <= MOST, "\n".join(found)


def test_after_a_change_it_asks_no_more_for_more_rows(sign_in: SignIn) -> None:
    client, me = sign_in("reviewer")
    found = []
    for number in range(2):
        everything(me, make_user("reviewer"), number)
        client.get(START)
        site_version.renew(connection)
        found.append(asked(client))
    assert len(found[1]) <= len(found[0]) <= MOST_AFTER_A_CHANGE, "\n".join(found[1])


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_every_number_leads_to_exactly_its_rows(sign_in: SignIn, role: str) -> None:
    client, me = sign_in(role)
    everything(me, make_user("reviewer"))
    page = client.get(START)
    html = html_of(page)
    # An editor decides about nothing.
    empty = {"Wartet auf Sie"} if role == "editor" else set()
    assert {one.words for one in page.context["tiles"] if not one.count} == empty
    for tile in page.context["tiles"]:
        if not tile.count:
            continue
        assert f'<a href="{tile.address}"><b>{tile.count}</b> {tile.words}</a>' in html
        if tile.address.startswith("#"):
            found = len(rows_of(html, tile.address[1:]))
        else:
            found = client.get(tile.address).context["cl"].result_count
        assert found == tile.count, tile.words


def test_a_number_that_is_zero_leads_nowhere(sign_in: SignIn) -> None:
    make_organisation()
    client, _ = sign_in("reviewer")
    html = html_of(client.get(START))
    assert "<span><b>0</b> Zurückgekommen</span>" in html
    assert "#returned" not in html


def test_what_came_back_says_from_whom_and_why(sign_in: SignIn) -> None:
    client, me = sign_in("editor")
    everything(me, make_user("editor"))
    page = client.get(START)
    reasons = sorted(one.reason for one in page.context["returned"])
    assert reasons == ["Bitte kürzer.", "Das stimmt so nicht.", "Das war ein anderes Konto."]
    html = html_of(page)
    assert len(rows_of(html, "returned")) == 3
    for reason in reasons:
        assert f"<p>{reason}</p>" in html


def test_what_was_reported_anew_no_longer_comes_back(sign_in: SignIn) -> None:
    make_organisation()
    client, me = sign_in("editor")
    declined = report(me)
    reporting.turn_down(declined, by=make_user("reviewer"), reason="Das war ein anderes Konto.")
    assert len(client.get(START).context["returned"]) == 1
    report(me, declined.safeguard)
    assert client.get(START).context["returned"] == []


def test_one_s_own_never_waits_for_oneself_and_can_be_taken_back(sign_in: SignIn) -> None:
    client, me = sign_in("reviewer")
    other = make_user("reviewer")
    everything(me, other)
    page = client.get(START)
    waiting = page.context["waiting"]
    assert {one.reported_by for one in waiting.reports} == {other}
    assert {one.written_by for one in waiting.editions} == {other}
    assert {one.proposed_by for one in waiting.proposed} == {other}
    assert waiting.communities == 1
    html = html_of(page)
    taken_back = [one.take_back for one in page.context["handed_over"]]
    assert len(taken_back) == 4
    for address in taken_back:
        assert f'action="{address}"' in html
        assert client.post(address).status_code == 302
    assert client.get(START).context["handed_over"] == []


def test_an_editor_decides_about_nothing(sign_in: SignIn) -> None:
    client, me = sign_in("editor")
    everything(me, make_user("editor"))
    page = client.get(START)
    assert page.context["waiting"].count == 0
    assert "Lesen und entscheiden" not in html_of(page)


def test_where_one_person_runs_the_firm_alone_their_own_waits_for_them(
    sign_in: SignIn, settings: Any
) -> None:
    client, me = sign_in("reviewer")
    everything(me, make_user("reviewer"))
    settings.FOUR_EYES = False
    waiting = client.get(START).context["waiting"]
    assert me in {one.reported_by for one in waiting.reports}


def test_whoever_mends_sees_when_each_job_ended_and_which_failed(sign_in: SignIn) -> None:
    client, me = sign_in("operator")
    everything(me, make_user("reviewer"))
    JobRun.objects.filter(name="alerts").update(last_error="ValueError")
    html = html_of(client.get(START))
    assert "E-Mails über Abweichungen, <b>fehlgeschlagen</b>" in re.sub(r"\s+", " ", html)
    editor, _ = sign_in("editor")
    assert 'id="last-runs"' not in html_of(editor.get(START))


def test_every_job_has_words() -> None:
    assert {job.name for job in JOBS} <= set(JOB_WORDS)


def test_whoever_is_erased_is_named_no_more(sign_in: SignIn) -> None:
    client, me = sign_in("reviewer")
    other = make_user("editor", name="erika.probe")
    everything(me, other)
    assert "erika.probe" in html_of(client.get(START))
    erase(User.objects.get(pk=other.pk))
    assert "erika.probe" not in html_of(client.get(START))


def test_the_latest_changes_name_a_text_by_its_title(sign_in: SignIn) -> None:
    edition = make_edition(make_notice("a-key"), title_de="Quastenflosser", status="draft")
    client, me = sign_in("editor")
    record(Act.EDITION_BEGUN, f"{edition.notice.key} 2", by=me)
    page = html_of(client.get(START))
    assert f"{edition.notice.title} 2" in page
    assert "begonnen: a-key" not in page


def corrected(by: User) -> Edition:
    wrong = make_edition(text_de="Deutscher Texxt.")
    texts = {name: getattr(wrong, name) or "" for name in publishing.CORRECTED_FIELDS}
    return publishing.correct(wrong, by=by, texts={**texts, "text_de": "Deutscher Text."})


def test_a_correction_leaves_the_page_once_somebody_else_has_looked(sign_in: SignIn) -> None:
    make_organisation()
    author, by = sign_in("reviewer")
    row = corrected(by)
    door = f"/admin/editions/edition/{row.pk}/gesehen/"
    # Whoever made it leaves the look to somebody else.
    assert door not in html_of(author.get(START))
    author.post(door)
    first, user = sign_in("reviewer")
    second, _ = sign_in("reviewer")
    assert '<a href="#corrections"><b>1</b>' in html_of(first.get(START))
    assert door in html_of(second.get(START))
    assert sign_in("editor")[0].post(door).status_code == 403
    page = html_of(first.post(door, follow=True))
    assert "Vermerkt, dass Sie es angesehen haben." in page
    assert 'id="corrections"' not in page
    assert 'id="corrections"' not in html_of(second.get(START))
    second.post(door)
    entry = AuditEntry.objects.get(act="edition-correction-seen")
    assert (entry.by, entry.detail["edition"]) == (user, row.pk)


def test_a_correction_stays_until_somebody_looked_however_old_it_is(sign_in: SignIn) -> None:
    make_organisation()
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        row = corrected(make_user("reviewer"))
    page = html_of(sign_in("reviewer")[0].get(START))
    assert '<a href="#corrections"><b>1</b>' in page
    assert f"/admin/editions/edition/{row.pk}/gesehen/" in page


def test_many_corrections_are_shown_in_part_and_counted_as_shown(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_organisation()
    monkeypatch.setattr(dashboard, "MOST_CORRECTIONS", 1)
    by = make_user("reviewer")
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=False):
        oldest = corrected(by)
    newest = corrected(by)
    client, _ = sign_in("reviewer")
    page = html_of(client.get(START))
    assert '<a href="#corrections"><b>1</b>' in page
    assert f"/admin/editions/edition/{newest.pk}/gesehen/" not in page
    client.post(f"/admin/editions/edition/{oldest.pk}/gesehen/")
    assert f"/admin/editions/edition/{newest.pk}/gesehen/" in html_of(client.get(START))


def test_an_edition_that_is_no_correction_is_not_looked_at(sign_in: SignIn) -> None:
    make_organisation()
    edition = make_edition()
    client, _ = sign_in("reviewer")
    page = client.post(f"/admin/editions/edition/{edition.pk}/gesehen/", follow=True)
    assert "Eine andere Person muss sie ansehen." in html_of(page)
    assert not AuditEntry.objects.filter(act="edition-correction-seen").exists()

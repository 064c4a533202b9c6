"""The list of deviations for staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from notices.safeguards.board import timelines
from notices.safeguards.board.now import row_at
from notices.safeguards.by_hand import reporting
from notices.safeguards.deviations import deviations
from notices.safeguards.mails import alerts
from notices.safeguards.models import Explanation, Safeguard
from tests.conftest import SignIn
from tests.factories import make_safeguard, make_user, record_state
from tests.pages import html_of

pytestmark = pytest.mark.django_db

LIST = "/admin/abweichungen/"


@pytest.fixture
def one_of_each() -> tuple[Safeguard, Safeguard]:
    """Make a safeguard whose deviation is open and one whose deviation was closed."""
    open_one, closed = make_safeguard("waiting_room"), make_safeguard("chat")
    now = timezone.now()
    for safeguard in (open_one, closed):
        record_state(safeguard, at=now - timedelta(days=9))
        record_state(safeguard, "not_protected", at=now - timedelta(days=5), source="account")
    record_state(closed, at=now - timedelta(days=2))
    return open_one, closed


def names(client: object, address: str) -> list[str]:
    page = client.get(address)  # type: ignore[attr-defined]
    assert page.status_code == 200
    return [row.safeguard.key for row in page.context["rows"]]


def test_open_and_closed_ones_are_listed_and_can_be_filtered(
    sign_in: SignIn, one_of_each: tuple[Safeguard, Safeguard]
) -> None:
    client, _ = sign_in("editor")
    assert names(client, LIST) == ["waiting_room", "chat"]
    assert names(client, LIST + "?stand=offen") == ["waiting_room"]
    assert names(client, LIST + "?stand=beendet") == ["chat"]
    assert names(client, LIST + "?stand=%00") == ["waiting_room", "chat"]


def test_it_says_when_it_was_found_and_closed_and_what_readers_are_told(
    sign_in: SignIn, one_of_each: tuple[Safeguard, Safeguard]
) -> None:
    _open_one, closed = one_of_each
    found = closed.findings.filter(verdict="not_protected").get()
    Explanation.objects.create(finding=found, text_de="Zurückgesetzt.", text_en="Reset.")
    client, _ = sign_in("reviewer")
    page = client.get(LIST)
    first, second = page.context["rows"]
    assert (first.since, first.until) == (first.finding.seen_at, None)
    assert second.until == closed.findings.last().seen_at  # type: ignore[union-attr]
    text = html_of(page)
    assert '<p lang="de" dir="ltr">Zurückgesetzt.</p><p lang="en" dir="ltr">Reset.</p>' in text
    explain = "/admin/safeguards/explanation/add/?finding="
    assert f"{explain}{first.finding.pk}" in text
    assert f"{explain}{found.pk}" not in text


def test_the_start_page_leads_to_it(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    assert f'href="{LIST}"' in html_of(client.get("/admin/"))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_shows(sign_in: SignIn, method: str) -> None:
    client, _ = sign_in("reviewer")
    assert getattr(client, method)(LIST).status_code == 405


def test_an_operator_does_not_see_it(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    assert client.get(LIST).status_code == 403
    assert f'href="{LIST}"' not in html_of(client.get("/admin/"))


def open_ones(safeguard: Safeguard) -> list[bool]:
    line = timelines.load().timelines[safeguard.pk]
    return [one.end is None for one in deviations(line, timezone.now())]


@pytest.mark.parametrize("seen_ago", [None, timedelta(hours=12), timedelta(days=7)])
def test_reporting_off_lowers_the_promise_but_leaves_the_deviation_open_and_told_once(
    one_of_each: tuple[Safeguard, Safeguard], seen_ago: timedelta | None
) -> None:
    safeguard, _closed = one_of_each
    reviewer = make_user("reviewer")
    reviewer.email = "pruefung@muster.example"
    reviewer.save()
    alerts.send_pending()
    told = len(mail.outbox)
    reporting.report_change(
        safeguard,
        "off",
        by=make_user("editor"),
        reason_de="Wir lassen es aus.",
        note="Nachgesehen.",
        seen_at=timezone.now() - seen_ago if seen_ago else None,
    )
    assert safeguard.promises.filter(value="off").exists()
    assert open_ones(safeguard) == [True]
    row = row_at(timelines.load(), safeguard, timezone.now())
    assert row is not None
    assert row.deviation is not None
    alerts.send_pending()
    assert len(mail.outbox) == told
    record_state(safeguard, promise="off")
    assert open_ones(safeguard) == [False]
    alerts.send_pending()
    alerts.send_pending()
    assert len(mail.outbox) == told + 1


def test_a_confirmed_attestation_closes_it_an_unconfirmed_one_does_not(
    one_of_each: tuple[Safeguard, Safeguard],
) -> None:
    safeguard, _closed = one_of_each
    waiting = reporting.report_change(
        safeguard, "on", by=make_user("editor"), reason_de="Wieder an.", note="Nachgesehen."
    )
    assert waiting
    assert open_ones(safeguard) == [True]
    reporting.confirm(waiting, by=make_user("reviewer"))
    assert open_ones(safeguard) == [False]


def test_the_start_page_says_where_the_promise_lags_behind_the_account(sign_in: SignIn) -> None:
    lagging, kept = make_safeguard("chat"), make_safeguard("waiting_room")
    record_state(lagging, promise="off", at=timezone.now() - timedelta(days=1))
    record_state(kept, at=timezone.now() - timedelta(days=1))
    client, _ = sign_in("editor")
    page = html_of(client.get("/admin/"))
    assert f"/admin/versprechen/{lagging.pk}/" in page
    assert f"/admin/versprechen/{kept.pk}/" not in page


def test_many_deviations_are_shown_some_at_a_time(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, one_of_each: tuple[Safeguard, Safeguard]
) -> None:
    monkeypatch.setattr("notices.safeguards.deviations_page.PER_PAGE", 1)
    client, _ = sign_in("editor")
    assert names(client, LIST) == ["waiting_room"]
    assert 'href="?seite=2" rel="next"' in html_of(client.get(LIST))
    assert names(client, LIST + "?seite=2") == ["chat"]
    page = html_of(client.get(LIST + "?stand=beendet"))
    assert 'rel="next"' not in page
    assert "<b>2</b> Alle" in page

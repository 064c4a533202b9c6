"""Withdrawing shows first what readers will find instead, and what leans on the edition."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Edition
from portal.accounts.doors import ALWAYS, FRESH_DOORS
from portal.staff.withdrawing import withdrawing
from tests.conftest import SignIn
from tests.factories import make_edition, make_meeting, make_organisation, make_question
from tests.pages import html_of

pytestmark = pytest.mark.django_db
NONE_IN_FORCE = "Zurzeit gilt keine veröffentlichte Fassung."


@pytest.fixture
def edition() -> Edition:
    make_organisation()
    return make_edition()


def page(sign_in: SignIn, edition: Edition) -> str:
    client, _ = sign_in("reviewer")
    return html_of(client.get(f"/admin/editions/edition/{edition.pk}/zurueckziehen/"))


def withdraw(sign_in: SignIn, edition: Edition) -> None:
    client, _ = sign_in("reviewer")
    address = f"/admin/editions/edition/{edition.pk}/zurueckziehen/"
    client.post(address, {"reason_de": "Ein Satz war falsch."})


def test_it_says_what_readers_then_really_find(sign_in: SignIn, edition: Edition) -> None:
    said = page(sign_in, edition)
    address = edition.notice.get_absolute_url()
    assert NONE_IN_FORCE in said
    assert f'href="{address}"' in said
    assert "Keine spätere Fassung ist geplant." in said
    withdraw(sign_in, edition)
    assert NONE_IN_FORCE in html_of(Client().get(address))


def test_a_former_edition_leaves_the_one_in_force(sign_in: SignIn) -> None:
    make_organisation()
    former = make_edition(in_force_from=timezone.now() - timedelta(days=9))
    newer = make_edition(former.notice)
    said = page(sign_in, former)
    assert f"Sie lesen wie bisher Fassung {newer.label}" in said
    assert NONE_IN_FORCE not in said
    assert not withdrawing(former).is_in_force


def test_an_edition_that_comes_by_itself_is_named(sign_in: SignIn, edition: Edition) -> None:
    start = timezone.now() + timedelta(days=5)
    coming = make_edition(edition.notice, in_force_from=start, published_at=timezone.now())
    assert f"Fassung {coming.label} tritt von selbst in Kraft" in page(sign_in, edition)
    assert withdrawing(edition).following == coming
    assert withdrawing(coming).following is None


def test_the_meetings_on_whose_pages_it_stands_are_named(sign_in: SignIn, edition: Edition) -> None:
    near, far = (make_meeting(timezone.now() + timedelta(days=days)) for days in (3, 9))
    make_meeting(timezone.now() - timedelta(days=3))
    make_meeting(timezone.now() + timedelta(days=2), cancelled_at=timezone.now())
    assert withdrawing(edition).meetings == [near, far]
    assert f"/admin/invitations/meeting/{near.pk}/change/" in page(sign_in, edition)
    start = timezone.now() + timedelta(days=5)
    make_edition(edition.notice, in_force_from=start, published_at=timezone.now())
    assert withdrawing(edition).meetings == [near]


def test_the_answers_that_link_to_it_are_named(sign_in: SignIn, edition: Edition) -> None:
    address = edition.notice.get_absolute_url()
    linking = make_question("links", answer_de=f"Siehe [hier]({address}).")
    make_question("other")
    assert withdrawing(edition).questions == [linking]
    assert f"/admin/faq/question/{linking.pk}/change/" in page(sign_in, edition)


def test_where_nothing_leans_on_it_that_is_said(sign_in: SignIn, edition: Edition) -> None:
    assert "Kein künftiges Treffen zeigt sie" in page(sign_in, edition)


def test_one_reviewer_with_a_fresh_sign_in_is_enough(sign_in: SignIn, edition: Edition) -> None:
    assert FRESH_DOORS["editions_edition_withdraw"] == ALWAYS
    withdraw(sign_in, edition)
    assert Edition.objects.get().withdrawal is not None

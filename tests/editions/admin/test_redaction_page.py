"""Redacting on the staff pages: name the words, see, confirm."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from notices.editions.models import Edition, Redaction
from notices.firm.models import AuditEntry
from tests.conftest import SignIn
from tests.factories import make_edition, make_notice, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    make_organisation()
    notice = make_notice("video")
    make_edition(notice, text_de="Schon damals: Erika Probe.")
    edition = make_edition(notice, text_de="Fragen an Erika Probe.", title_de="Von Erika Probe")
    make_edition(make_notice("other"), text_de="Auch hier Erika Probe.")
    return edition


def address(edition: Edition) -> str:
    return f"/admin/editions/edition/{edition.pk}/schwaerzen/"


def words(**changes: Any) -> dict[str, Any]:
    return {"phrases": "Erika Probe", "reason": "Verlangen nach Art. 17", **changes}


def test_the_edition_links_to_it_for_reviewers_only(sign_in: SignIn, edition: Edition) -> None:
    page = f"/admin/editions/edition/{edition.pk}/change/"
    assert address(edition) in sign_in("reviewer")[0].get(page).content.decode()
    assert address(edition) not in sign_in("editor")[0].get(page).content.decode()


@pytest.mark.parametrize("role", ["editor", "operator"])
def test_others_than_reviewers_are_refused(sign_in: SignIn, edition: Edition, role: str) -> None:
    client, _user = sign_in(role)
    assert client.get(address(edition)).status_code == 403
    assert (
        client.post(address(edition), words(_confirm="1", editions=[edition.pk])).status_code == 403
    )
    assert not Redaction.objects.exists()


def test_the_first_step_shows_what_readers_will_see_and_stores_nothing(
    sign_in: SignIn, edition: Edition
) -> None:
    client, _user = sign_in("reviewer")
    response = client.post(address(edition), words())
    page = response.content.decode()
    assert "<p>Fragen an ‹geschwärzt›.</p>" in page
    assert "Von ‹geschwärzt›" in page
    assert "<p>Schon damals: ‹geschwärzt›.</p>" in page
    assert "Auch hier" not in page
    assert not Redaction.objects.exists()
    assert not AuditEntry.objects.exists()


def test_each_place_stands_there_with_what_is_around_it_and_is_counted(
    sign_in: SignIn, edition: Edition
) -> None:
    client, _user = sign_in("reviewer")
    page = client.post(address(edition), words()).content.decode()
    assert "Die Wörter stehen an 3 Stellen." in page
    for place in (
        "Fragen an <mark>Erika Probe</mark>.",
        "Von <mark>Erika Probe</mark>",
        "Schon damals: <mark>Erika Probe</mark>.",
    ):
        assert place in page


def test_the_address_of_a_link_is_no_place(sign_in: SignIn) -> None:
    make_organisation()
    linked = make_edition(text_de="Siehe [Erika Probe](https://x.example/erika-probe/erika).")
    client, _user = sign_in("reviewer")
    page = client.post(address(linked), words(phrases="Erika")).content.decode()
    assert "Die Wörter stehen an 1 Stelle." in page


def test_the_text_of_now_stands_beside_the_one_to_come(sign_in: SignIn, edition: Edition) -> None:
    client, _user = sign_in("reviewer")
    page = client.post(address(edition), words()).content.decode()
    now, to_come = (
        page.index("<p>Fragen an Erika Probe.</p>"),
        page.index("<p>Fragen an ‹geschwärzt›.</p>"),
    )
    assert page.index("So steht es jetzt da") < now < to_come
    assert "So wird es da stehen" in page[now:to_come]


def test_confirmed_it_is_gone_from_the_chosen_editions(sign_in: SignIn, edition: Edition) -> None:
    client, user = sign_in("reviewer")
    response = client.post(
        address(edition), words(_confirm="1", editions=[edition.pk]), follow=True
    )
    assert "Geschwärzt in 1 Fassung." in response.content.decode()
    redaction = Redaction.objects.get()
    assert (redaction.edition_id, redaction.recorded_by, redaction.role) == (
        edition.pk,
        user,
        "reviewer",
    )
    public = Client().get("/de/hinweise/video-de/").content.decode()
    assert "‹geschwärzt›" in public
    assert "Erika" not in public


def test_all_editions_of_the_notice_go_in_one_step(sign_in: SignIn, edition: Edition) -> None:
    client, _user = sign_in("reviewer")
    pks = list(Edition.objects.filter(notice=edition.notice_id).values_list("pk", flat=True))
    client.post(address(edition), words(_confirm="1", editions=pks))
    assert Redaction.objects.count() == 2


def test_an_edition_of_another_notice_cannot_be_slipped_in(
    sign_in: SignIn, edition: Edition
) -> None:
    client, _user = sign_in("reviewer")
    other = Edition.objects.get(notice__key="other")
    client.post(address(edition), words(_confirm="1", editions=[other.pk]))
    assert not Redaction.objects.exists()


def test_going_back_keeps_what_was_typed(sign_in: SignIn, edition: Edition) -> None:
    client, _user = sign_in("reviewer")
    page = client.post(address(edition), words(_back="1")).content.decode()
    assert "Verlangen nach Art. 17" in page
    assert 'name="_confirm"' not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phrases": "Niemand Nirgends"}, "Keine dieser Stellen steht in dieser Fassung."),
        ({"phrases": "ab"}, "mindestens 3 Zeichen"),
        ({"reason": ""}, "Dieses Feld"),
        ({"reason": "Wegen Erika Probe"}, "Der Grund wiederholt"),
        ({"phrases": "Fragen an Erika Probe.\nx y z"}, None),
    ],
)
def test_mistakes_are_said_at_their_field_and_nothing_is_lost(
    sign_in: SignIn, edition: Edition, changes: dict[str, str], sentence: str | None
) -> None:
    client, _user = sign_in("reviewer")
    page = client.post(address(edition), words(**changes)).content.decode()
    assert not Redaction.objects.exists()
    if sentence:
        assert sentence in page
        assert words(**changes)["phrases"] in page


def test_confirming_without_any_edition_is_refused(sign_in: SignIn, edition: Edition) -> None:
    client, _user = sign_in("reviewer")
    page = client.post(address(edition), words(_confirm="1")).content.decode()
    assert "Bitte wählen Sie mindestens eine Fassung." in page
    assert not Redaction.objects.exists()


def test_a_draft_leads_back_with_a_sentence(sign_in: SignIn, edition: Edition) -> None:
    client, _user = sign_in("reviewer")
    draft = make_edition(edition.notice, status="draft")
    response = client.get(address(draft), follow=True)
    assert "Diese Fassung ist nicht veröffentlicht." in response.content.decode()

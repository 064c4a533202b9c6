"""One field finds whatever staff may see, and nothing else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from portal.staff.finding.search import search
from tests.conftest import SignIn
from tests.factories import make_edition, make_meeting, make_notice, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def kinds(words: str, role: str = "editor") -> set[str]:
    return {hit.kind for hit in search(words, make_user(role))}


def test_a_word_is_found_in_texts_of_every_kind() -> None:
    found = kinds("Warteraum")
    assert {"Fassung", "Frage", "Schutzeinstellung"} <= found


def test_all_words_have_to_be_there_and_their_spelling_may_differ() -> None:
    assert kinds("GESCHAEFTSFUEHRUNG")
    assert not kinds("Warteraum Quastenflosser")


def test_a_meeting_is_found_by_its_title_and_its_code() -> None:
    meeting = make_meeting(title_de="Quastenflosser Str. 3")
    for words in ("quastenflosser", meeting.code.lower()):
        (hit,) = search(words, make_user("editor"))
        assert hit.address == f"/admin/invitations/meeting/{meeting.pk}/change/"


def test_of_a_notice_only_what_holds_and_what_is_written_is_searched() -> None:
    notice = make_notice("old")
    make_edition(notice, text_de="Quastenflosser")
    make_edition(notice, text_de="Etwas anderes")
    assert not kinds("Quastenflosser")
    make_edition(notice, text_de="Noch ein Quastenflosser", status="draft")
    assert kinds("Quastenflosser") == {"Fassung"}


def test_who_may_not_see_a_row_does_not_find_it() -> None:
    assert kinds("Warteraum", "operator") == set()
    assert list(search("Warteraum", AnonymousUser())) == []


def test_the_words_around_a_hit_are_shown(sign_in: SignIn) -> None:
    client, _user = sign_in("editor")
    page = client.get("/admin/suche/?q=Gewerbeaufsicht").content.decode()
    assert "1 Treffer" in page
    assert "Beispielamt, Gewerbeaufsicht, Musterplatz 1" in page


def test_an_empty_search_finds_nothing(sign_in: SignIn) -> None:
    client: Client = sign_in("editor")[0]
    assert "Treffer" not in client.get("/admin/suche/").content.decode()
    assert client.get("/admin/suche/?q=" + "x" * 200).status_code == 200


def test_what_stands_around_a_hit_begins_and_ends_with_a_whole_word() -> None:
    before = " ".join(["Vorderteil"] * 20)
    after = " ".join(["Hinterteil"] * 20)
    make_edition(make_notice("long"), text_de=f"{before} Quastenflosser {after}")
    (hit,) = search("Quastenflosser", make_user("editor"))
    assert set(hit.around.split()) == {"…", "Vorderteil", "Quastenflosser", "Hinterteil"}


def test_what_stands_around_a_hit_is_not_said_twice(sign_in: SignIn) -> None:
    make_meeting(title_de="Quastenflosser Str. 3")
    client, _user = sign_in("editor")
    page = client.get("/admin/suche/", {"q": "Quastenflosser"}).content.decode()
    shown = page.partition('id="hits"')[2]
    assert shown.count("Quastenflosser Str. 3") == 1

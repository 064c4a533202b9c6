"""All settings of Zoom on one page, and one confirmation by a second person for all of them."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from notices.safeguards.board import timelines
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Attestation, Safeguard
from notices.safeguards.states import State
from portal.staff.setting_up import all_safeguards
from portal.staff.setting_up.all_safeguards import Looked, NotTaken
from portal.staff.setting_up.confirming import forget_samples
from portal.staff.setting_up.zoom_pages import OTHERS, PAGES, in_zooms_order
from tests.conftest import SignIn
from tests.factories import make_organisation, make_safeguard, make_user, record_state
from tests.walking import Walker

pytestmark = pytest.mark.django_db
PAGE = "/admin/einrichtung/schutz/"
REASON = {"reason_de": "Bei Besichtigungen anders.", "reason_en": "Different at viewings."}


@pytest.fixture
def fresh() -> list[Safeguard]:
    """Two settings under two headings of Zoom, about which nobody of this firm knows anything."""
    row = make_organisation()
    found = [make_safeguard("waiting_room"), make_safeguard("cloud_recording")]
    by = make_user("editor", "before")
    for one in found:
        reporting.report_change(one, "off", by=by, reason_de="Beginn.")
    forget_samples(row, by=by)
    return found


def state(one: Safeguard) -> State:
    situation = timelines.load_now().situation(one, timezone.now())
    assert situation is not None
    return situation.state


def read(person: object) -> dict[int, str]:
    found = all_safeguards.for_second_person(person)  # type: ignore[arg-type]
    return {report.pk: report.digest for report in found}


def test_every_safeguard_of_the_start_has_its_place_at_zoom(starter: None) -> None:
    rest = [
        one.key
        for page, rows in in_zooms_order(Safeguard.objects.all())
        if page is OTHERS
        for one in rows
    ]
    # What Zoom will add one day stands under no heading.
    assert rest == ["new_settings"]
    keys = [key for page in PAGES for key in page.keys]
    assert len(keys) == len(set(keys))
    assert all(page.address.startswith("https://zoom.us/") for page in PAGES)


def test_the_page_follows_zooms_order_and_links_to_zoom(
    sign_in: SignIn, fresh: list[Safeguard]
) -> None:
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive(PAGE)
    found = re.findall(r"Einstellung (waiting_room|cloud_recording)</label>", person.html)
    assert found == ["waiting_room", "cloud_recording"]
    assert 'href="https://zoom.us/account/setting?tab=recording"' in person.html


def test_a_ticked_page_takes_all_that_nobody_singled_out(
    sign_in: SignIn, fresh: list[Safeguard]
) -> None:
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive(PAGE)
    person.send("rest_0", rest_0="on")
    assert not Attestation.objects.exists()
    person.send("rest_0", "_hand_over")
    report = Attestation.objects.get()
    assert (report.safeguard, report.value, report.accepted) == (fresh[0], "on", None)
    assert state(fresh[0]) is State.DUE
    # What waits is not asked for a second time.
    person.arrive(PAGE)
    assert f"value_{fresh[0].pk}" not in person.html
    assert "rest_0" not in person.html


def test_a_ticked_page_says_nothing_about_what_is_known_already(
    sign_in: SignIn, fresh: list[Safeguard]
) -> None:
    known = make_safeguard("password")
    record_state(known)
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive(PAGE)
    person.send("rest_0", rest_0="on")
    person.send("rest_0", "_hand_over")
    assert [one.safeguard for one in Attestation.objects.all()] == [fresh[0]]


def test_what_is_singled_out_needs_a_reason_for_readers(
    sign_in: SignIn, fresh: list[Safeguard]
) -> None:
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive(PAGE)
    name = f"value_{fresh[0].pk}"
    person.send(name, **{name: "off"})
    person.send(name, "_hand_over")
    assert person.errors == ["Dieses Feld ist zwingend erforderlich."]
    person.send(name, "_hand_over", **{f"reason_{fresh[0].pk}_de": "Wir haben ihn nicht."})
    # Off needs nobody's confirmation.
    assert state(fresh[0]) is State.OFF


def test_nothing_ticked_is_nothing_reported(sign_in: SignIn, fresh: list[Safeguard]) -> None:
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive(PAGE)
    person.send("rest_0")
    assert "Bitte haken Sie eine Seite ab" in person.html


def test_one_confirmation_by_a_second_person_is_for_all(fresh: list[Safeguard]) -> None:
    office, officer = make_user("editor"), make_user("reviewer")
    looked = [Looked(fresh[0], "exception", REASON), Looked(fresh[1], "on")]
    all_safeguards.report_all(looked, by=office)
    all_safeguards.confirm_all(read(officer), by=officer)
    assert [state(one) for one in fresh] == [State.EXCEPTION, State.ON]


def test_nobody_confirms_what_they_reported(fresh: list[Safeguard]) -> None:
    officer = make_user("reviewer")
    made = all_safeguards.report_all([Looked(one, "on") for one in fresh], by=officer)
    assert all_safeguards.for_second_person(officer) == []
    assert all_safeguards.confirm_all({one.pk: one.digest for one in made}, by=officer) == []
    assert state(fresh[0]) is State.DUE


def test_one_that_was_not_read_stops_all_of_them(fresh: list[Safeguard]) -> None:
    officer = make_user("reviewer")
    made = all_safeguards.report_all([Looked(one, "on") for one in fresh], by=make_user("editor"))
    with pytest.raises(NotTaken) as caught:
        all_safeguards.confirm_all({**read(officer), made[1].pk: "older"}, by=officer)
    assert caught.value.safeguard == fresh[1]
    assert [state(one) for one in fresh] == [State.DUE, State.DUE]


def test_one_that_cannot_be_taken_stops_the_whole_report(
    fresh: list[Safeguard], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = [Looked(fresh[0], "on"), Looked(fresh[1], "on")]
    Safeguard.objects.filter(pk=fresh[1].pk).update(checked_by="account")
    reporting_read = "notices.safeguards.by_hand.reporting.is_read_from_account"
    monkeypatch.setattr(reporting_read, lambda one: one.pk == fresh[1].pk)
    with pytest.raises(NotTaken):
        all_safeguards.report_all(looked, by=make_user("editor"))
    assert not Attestation.objects.exists()


def test_the_second_person_sees_what_readers_will_see(
    sign_in: SignIn, fresh: list[Safeguard]
) -> None:
    all_safeguards.report_all(
        [Looked(fresh[0], "exception", REASON), Looked(fresh[1], "on")], by=make_user("editor")
    )
    person = Walker(sign_in("reviewer")[0], "reviewer")
    person.arrive(f"{PAGE}bestaetigen/")
    singled_out, usual = person.html.split("Wie es sein soll")
    assert "Bei Besichtigungen anders." in singled_out
    assert "Aktiv mit Ausnahme" in singled_out
    assert "Schutz aktiv" in usual
    person.send("as_read")
    assert [state(one) for one in fresh] == [State.EXCEPTION, State.ON]


def test_an_office_cannot_confirm(sign_in: SignIn, fresh: list[Safeguard]) -> None:
    client, _user = sign_in("editor")
    assert client.get(f"{PAGE}bestaetigen/").status_code == 403

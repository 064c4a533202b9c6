"""The profile in short forms: nothing of the sample passes, nothing typed is lost."""

from __future__ import annotations

import pytest
from django.test import Client

from notices.firm.models import Organisation
from portal.staff.setting_up.authorities import authorities
from portal.staff.setting_up.confirming import StillSample, confirm_profile
from portal.staff.setting_up.profile_forms import PARTS, form_of
from tests.conftest import SignIn
from tests.factories import make_organisation, make_user
from tests.walking import Walker

pytestmark = pytest.mark.django_db
PROFILE = "/admin/einrichtung/profil/"


def office(sign_in: SignIn, number: int) -> Walker:
    client, _user = sign_in("editor")
    person = Walker(client, "editor")
    person.arrive(f"{PROFILE}{number}/")
    return person


def test_no_part_asks_for_more_than_seven_things(starter: None) -> None:
    row = Organisation.objects.get()
    for number in range(1, len(PARTS) + 1):
        visible = form_of(number)(instance=row).visible_fields()
        assert len(visible) <= 7, number


def test_the_parts_hold_the_whole_profile_and_nothing_twice() -> None:
    asked = [name for part in PARTS for name in part.names]
    left_out = {"id", "confirmed_at", "logo"}
    fields = {field.name for field in Organisation._meta.get_fields() if field.concrete}
    # Of a translated field the forms hold its languages.
    translated = {"service_name", "country", "phone_hours", "represented_by", "dpo_title"}
    assert sorted(asked) == sorted(fields - left_out - translated)


def test_what_is_the_sample_has_to_be_typed_over(sign_in: SignIn, starter: None) -> None:
    person = office(sign_in, 1)
    assert "Hausverwaltung Beispiel GmbH" not in person.html.split("<form", 2)[2].split("help")[0]
    person.send("name", name="Hausverwaltung Beispiel", legal_name="Wohnbau Sonne GmbH")
    assert "Das ist noch das Beispiel." in person.html
    # The other field keeps what was typed.
    assert "Wohnbau Sonne GmbH" in person.html
    assert Organisation.objects.get().name == "Hausverwaltung Beispiel"


def test_each_part_is_kept_and_the_next_one_follows(sign_in: SignIn, starter: None) -> None:
    person = office(sign_in, 1)
    person.send("name", name="Wohnbau Sonne", legal_name="Wohnbau Sonne GmbH")
    assert person.path == f"{PROFILE}2/"
    assert Organisation.objects.get().legal_name == "Wohnbau Sonne GmbH"
    person.arrive("/admin/einrichtung/")
    # Resumed where the sample still stands.
    assert f'href="{PROFILE}2/"' in person.html


def test_the_federal_state_fills_in_the_authority(sign_in: SignIn, starter: None) -> None:
    office(sign_in, 4).send("state", state="BY")
    row = Organisation.objects.get()
    assert row.authority_name == "Bayerisches Landesamt für Datenschutzaufsicht"
    assert row.authority_url == "https://www.lda.bayern.de"
    assert row.authority_address == "Promenade 18, 91522 Ansbach"


def test_what_is_typed_goes_before_the_list(sign_in: SignIn, starter: None) -> None:
    office(sign_in, 4).send("state", state="BY", authority_address="Postfach 1, 91522 Ansbach")
    assert Organisation.objects.get().authority_address == "Postfach 1, 91522 Ansbach"


def test_an_address_that_the_list_does_not_know_is_asked_for(
    sign_in: SignIn, starter: None
) -> None:
    person = office(sign_in, 4)
    person.send("state", state="SN")
    assert "Bitte sehen Sie das auf der Website der Behörde nach." in person.html
    assert Organisation.objects.get().authority_name.startswith("Berliner")


def test_every_federal_state_has_an_authority_with_a_website() -> None:
    assert len(authorities()) == 16
    assert all(one.name and one.url.startswith("https://") for one in authorities().values())
    assert len({one.name for one in authorities().values()}) == 16


def test_a_profile_with_something_of_the_sample_is_not_confirmed(starter: None) -> None:
    with pytest.raises(StillSample) as caught:
        confirm_profile(by=make_user("editor"))
    assert caught.value.parts == [1, 2, 3, 5]
    assert Organisation.objects.get().is_sample


def test_two_people_in_one_part_do_not_overwrite_each_other(sign_in: SignIn) -> None:
    make_organisation()
    first, second = office(sign_in, 2), office(sign_in, 2)
    first.send("phone", phone="030 222 222")
    second.send("phone", phone="030 333 333")
    assert "Hier ist inzwischen etwas anderes gespeichert." in second.html
    assert Organisation.objects.get().phone == "030 222 222"
    # What only the other person changed stays, and the own change of another field is kept.
    third = office(sign_in, 2)
    first.arrive(f"{PROFILE}2/")
    first.send("phone", phone="030 444 444")
    third.send("phone", city="Potsdam")
    row = Organisation.objects.get()
    assert (row.phone, row.city) == ("030 444 444", "Potsdam")


def test_a_part_that_does_not_exist_is_not_found(sign_in: SignIn, starter: None) -> None:
    client: Client = sign_in("editor")[0]
    assert client.get(f"{PROFILE}9/").status_code == 404
    assert client.get(f"{PROFILE}0/").status_code == 404

"""Passwords that whoever knows the firm would try first are refused, others are not."""

from __future__ import annotations

import time
import unicodedata

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts import passwords
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

REFUSED = [
    *("passwort1234", "Hausverwaltung1", "zoomzoomzoom1", "Sommer2026!!!!", "Z00mMeeting2026"),
    *("Passw0rt!Passw0rt!", "Winter2025/2026", "willkommen2026", "HerbstWinter25", "qwertz123456"),
    *("HausverwaltungMuster1", "muster-berlin-2026", "Datenschutz-2026", "Frühling.2026!"),
    *("Eigentümerversammlung26", "aaaaaaaaaaaaaaaa", "admin-admin-admin", "MontagDienstag1"),
    # The usual substitutions, figures and signs behind.
    *("Sommer2026!", "Zoom-2026-Zoom", "Qwertz123!456", "Lupe2026…Lupe", "P@ssw0rt!2026"),
    *("$ommer2026$ommer", "P4sswort12345", "topsecret12345", "SuperSicher2026"),
    # Umlauts with their marks, in two letters, without anything.
    *("Frühling2026!Frühling", "Fruehling-2026-Fruehling", "Fruhling2026Fruhling"),
    *("Büroschlüssel1", "Schluessel123!!", "Eigentümergemeinschaft1", "Wohnungseigentum26"),
    # Along and across the keyboard.
    *("1qaz2wsx3edc4rfv", "!QAY2wsx3EDC", "zaq12wsxcde3", "poiuztrewqlkjh", "qwertzuiopü+"),
    *("mnbvcxylkjhgf", "1234qwerasdfyxcv", "q1w2e3r4t5z6u7i8", "asdfghjklöä#"),
]
TAKEN = [
    *("lauter kleine Wolken", "a long enough test password", "Birne-Stiefel-Anker-Lampe"),
    *("correct horse battery staple", "xK9#vLq2Rt!mWz", "Sommer riecht nach Regen am See"),
    *("Der Wert der Wiese am Kanal", "Übermorgen backt Oma Käsekuchen", "ъхзщшгнекуцй-олдж"),
    "vier Bücher liegen auf dem Tisch neben der Lampe und warten auf den nächsten Regentag im Mai",
]


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.mark.parametrize("password", REFUSED)
def test_what_lies_near_is_refused_however_the_keyboard_sends_it(password: str) -> None:
    for form in ("NFC", "NFD"):
        with pytest.raises(ValidationError) as refused:
            passwords.GuessableWords().validate(unicodedata.normalize(form, password))
        assert "erraten" in refused.value.messages[0]


@pytest.mark.parametrize("password", TAKEN)
def test_what_has_to_be_guessed_is_taken(password: str) -> None:
    validate_password(password, make_user())


def test_the_name_of_the_firm_counts_whatever_it_is() -> None:
    secret = "Zwetschgenbaum-2026"
    passwords.GuessableWords().validate(secret)
    from notices.firm.models import Organisation

    Organisation.objects.update(name="Zwetschgenbaum Verwaltungs GmbH")
    with pytest.raises(ValidationError):
        passwords.GuessableWords().validate(secret)


def test_sixty_four_characters_are_taken_and_a_megabyte_is_refused_in_a_sentence() -> None:
    sentence = "vier Dinge aus vier alten Kinderzimmern und eine Trommel dazu, bitte"
    assert len(sentence) > 64
    validate_password(sentence)
    validate_password((sentence * 4)[: passwords.LONGEST])
    began = time.process_time()
    with pytest.raises(ValidationError) as refused:
        validate_password("xK9#vLq2Rt!mWz" * 75_000)
    assert time.process_time() - began < 1
    assert "Höchstens 256 Zeichen" in str(refused.value.messages)


def test_the_portal_itself_asks_for_it() -> None:
    for password in ("passwort1234", "Hausverwaltung1", "Sommer2026!!!!"):
        with pytest.raises(ValidationError):
            validate_password(password)

"""Passwords that whoever knows the firm would try first are refused, others are not."""

from __future__ import annotations

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
]
TAKEN = [
    *("lauter kleine Wolken", "a long enough test password", "Birne-Stiefel-Anker-Lampe"),
    *("correct horse battery staple", "xK9#vLq2Rt!mWz", "Sommer riecht nach Regen am See"),
]


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.mark.parametrize("password", REFUSED)
def test_what_lies_near_is_refused(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        passwords.GuessableWords().validate(password)
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


def test_the_portal_itself_asks_for_it() -> None:
    for password in ("passwort1234", "Hausverwaltung1", "Sommer2026!!!!"):
        with pytest.raises(ValidationError):
            validate_password(password)

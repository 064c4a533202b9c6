"""A new SECRET_KEY loses nothing that was encrypted with the one before."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from pytest_django import Settings

from notices.firm.storage.encryption import decrypt, encrypt
from notices.invitations.models import Meeting
from portal.setup import env
from tests.accounts.signing_in import give_app
from tests.factories import make_meeting, make_user

OLD, NEW, OTHER = ("old-key-" * 8, "new-key-" * 8, "other-key" * 8)


@pytest.fixture
def meeting(db: None, settings: Settings) -> Meeting:
    """Return a meeting whose private ID was kept under the old key."""
    settings.SECRET_KEY = OLD
    made = make_meeting()
    Meeting.objects.filter(pk=made.pk).update(zoom_meeting_id_encrypted=encrypt("98765432101"))
    settings.SECRET_KEY = NEW
    return Meeting.objects.get(pk=made.pk)


def test_an_earlier_key_still_reads_and_the_new_one_writes(
    meeting: Meeting, settings: Settings
) -> None:
    assert decrypt(meeting.zoom_meeting_id_encrypted) is None
    settings.SECRET_KEY_FALLBACKS = [OTHER, OLD]
    assert decrypt(meeting.zoom_meeting_id_encrypted) == "98765432101"
    written = encrypt("1")
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(written) == "1"


def test_after_reencrypt_the_earlier_key_is_not_needed(
    meeting: Meeting, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [OLD]
    said = StringIO()
    call_command("reencrypt", stdout=said)
    assert "invitations.Meeting: 1 encrypted anew, 0 not readable." in said.getvalue()
    settings.SECRET_KEY_FALLBACKS = []
    meeting.refresh_from_db()
    assert decrypt(meeting.zoom_meeting_id_encrypted) == "98765432101"


def test_second_factors_go_over_to_the_new_key(meeting: Meeting, settings: Settings) -> None:
    user = make_user()
    settings.SECRET_KEY = OLD
    secret = give_app(user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    said = StringIO()
    call_command("reencrypt", stdout=said)
    assert "Second factors: 2 encrypted anew, 0 not readable." in said.getvalue()
    settings.SECRET_KEY_FALLBACKS = []
    app = Authenticator.objects.get(user=user, type="totp")
    assert decrypt(app.data["secret"]) == secret


def test_what_no_key_reads_is_said_and_left_alone(meeting: Meeting, settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = [OTHER]
    before = meeting.zoom_meeting_id_encrypted
    with pytest.raises(CommandError, match="1 texts were encrypted with a key"):
        call_command("reencrypt", stdout=StringIO())
    meeting.refresh_from_db()
    assert meeting.zoom_meeting_id_encrypted == before


def test_earlier_keys_are_parted_by_commas_or_lines_and_long_enough() -> None:
    assert env.earlier_secret_keys({}) == []
    assert env.earlier_secret_keys({"SECRET_KEY_FALLBACKS": f"{OLD}, {OTHER}\n"}) == [OLD, OTHER]
    with pytest.raises(env.ConfigurationError, match="SECRET_KEY_FALLBACKS: each key needs"):
        env.earlier_secret_keys({"SECRET_KEY_FALLBACKS": f"{OLD},short"})

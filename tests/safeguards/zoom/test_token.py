"""One token for all: fetched once, kept unreadable, replaced in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from notices.firm.storage.encryption import decrypt, encrypt
from notices.safeguards.models import ZoomToken
from notices.safeguards.zoom import client, token
from notices.safeguards.zoom.errors import TokenBusy
from notices.safeguards.zoom.token import Token, shared
from notices.safeguards.zoom.transport import retry_after

from .conftest import Fake

pytestmark = pytest.mark.django_db


class Source:
    """Makes tokens and counts them."""

    def __init__(self, life: timedelta = timedelta(hours=1)) -> None:
        self.made = 0
        self.life = life

    def __call__(self) -> Token:
        self.made += 1
        return Token(f"token-{self.made}", "https://api.zoom.us/v2", timezone.now() + self.life)


@pytest.fixture
def source() -> Source:
    return Source()


def test_a_token_is_fetched_once(source: Source) -> None:
    assert shared("firm", source) == shared("firm", source)
    assert source.made == 1


def test_the_database_holds_no_readable_token(source: Source) -> None:
    shared("firm", source)
    assert "token-1" not in ZoomToken.objects.get().encrypted


def test_a_new_token_is_fetched_before_the_old_one_ends(source: Source) -> None:
    shared("firm", source)
    with time_machine.travel(timezone.now() + source.life):
        assert shared("firm", source).value == "token-2"


def test_a_token_no_longer_accepted_is_replaced_once(source: Source) -> None:
    stale = shared("firm", source)
    assert shared("firm", source, instead_of=stale).value == "token-2"
    assert shared("firm", source, instead_of=stale).value == "token-2"
    assert source.made == 2


def test_other_credentials_get_a_token_of_their_own(source: Source) -> None:
    shared("firm", source)
    assert shared("another firm", source).value == "token-2"


@pytest.mark.parametrize("encrypted", ["", "rubbish", "ü", "gAAAAAB"])
def test_a_row_that_cannot_be_decrypted_is_fetched_anew(source: Source, encrypted: str) -> None:
    shared("firm", source)
    ZoomToken.objects.update(encrypted=encrypted)
    assert shared("firm", source).value == "token-2"


def test_a_new_secret_key_makes_the_row_unreadable(source: Source, settings: Settings) -> None:
    shared("firm", source)
    settings.SECRET_KEY = "another-secret-" * 4
    assert shared("firm", source).value == "token-2"


def test_while_another_process_fetches_we_wait_and_use_its_token(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Source()
    shared("firm", elsewhere)
    row = ZoomToken.objects.get()
    lease = timezone.now() + token.LEASE
    ZoomToken.objects.update(encrypted="", leased_until=lease)

    def the_other_one_finishes(seconds: float) -> None:
        ZoomToken.objects.update(encrypted=row.encrypted, leased_until=None)

    monkeypatch.setattr(retry_after, "pause", the_other_one_finishes)
    assert shared("firm", source).value == "token-1"
    assert source.made == 0


def test_a_token_stored_just_before_our_lease_is_used(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = token._take_lease

    def take_late() -> object:
        monkeypatch.setattr(token, "_take_lease", take)
        shared("firm", source)
        return take()

    monkeypatch.setattr(token, "_take_lease", take_late)
    shared("firm", source)
    assert source.made == 1


def test_a_process_that_died_while_fetching_holds_up_nobody_for_long(source: Source) -> None:
    ZoomToken.objects.create(leased_until=timezone.now() - timedelta(seconds=1))
    assert shared("firm", source).value == "token-1"


def test_a_lease_that_never_ends_is_an_error(
    source: Source, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    ZoomToken.objects.create(leased_until=timezone.now() + timedelta(days=1))
    clock: Iterator[int] = iter(range(0, 10_000, 10))
    monkeypatch.setattr("notices.safeguards.zoom.client.token.time.monotonic", lambda: next(clock))
    with pytest.raises(TokenBusy):
        shared("firm", source)
    assert source.made == 0


def test_a_failed_fetch_gives_the_lease_back(source: Source) -> None:
    def fail() -> Token:
        raise TokenBusy

    with pytest.raises(TokenBusy):
        shared("firm", fail)
    assert shared("firm", source).value == "token-1"


def test_a_late_process_does_not_end_the_lease_of_the_next(source: Source) -> None:
    theirs = timezone.now() + timedelta(minutes=5)

    def outlive() -> Token:
        ZoomToken.objects.update(leased_until=theirs)
        return source()

    shared("firm", outlive)
    assert ZoomToken.objects.get().leased_until == theirs


def test_there_is_at_most_one_row() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ZoomToken.objects.create(id=2)


def test_a_token_shows_nothing_of_itself() -> None:
    assert "token-1" not in repr(Source()())


def test_one_refusal_leads_to_exactly_one_new_token(fake: Fake) -> None:
    with client.connect() as first, client.connect() as second:
        first.account_settings()
        second.account_settings()
        fake.advance(3601)
        first.account_settings()
        second.account_settings()
    assert fake.tokens_issued == 2


def test_permissions_granted_since_come_with_a_new_token(fake: Fake) -> None:
    with client.connect() as zoom:
        zoom.account_settings()
        zoom.renew_token()
        zoom.account_settings()
    assert fake.tokens_issued == 2


def test_what_is_encrypted_can_be_read_again() -> None:
    assert decrypt(encrypt("Größe ✓")) == "Größe ✓"
    assert encrypt("a") != encrypt("a")

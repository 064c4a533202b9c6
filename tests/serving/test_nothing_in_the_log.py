"""Nothing that anybody sends is in the log: every door is knocked at with marked secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from portal.serving.log_lines import JsonLine
from tests.doors import Door, doors, without_words
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

MARK = "geheim"
READER = "203.0.113.77"
# Parts of an address that may be a secret, or somebody's words.
PARTS = {
    **dict.fromkeys(("token", "uidb64", "code", "slug", "name", "url"), f"{MARK}-in-the-path"),
    **{"object_id": f"{MARK}-in-the-path", "id": f"{MARK}-in-the-path"},
}
HEADERS = {
    **{"User-Agent": f"{MARK}-agent", "Referer": f"https://{MARK}.example/?{MARK}=1"},
    **{"X-Forwarded-For": READER, "Authorization": f"Bearer {MARK}-bearer"},
    **{"Accept-Language": "de", "X-Zm-Signature": f"v0={MARK}", "X-Zm-Request-Timestamp": MARK},
}
FIELDS = ("username", "login", "password", "code", "q", "text_de", "title_de", "email", "action")


class Undone(Exception):
    """What was sent is taken back."""


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Return the lines of the log, as they would be written."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLine().format(record))

    handler = Kept(level=logging.INFO)
    watched = [logging.getLogger(name) for name in (None, "django")]
    levels = [one.level for one in watched]
    for one in watched:
        one.addHandler(handler)
        one.setLevel(logging.INFO)
    yield lines
    for one, level in zip(watched, levels, strict=True):
        one.removeHandler(handler)
        one.setLevel(level)


def knock(client: Client, door: Door, cookies: dict[str, str]) -> None:
    address = door.address(**PARTS) + f"?{MARK}-query={MARK}&q={MARK}"
    sent: dict[str, Any] = dict.fromkeys(FIELDS, f"{MARK}-body@{MARK}.example")
    file = SimpleUploadedFile(f"{MARK}-file.png", b"<" + MARK.encode())
    headers = {**HEADERS, **cookies}
    client.get(address, headers=headers, REMOTE_ADDR=READER)
    client.post(address, {**sent, "file": file}, headers=headers, REMOTE_ADDR=READER)
    if cookies:
        client.post(address, f"{{{MARK}", "application/json", headers=headers, REMOTE_ADDR=READER)


@pytest.mark.parametrize("who", ["anybody", "reviewer"])
def test_nothing_that_anybody_sends_is_in_the_log(
    who: str, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_words(monkeypatch)
    client = Client(raise_request_exception=False, enforce_csrf_checks=who == "anybody")
    if who != "anybody":
        client.force_login(make_user(who))
    cookies = {"Cookie": f"session={MARK}-cookie; device={MARK}"} if who == "anybody" else {}
    for door in doors():
        try:
            with transaction.atomic():
                knock(client, door, cookies)
                raise Undone
        except Undone:
            pass
    lines = [json.loads(line) for line in written]
    assert len(lines) > 50
    assert not [line for line in written if MARK in line.lower() or READER in line]
    assert not [line for line in written if "\n" in line]
    assert [line for line in lines if "trace" in line] == []
    assert {line.get("status", 400) // 100 for line in lines} == {4}

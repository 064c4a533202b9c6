"""Keep a form that arrived too late: encrypted, for an hour, for the account that opened it.

A file below DATA_DIR, not a row: what is kept for an hour belongs in no backup and no history.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from notices.firm.storage.encryption import decrypt, encrypt

KEPT_FOR = timedelta(hours=1)
# A page may stay open over a working day and be sent at its end.
OPENED_WITHIN = timedelta(hours=24)
LARGEST = 4 * 1024 * 1024
MOST_FILES = 50
SALT = "opened-by"
MARK = "_opened_by"
TOKEN = re.compile(r"[0-9a-f]{32}")
# What says who somebody is, and the buttons: sending again is an act of its own.
NOT_KEPT = re.compile(r"csrfmiddlewaretoken|.*(password|otp|credential).*|_\w*|meaning|act")


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form as it was sent: where to, and each name with its values."""

    account: int
    path: str
    values: list[tuple[str, list[str]]]
    had_file: bool


def mark_of(user: Any) -> str:
    """Return what a page carries to say for whom it was opened."""
    return signing.dumps(user.pk, salt=SALT)


def keep(request: HttpRequest) -> str | None:
    """Keep the form of `request` and return its token; None if it says not who opened it."""
    broken = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
    try:
        account = signing.loads(request.POST.get(MARK, ""), salt=SALT, max_age=OPENED_WITHIN)
        values = [(k, list(map(str, v))) for k, v in request.POST.lists() if not NOT_KEPT.match(k)]
        had_file = bool(request.FILES)
    except (signing.BadSignature, *broken):
        return None
    content = json.dumps([account, request.get_full_path(), values, had_file])
    if len(content) > LARGEST:
        return None
    token = secrets.token_hex(16)
    folder = _folder()
    _tidy(folder)
    file = folder / token
    file.touch(mode=0o600)
    file.write_text(encrypt(content))
    return token


def kept(token: str, user: Any) -> Unsent | None:
    """Return what was kept for `user`; nobody else reads it."""
    file = _folder() / token
    if not TOKEN.fullmatch(token) or not _is_fresh(file):
        return None
    content = decrypt(file.read_text())
    if content is None:
        return None
    account, path, values, had_file = json.loads(content)
    if account != user.pk:
        return None
    return Unsent(account, path, [(name, list(found)) for name, found in values], had_file)


def forget(token: str) -> None:
    if TOKEN.fullmatch(token):
        (_folder() / token).unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "unsent"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _is_fresh(file: Path) -> bool:
    with suppress(OSError):
        return time.time() - file.stat().st_mtime < KEPT_FOR.total_seconds()
    return False


def _tidy(folder: Path) -> None:
    """Remove what is too old; of too many files the oldest, so that no disk fills up."""
    found = sorted(folder.iterdir(), key=_age)
    for number, file in enumerate(found):
        if number >= MOST_FILES - 1 or not _is_fresh(file):
            file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    with suppress(OSError):
        return time.time() - file.stat().st_mtime
    return 0.0

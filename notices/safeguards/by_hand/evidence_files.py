"""Files that prove what somebody saw at Zoom: looked at closely, kept under a random name.

A file belongs to no report until the report is handed over; then a row is written for it. What
was given up in between is removed after a day.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from ..models import EvidenceFile

LARGEST = 5 * 1024 * 1024
# A report may be finished for this long; only later is a file that no row knows removed.
REPORT_WITHIN = timedelta(hours=20)
KEPT_FOR = timedelta(hours=24)
SALT = "evidence"
STORED_NAME = re.compile(r"[0-9a-f]{32}")
PNG_START = b"\x89PNG\r\n\x1a\n"


class EvidenceError(Exception):
    """This file cannot be taken."""


class FileTooLarge(EvidenceError): ...


class WrongKind(EvidenceError):
    """Neither PNG nor JPEG nor PDF, or not what its name says."""


class Gone(EvidenceError):
    """The file kept for a report is no longer there, or is not the one that was uploaded."""


class NoRoom(EvidenceError):
    """The disk is full, or takes nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on disk that waits for its report."""

    stored_name: str
    sha256: str
    size: int
    media_type: str

    @property
    def kind(self) -> str:
        return KINDS[self.media_type]


KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "application/pdf": "PDF"}
# The first of a kind is the one a download is named with.
EXTENSIONS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".pdf": "application/pdf",
}


logger = logging.getLogger(__name__)


def keep(upload: UploadedFile[bytes], by: User) -> str:
    """Store `upload` below SHARED_DIR and return a token under which `by` finds it again."""
    if (upload.size or 0) > LARGEST:
        raise FileTooLarge
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileTooLarge
    media_type = EXTENSIONS.get(Path(upload.name or "").suffix.lower(), "")
    if not media_type or not LOOKS_LIKE[media_type](content):
        raise WrongKind
    name = secrets.token_hex(16)
    try:
        _write(_folder() / name, content)
    except OSError as error:
        logger.error("An evidence file could not be kept: %s", error.strerror)
        raise NoRoom from error
    sha256 = hashlib.sha256(content).hexdigest()
    return signing.dumps([by.pk, name, sha256, len(content), media_type], salt=SALT)


def kept(token: str, by: User) -> Kept:
    """Return the file that `by` uploaded for the report at hand."""
    try:
        pk, *rest = signing.loads(token, salt=SALT, max_age=REPORT_WITHIN)
    except signing.BadSignature as error:
        raise Gone from error
    found = Kept(*rest)
    if pk != by.pk or not (_folder() / found.stored_name).is_file():
        raise Gone
    return found


def adopt(file: Kept, by: User) -> EvidenceFile:
    """Write the row that makes a kept file part of the history; the same content only once.

    If the content of an earlier row was lost since, the kept file takes its place: the row
    cannot be changed, and a second one would say that there are two proofs.
    """
    if file.sha256 != _digest_of(file.stored_name):
        raise Gone
    row, is_new = EvidenceFile.objects.get_or_create(
        sha256=file.sha256,
        defaults={
            "stored_name": file.stored_name,
            "size": file.size,
            "media_type": file.media_type,
            "uploaded_by": by,
        },
    )
    if not is_new and _digest_of(row.stored_name) != row.sha256:
        (_folder() / file.stored_name).replace(_folder() / row.stored_name)
    return row


def content_of(row: EvidenceFile) -> bytes:
    """Return the bytes of a stored file, or raise Gone if they are not what was uploaded."""
    try:
        content = (_folder() / row.stored_name).read_bytes()
    except OSError as error:
        raise Gone from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise Gone
    return content


def extension_of(media_type: str) -> str:
    return next(ending for ending, kind in EXTENSIONS.items() if kind == media_type)


def clear() -> None:
    """Remove the files that no report took within a day."""
    known = set(EvidenceFile.objects.values_list("stored_name", flat=True))
    oldest = time.time() - KEPT_FOR.total_seconds()
    for file in _folder().iterdir():
        if not STORED_NAME.fullmatch(file.name) or file.name in known:
            continue
        with suppress(FileNotFoundError):  # another process may clear at the same time
            if file.stat().st_mtime < oldest:
                file.unlink()


def _folder() -> Path:
    folder: Path = settings.SHARED_DIR / "evidence"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: bytes) -> None:
    """Write a new file so that a row never outlives a power cut that its content did not."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        path.unlink(missing_ok=True)  # a full disk leaves no half file
        raise


def _digest_of(stored_name: str) -> str:
    try:
        return hashlib.sha256((_folder() / stored_name).read_bytes()).hexdigest()
    except OSError:
        return ""


def _is_png(content: bytes) -> bool:
    """Say whether these are the chunks of one PNG from the first byte to the last."""
    if not content.startswith(PNG_START):
        return False
    kinds = list(_png_chunks(content))
    return bool(kinds) and kinds[0] == b"IHDR" and kinds[-1] == b"IEND" and b"IDAT" in kinds


def _png_chunks(content: bytes) -> Iterator[bytes]:
    """Yield the kind of each chunk, and nothing known where the file is no whole PNG."""
    at = len(PNG_START)
    while at < len(content):
        header = content[at : at + 8]
        length, kind = struct.unpack(">I4s", header) if len(header) == 8 else (0, b"")
        end = at + 12 + length
        checksum = zlib.crc32(content[at + 4 : end - 4]).to_bytes(4, "big")
        if content[end - 4 : end] != checksum or (kind == b"IEND" and end != len(content)):
            yield b""
            return
        yield kind
        at = end


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9")


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


LOOKS_LIKE: dict[str, Callable[[bytes], bool]] = {
    "image/png": _is_png,
    "image/jpeg": _is_jpeg,
    "application/pdf": _is_pdf,
}

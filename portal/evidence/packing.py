"""Write an evidence file: the same data give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation

from notices.editions.models import Edition
from notices.firm.languages import CODES, REQUIRED, text_of
from notices.safeguards.glance.strip import DAYS

from . import glance, verify
from .gathering import Evidence, gather
from .periods import Period
from .texts import folder_of

# ZIP knows no earlier moment; a real one would make every export another file.
FIXED = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16


class WouldOverwrite(Exception):
    """There is a file of this name already."""


def export_to(path: Path, period: Period) -> str:
    """Write the file next to its place, then give it its name; return its SHA-256."""
    if path.exists():
        raise WouldOverwrite(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file, period)
            file.flush()
            os.fsync(file.fileno())
        digest = verify.sum_of_file(name)
        Path(name).chmod(0o600)
        try:
            # Unlike renaming, linking never replaces a file that appeared meanwhile.
            os.link(name, path)
        except FileExistsError as error:
            raise WouldOverwrite(path) from error
        return digest
    finally:
        Path(name).unlink(missing_ok=True)


def write(file: IO[bytes], period: Period) -> None:
    """Write the ZIP of `period` into `file`, edition by edition."""
    with _one_moment(), translation.override(REQUIRED):
        evidence = gather(period)
        sums: dict[str, str] = {}
        # Stored, not compressed: other versions of zlib would give other bytes.
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, content in _files(evidence):
                sums[name] = hashlib.sha256(content).hexdigest()
                _add(archive, name, content)
            lines = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
            _add(archive, verify.SUMS, lines.encode())


def _files(evidence: Evidence) -> Iterator[tuple[str, bytes]]:
    yield verify.DATA, _as_json(evidence.data)
    for facts in evidence.editions():
        yield from _files_of(facts)
    context = {**evidence.data, "period": evidence.period, **_at_a_glance(evidence)}
    yield "nachweis.html", render_to_string("evidence/cover.html", context).encode()
    yield "verify.py", Path(verify.__file__).read_bytes()


def _at_a_glance(evidence: Evidence) -> dict[str, Any]:
    start, end = evidence.period.start, evidence.until
    rows, checks = evidence.data["safeguards"], evidence.data["checks"]
    strips = glance.strips(rows, start, end)
    whole = glance.whole(rows, strips, start, end)
    # Beyond a year there is no room for the months.
    is_short = evidence.period.days <= DAYS + 1
    return {
        "strips": strips,
        "whole": whole if whole.spans else None,
        "kept": {key: glance.kept_checks(checks, one, end, key) for key, one in strips.items()},
        "kept_whole": glance.kept_checks(checks, whole, end),
        "names_months": whole if is_short and whole.spans else None,
    }


def _files_of(facts: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one edition: JSON, its pages, and its PDFs where they were made."""
    edition: Edition = facts.pop("edition")
    documents = facts.pop("documents")
    base = folder_of(edition)
    yield f"{base}.json", _as_json(facts)
    for language in CODES:
        if edition.html_in(language):
            page = {
                "edition": edition,
                "language": language,
                "title": text_of(edition, "title", language) or text_of(edition, "title"),
                "summary": edition.summary_html_in(language),
                "text": edition.html_in(language),
            }
            yield (
                f"{base}.{language}.html",
                render_to_string("evidence/edition.html", page).encode(),
            )
    for document in documents:
        yield f"{base}.{document.language}.pdf", bytes(document.content)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, FIXED)
    entry.create_system = 3
    entry.external_attr = READABLE
    archive.writestr(entry, content)


def _as_json(content: Any) -> bytes:
    text = json.dumps(content, default=_plain, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as of one moment, while others go on writing."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield

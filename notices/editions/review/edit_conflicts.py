"""Two people write on one draft: what differs, so that nobody overwrites what they never saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from notices.firm.languages import CODES
from notices.lib.diff import Block, compare

from ..integrity.digests import TEXT_FIELDS, sha256_of
from ..models import Edition

DRAFT_TEXTS = tuple(f"{field}_{language}" for field in TEXT_FIELDS for language in CODES)
DRAFT_FIELDS = (*DRAFT_TEXTS, "in_force_from")


@dataclass(frozen=True)
class Difference:
    """One field of a draft: what is stored, what was typed, and how the words differ."""

    name: str
    label: str
    stored: str
    typed: str

    @property
    def blocks(self) -> list[Block]:
        """Return the paragraphs that differ; all of them if only the breaks between them do."""
        blocks = compare(self.stored, self.typed)
        return [block for block in blocks if block.kind != "same"] or blocks


def draft_digest(edition: Edition) -> str:
    """Return the SHA-256 (hex) over everything that a person can type into a draft."""
    start = edition.in_force_from
    return sha256_of(
        [
            *(getattr(edition, name) or "" for name in DRAFT_TEXTS),
            start.timestamp() if start else None,
            *edition.signed_by,
        ]
    )


def as_text(value: datetime | str | None) -> str:
    """Return what stands in a field, as people read it."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return (value or "").replace("\r\n", "\n").strip()


def stored_texts(edition: Edition) -> dict[str, str]:
    return {name: as_text(getattr(edition, name)) for name in DRAFT_FIELDS}


def differences(
    stored: Mapping[str, str], typed: Mapping[str, str], labels: Mapping[str, str]
) -> list[Difference]:
    """Return the fields where what was typed is not what is stored."""
    return [
        Difference(name, labels.get(name, name), stored.get(name, ""), typed[name])
        for name in _in_order(typed)
        if typed[name] != stored.get(name, "")
    ]


def _in_order(names: Iterable[str]) -> list[str]:
    given = set(names)
    return [name for name in DRAFT_FIELDS if name in given]

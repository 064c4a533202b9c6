"""Two people write on one draft: what differs, so that nobody overwrites what they never saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from notices.firm.inputs.turns import Difference, as_text
from notices.firm.languages import CODES

from ..integrity.digests import TEXT_FIELDS, sha256_of
from ..models import Edition

DRAFT_TEXTS = tuple(f"{field}_{language}" for field in TEXT_FIELDS for language in CODES)
DRAFT_FIELDS = (*DRAFT_TEXTS, "in_force_from")


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

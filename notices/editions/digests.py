"""Digests: what a published edition said, provably, and which German text an English one is of."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from .models import Edition

TEXT_FIELDS = ("title", "summary", "text", "change_note")


def edition_digest(edition: Edition) -> str:
    """Return the SHA-256 (hex) over texts, rendered HTML, dates, number, roles and chain."""
    return sha256_of(covered(edition))


def covered(edition: Edition) -> dict[str, Any]:
    """Return what the digest of `edition` covers.

    Roles, never persons: erasing a person must not break the chain.
    """
    return {
        "notice": edition.notice.key,
        "number": edition.number,
        "correction": edition.correction,
        "historical": edition.historical,
        "in_force_from": _instant(edition.in_force_from),
        "published_at": _instant(edition.published_at),
        "approver_role": edition.approver_role,
        "four_eyes": edition.four_eyes,
        "english_made_from": edition.english_made_from,
        "previous": edition.previous_digest,
        "html": {
            name: getattr(edition, name)
            for name in ("html_de", "html_en", "summary_html_de", "summary_html_en")
        },
        "source": {
            f"{field}_{language}": getattr(edition, f"{field}_{language}") or ""
            for field in TEXT_FIELDS
            for language in ("de", "en")
        },
    }


def german_source_digest(edition: Edition) -> str:
    """Return the digest of the German texts that a translation is made from."""
    return sha256_of([getattr(edition, f"{field}_de") or "" for field in TEXT_FIELDS])


def english_is_stale(edition: Edition) -> bool:
    """Say whether the German text changed after the English one was made."""
    return bool(edition.text_en) and edition.english_made_from != german_source_digest(edition)


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def sha256_of(content: Any) -> str:
    """Return the SHA-256 (hex) of the one way to write `content` as JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

"""Digests: what a published edition said, provably, and which text a translation is made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from notices.firm.languages import AT_FIRST, CODES, FURTHER, column, is_missing, text_of

from ..models import Edition

# The first one named two languages, this one covers all there are.
NEWEST_FORMAT = 2
TEXT_FIELDS = ("title", "summary", "text", "change_note")


def edition_digest(edition: Edition) -> str:
    """Return the SHA-256 (hex) over texts, rendered HTML, dates, number, roles and chain."""
    return sha256_of(covered(edition))


def covered(edition: Edition) -> dict[str, Any]:
    """Return what the digest of `edition` covers, in the format that it was sealed in.

    Roles, never persons: erasing a person must not break the chain.
    """
    # Only where there is one: what was sealed before letters were signed keeps its digest.
    signed = {"signed_by": edition.signed_by} if edition.signed_by else {}
    return {
        **signed,
        "notice": edition.notice.key,
        "number": edition.number,
        "correction": edition.correction,
        "historical": edition.historical,
        "in_force_from": _instant(edition.in_force_from),
        "published_at": _instant(edition.published_at),
        "approver_role": edition.approver_role,
        "four_eyes": edition.four_eyes,
        "previous": edition.previous_digest,
        **(_first_format if edition.digest_format == 1 else _texts)(edition),
    }


def _texts(edition: Edition) -> dict[str, Any]:
    """Return what is said in each language; one that says nothing leaves no trace.

    So a language that is added later changes no digest, and nothing can be added in it either.
    """
    named = {*CODES, *edition.rendered, *edition.made_from}
    said = {language: _said(edition, language) for language in named}
    return {
        "format": edition.digest_format,
        "languages": {language: texts for language, texts in said.items() if texts},
    }


def _said(edition: Edition, language: str) -> dict[str, str]:
    found = {
        **{field: text_of(edition, field, language) for field in TEXT_FIELDS},
        "html": edition.html_in(language),
        "summary_html": edition.summary_html_in(language),
        "made_from": edition.made_from.get(language, ""),
    }
    return {name: text for name, text in found.items() if text}


def _first_format(edition: Edition) -> dict[str, Any]:
    """Return what the first format covers: two languages, and that nothing is said in others."""
    _original, translated = AT_FIRST
    others = _texts(edition)["languages"].keys() - set(AT_FIRST)
    html = {"html": edition.html_in, "summary_html": edition.summary_html_in}
    return {
        "english_made_from": edition.made_from.get(translated, ""),
        "html": {
            column(name, code): read(code) for name, read in html.items() for code in AT_FIRST
        },
        "source": {
            column(field, code): text_of(edition, field, code)
            for field in TEXT_FIELDS
            for code in AT_FIRST
        },
        **({"others": {code: _said(edition, code) for code in others}} if others else {}),
    }


def source_digest(edition: Edition) -> str:
    """Return the digest of the required texts, which translations are made from."""
    return sha256_of([text_of(edition, field) for field in TEXT_FIELDS])


def is_stale(edition: Edition, language: str) -> bool:
    """Say whether the required text changed after the one in `language` was made."""
    if language not in FURTHER or is_missing(text_of(edition, "text", language)):
        return False
    return bool(edition.made_from.get(language) != source_digest(edition))


def fresh_languages(edition: Edition) -> list[str]:
    """Return the translations that were made from the required text as it is."""
    return [language for language in FURTHER if not is_stale(edition, language)]


def note_source(edition: Edition, languages: Iterable[str] = FURTHER) -> None:
    """Note in `edition` that its texts in `languages` are those of the required one as it is."""
    digest = source_digest(edition)
    there = [one for one in languages if not is_missing(text_of(edition, "text", one))]
    edition.made_from = {**edition.made_from, **dict.fromkeys(there, digest)}


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def sha256_of(content: Any) -> str:
    """Return the SHA-256 (hex) of the one way to write `content` as JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

"""Put the firm's own details into a text where those of the sample firm stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from notices.firm.languages import column
from notices.firm.models import Organisation
from portal.starter.files import read

SECTION = re.compile(r"^(?=## )", re.MULTILINE)
MARKUP = re.compile(r"([\\`*\[\]<>])")
# Who gave a manager the licence stands in the imprint alone, so the profile does not ask for it.
LICENCE = "Beispielamt, Gewerbeaufsicht, Musterplatz 1, 10000 Berlin"
HOST = re.compile(r"^https?://")


def insert(text: str, language: str, own: Organisation, *, licence: str = "") -> str:
    """Return `text` of the starter content with the details of `own`."""
    sample = read("organisation")
    parts = []
    for part in SECTION.split(text):
        # The officer of the sample firm has the number and the address of the firm.
        of_officer = sample["dpo_address"] in part
        for old, new in _pairs(sample, own, language, of_officer=of_officer, licence=licence):
            part = part.replace(old, new)
        if of_officer:
            title = re.escape(sample[column("dpo_title", language)])
            own_title = MARKUP.sub(r"\\\1", _text(own, "dpo_title", language))
            part = re.sub(rf"^{title}$", lambda _found, own=own_title: own, part, flags=re.M)
        parts.append(part)
    return "".join(parts)


def _pairs(
    sample: dict[str, Any], own: Organisation, language: str, *, of_officer: bool, licence: str
) -> Iterator[tuple[str, str]]:
    """Yield what stands in the sample and what replaces it, what holds others first."""
    phone, email = own.phone, own.privacy_email
    if of_officer:
        phone, email = own.dpo_phone or own.phone, own.dpo_email
    place = "{street}, {postal_code} {city}"
    found = [
        (sample["dpo_address"], own.dpo_address),
        (LICENCE, licence or LICENCE),
        (place.format(**sample), place.format(**_plain(own))),
        (sample["legal_name"], own.legal_name),
        (sample["name"], own.name),
        (sample["phone"], phone),
        (sample[column("phone_hours", language)], _text(own, "phone_hours", language)),
        (sample["authority_name"], own.authority_name),
        (sample["authority_address"], own.authority_address),
    ]
    yield from ((old, MARKUP.sub(r"\\\1", new)) for old, new in found)
    # Addresses for machines stay as they are.
    yield sample["privacy_email"], email
    yield sample["email"], own.email
    yield from _site(sample["authority_url"], own.authority_url)
    if own.website:
        yield from _site(sample["website"], own.website)


def _site(sample: str, own: str) -> Iterator[tuple[str, str]]:
    """Yield an address as it is linked and as it is shown."""
    yield sample, own.rstrip("/")
    yield HOST.sub("", sample), HOST.sub("", own).rstrip("/")


def _plain(own: Organisation) -> dict[str, str]:
    return {"street": own.street, "postal_code": own.postal_code, "city": own.city}


def _text(own: Organisation, field: str, language: str) -> str:
    return getattr(own, column(field, language)) or getattr(own, column(field)) or ""

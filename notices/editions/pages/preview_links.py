"""Links that show a draft to a reviewer without an account, for seven days."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from django.core import signing

from notices.firm.languages import columns

from ..integrity.digests import TEXT_FIELDS
from ..models import Edition

SALT = "editions.preview"
VALID = timedelta(days=7)


class Outdated(Exception):
    """The link was real, but it is too old or the text has changed since."""


def make_token(edition: Edition) -> str:
    """Sign the draft and the digest of its text: a link never shows what it was not made for."""
    return signing.dumps([edition.pk, text_digest(edition)], salt=SALT)


def read_token(token: str) -> Edition | None:
    """Return the open edition the link was made for; None if it is forged, else Outdated."""
    try:
        pk, digest = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.SignatureExpired as error:
        raise Outdated from error
    except signing.BadSignature:
        return None
    edition = Edition.objects.select_related("notice").filter(pk=pk).first()
    is_open = edition is not None and edition.status != Edition.Status.PUBLISHED
    if edition is None or not is_open or text_digest(edition) != digest:
        raise Outdated
    return edition


def text_digest(edition: Edition) -> str:
    """Return the SHA-256 over the texts of all languages."""
    texts = json.dumps([getattr(edition, name) or "" for name in columns(*TEXT_FIELDS)])
    return hashlib.sha256(texts.encode()).hexdigest()

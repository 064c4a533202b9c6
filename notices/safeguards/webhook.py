"""Judge what Zoom sends by itself: is it Zoom's, is it fresh, and what does it ask for?

No network and no clock; nothing of a delivery is kept but the digest of its signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from . import check_requests
from .models import SeenDelivery

LARGEST_BODY = 1024 * 1024
# How far Zoom's clock and ours may be apart; after that a delivery can no longer be repeated.
WINDOW = timedelta(minutes=5)
SECONDS = re.compile(r"[0-9]{10}")

VALIDATION = "endpoint.url_validation"
# Without a colon: what we answer can then never be the signature of a delivery.
PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{1,128}")
# The events after which the account may be set differently; all end alike.
CHANGED = re.compile(r"(account|group|user)\.([a-z]+_)?settings_updated")


class NotTaken(Exception):
    """This delivery is refused, with a status that says why."""

    status = 400


class NotConfigured(NotTaken):
    status = 404


class DeliveryTooLarge(NotTaken):
    status = 413


class WrongType(NotTaken):
    status = 415


class Forged(NotTaken):
    status = 401


class Stale(Forged):
    """Signed, but too long ago or in the future."""


class Repeated(NotTaken):
    """It came before: Zoom repeats what it thinks was lost, so it hears that all is well."""

    status = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it came in; headers that are missing are empty."""

    content_type: str
    timestamp: str
    signature: str
    body: bytes


def receive(delivery: Delivery, secret: str, now: datetime) -> dict[str, str] | None:
    """Take a delivery; return what Zoom wants back when it validates the address.

    Raise NotTaken if it is not Zoom's, not fresh, came before or cannot be read.
    """
    if not secret:
        raise NotConfigured
    if len(delivery.body) > LARGEST_BODY:
        raise DeliveryTooLarge
    if delivery.content_type.partition(";")[0].strip().lower() != "application/json":
        raise WrongType
    if not delivery.signature:
        # Zoom may validate the address without signing; nothing else comes unsigned.
        return _validated(_parse(delivery.body, otherwise=Forged), secret, otherwise=Forged)
    signed_at = check_signature(delivery, secret, now)
    said = _parse(delivery.body, otherwise=NotTaken)
    if said["event"] == VALIDATION:
        return _validated(said, secret, otherwise=NotTaken)
    with transaction.atomic():
        _remember(delivery.signature, signed_at, now)
        if CHANGED.fullmatch(said["event"]):
            check_requests.request_reread()
    return None


def check_signature(delivery: Delivery, secret: str, now: datetime) -> datetime:
    """Return when the delivery was signed, or raise Forged or Stale."""
    expected = signature_of(secret, delivery.timestamp, delivery.body)
    given = delivery.signature.encode(errors="replace")
    if not hmac.compare_digest(given, expected.encode()):
        raise Forged
    if not SECONDS.fullmatch(delivery.timestamp):
        raise Stale
    signed_at = datetime.fromtimestamp(int(delivery.timestamp), UTC)
    if abs(now - signed_at) > WINDOW:
        raise Stale
    return signed_at


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature that Zoom puts on a body: over its raw bytes, never over parsed ones."""
    message = b"v0:" + timestamp.encode(errors="replace") + b":" + body
    return "v0=" + _digest(secret, message)


def answer_to(plain_token: str, secret: str) -> dict[str, str]:
    """Return what proves to Zoom that this address knows the secret."""
    return {
        "plainToken": plain_token,
        "encryptedToken": _digest(secret, plain_token.encode()),
    }


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _parse(body: bytes, *, otherwise: type[NotTaken]) -> dict[str, Any]:
    try:
        said = json.loads(body.decode())
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("event"), str):
        raise otherwise
    return said


def _validated(said: dict[str, Any], secret: str, *, otherwise: type[NotTaken]) -> dict[str, str]:
    payload = said.get("payload")
    token = payload.get("plainToken") if isinstance(payload, dict) else None
    is_validation = said["event"] == VALIDATION
    if not is_validation or not isinstance(token, str) or not PLAIN_TOKEN.fullmatch(token):
        raise otherwise
    return answer_to(token, secret)


def _remember(signature: str, signed_at: datetime, now: datetime) -> None:
    """Keep the digest of a signature for as long as it would be accepted again."""
    SeenDelivery.objects.filter(expires_at__lt=now).delete()
    _row, is_new = SeenDelivery.objects.get_or_create(
        digest=hashlib.sha256(signature.encode()).hexdigest(),
        defaults={"expires_at": signed_at + WINDOW},
    )
    if not is_new:
        raise Repeated

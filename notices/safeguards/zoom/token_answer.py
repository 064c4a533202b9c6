"""Read the answer of Zoom's token address."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .errors import BadAnswer
from .token import Token

# The token is renewed this many seconds before it ends, a short-lived one a little before.
RENEW_BEFORE = 60
LONGEST_TOKEN_LIFE = 24 * 60 * 60
TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
# The whole of an address: nothing before the host, no port, no query can stand beside it.
ZOOM_HOST = re.compile(r"https://((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*zoom\.us)(?:/v2)?/?")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """With which credentials, and where, Zoom is asked."""

    account_id: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    oauth_url: str
    api_url: str

    @property
    def owner(self) -> str:
        """Return a mark that differs as soon as any of the values does."""
        parts = (self.account_id, self.client_id, self.client_secret, self.oauth_url, self.api_url)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def on_loopback(self) -> bool:
        """Say whether this is a stand-in for Zoom; the settings allow http only on loopback."""
        return self.api_url.startswith("http://")


def token_in(body: Any, access: Access, asked_at: datetime) -> Token:
    """Return the token of an answer, or raise BadAnswer."""
    said = body if isinstance(body, dict) else {}
    value, life = said.get("access_token"), said.get("expires_in")
    kind = said.get("token_type", "bearer")
    if not isinstance(value, str) or not TOKEN.fullmatch(value):
        raise BadAnswer
    if type(life) is not int or life < 1 or str(kind).lower() != "bearer":
        raise BadAnswer
    life = min(life, LONGEST_TOKEN_LIFE)
    renew_at = asked_at + timedelta(seconds=life - min(RENEW_BEFORE, life / 4))
    return Token(value, _api_url(said.get("api_url"), access), renew_at)


def _api_url(said: Any, access: Access) -> str:
    """Return the address that Zoom names for this account if it is Zoom's, else the usual one."""
    if not isinstance(said, str) or not said:
        return access.api_url
    if access.on_loopback:
        # A stand-in may name itself; from it nothing may lead to the real Zoom or elsewhere.
        return access.api_url
    if match := ZOOM_HOST.fullmatch(said.lower()):
        return f"https://{match[1]}/v2"
    logger.warning("Zoom: the token names an address of the API that is not Zoom's; not used")
    return access.api_url

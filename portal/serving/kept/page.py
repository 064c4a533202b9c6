"""A page as it leaves the portal: ready bytes for every encoding, and until when they are true."""

from __future__ import annotations

import hashlib
import math
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

import brotli

Headers = list[tuple[str, str]]

# The better one first.
ENCODINGS = ("br", "gzip")
BROTLI_AT_ONCE = 5
BROTLI_LATER = 11
# Smaller answers do not gain from it.
SMALLEST_COMPRESSED = 200
# What a proxy may do with a page: ask us after a second, show it for five more while it asks,
# and for this long while we are away; each only as far as the page stays true.
SHARED_SECONDS = 1
STALE_SECONDS = 5
STALE_IF_ERROR_SECONDS = 24 * 60 * 60
OURS = {"cache-control", "content-encoding", "content-length", "date", "etag", "vary"}
# Staff with a session get pages of their own.
VARY = ("Vary", "Accept-Encoding, Cookie")
PRIVATE = "private, no-store"
TEXT = ("text/", "application/json", "application/atom+xml", "application/xml")


class Sharing(Enum):
    """How far an answer may go."""

    NOBODY = "to its reader only"
    QUERY = "to its reader, who may look at it again"
    MEMORY = "to everybody who knows the address, but never to disk"
    EVERYBODY = "to proxies and to disk"


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes in one encoding, with the headers that never change."""

    content: bytes
    headers: Headers
    # The bytes may have been made smaller since a reader got them: the words are the same.
    tags: tuple[str, ...]


@dataclass(slots=True)
class Page:
    """One public answer; true from `moment` until `end` (seconds since 1970)."""

    headers: Headers
    identity: bytes
    stamp: str
    moment: float
    end: float
    sharing: Sharing = Sharing.EVERYBODY
    # A page for one reader is needed in one encoding, one that is kept in all.
    wanted: Sequence[str] = ENCODINGS
    digest: str = ""
    bodies: dict[str, Body] = field(default_factory=dict)
    # By a clock that nobody sets.
    made_at: float = field(default_factory=time.monotonic)
    used_at: float = field(default_factory=time.monotonic)
    successor: Page | None = None

    def __post_init__(self) -> None:
        self.digest = hashlib.blake2b(self.identity, digest_size=12).hexdigest()
        self._add("", self.identity, "")
        if len(self.identity) >= SMALLEST_COMPRESSED and is_text(self.headers):
            if "gzip" in self.wanted:
                gzip = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
                self._add("gzip", gzip.compress(self.identity) + gzip.flush(), "-gzip")
            if "br" in self.wanted:
                self.compress(BROTLI_AT_ONCE)

    def compress(self, quality: int) -> None:
        """Make the brotli bytes; a better quality takes ten times as long and saves a tenth."""
        content = brotli.compress(self.identity, mode=brotli.MODE_TEXT, quality=quality)
        other = BROTLI_LATER if quality == BROTLI_AT_ONCE else BROTLI_AT_ONCE
        self._add("br", content, f"-br{quality}", f"-br{other}")

    def holds_at(self, now: float) -> bool:
        # A clock that was set back must not show what is only about to be true.
        return self.moment - 2 <= now < self.end

    def at(self, now: float) -> Page | None:
        """Return what is true at `now`: this page, its successor, or neither."""
        if self.holds_at(now):
            return self
        if self.successor and self.end <= now and self.successor.holds_at(now):
            return self.successor
        return None

    @property
    def size(self) -> int:
        own = sum(len(body.content) for body in self.bodies.values()) + 2_000
        return own + (self.successor.size if self.successor else 0)

    def cache_control(self, now: float) -> str:
        if self.sharing is Sharing.EVERYBODY:
            return cache_control(math.floor(self.end - now))
        return PRIVATE if self.sharing is Sharing.MEMORY else "no-cache"

    def body_for(self, accept_encoding: str) -> Body:
        for encoding in encodings(accept_encoding):
            if encoding in self.bodies:
                return self.bodies[encoding]
        return self.bodies[""]

    def send(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request: with the bytes, or that the reader has them already."""
        body = self.body_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        control = ("Cache-Control", self.cache_control(time.time()))
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and (tag := known_tag(asked, body)):
            # Without a length: it would be that of the bytes that are not sent.
            start_response("304 Not Modified", [control, ("ETag", tag), VARY])
            return []
        start_response("200 OK", [*body.headers, control])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body.content]

    def _add(self, encoding: str, content: bytes, *suffixes: str) -> None:
        """Add the bytes for one encoding; the first of its suffixes names them in the ETag."""
        tags = tuple(f'"{self.digest}{suffix}"' for suffix in suffixes)
        headers = [*self.headers, ("ETag", tags[0]), ("Content-Length", str(len(content)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        headers.append(VARY)
        self.bodies[encoding] = Body(content, headers, tags)


@lru_cache(maxsize=64)
def cache_control(seconds: int) -> str:
    """Return what others may do with a page that stays true for so many seconds."""
    shared = max(0, min(SHARED_SECONDS, seconds))
    rest = max(0, seconds - shared)
    return (
        f"public, max-age=0, s-maxage={shared}, "
        f"stale-while-revalidate={min(STALE_SECONDS, rest)}, "
        f"stale-if-error={min(STALE_IF_ERROR_SECONDS, rest)}"
    )


@lru_cache(maxsize=256)
def encodings(accept: str) -> tuple[str, ...]:
    """Return those of brotli and gzip that the reader's browser takes, the better one first."""
    taken: dict[str, float] = {}
    for part in accept[:500].lower().split(","):
        name, _, parameters = part.partition(";")
        _, _, quality = parameters.partition("q=")
        try:
            taken[name.strip()] = float(quality) if quality else 1.0
        except ValueError:
            taken[name.strip()] = 0.0
    usual = taken.get("*", 0.0)
    return tuple(name for name in ENCODINGS if taken.get(name, usual) > 0)


def known_tag(if_none_match: str, body: Body) -> str:
    """Return which of the reader's ETags names these words in this encoding, or nothing."""
    for tag in if_none_match[:1000].split(","):
        own = tag.strip().removeprefix("W/")
        if own in body.tags:
            return own
    return ""


def is_text(headers: Iterable[tuple[str, str]]) -> bool:
    return any(name.lower() == "content-type" and value.startswith(TEXT) for name, value in headers)


def without_ours(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers of the view without those that are computed for every answer."""
    return [(name, value) for name, value in headers if name.lower() not in OURS]

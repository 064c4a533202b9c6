"""Read the body of an answer, compressed or not, and never more of it than a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx2

# zlib's own way to say: gzip or zlib, told apart by the first bytes; and deflate without either.
GZIP_OR_ZLIB = 47
BARE_DEFLATE = -15
# A gzip body may consist of several members; thousands of tiny ones would only cost time.
MOST_MEMBERS = 100


class UnpackingError(Exception):
    """This body cannot be taken."""


class Larger(UnpackingError):
    """It is larger than the limit, as it came or unpacked."""


class Unreadable(UnpackingError):
    """It is compressed in a way we do not know, or broken."""


def read(response: httpx2.Response, limit: int) -> bytes:
    """Return the body of a streamed response, at most `limit` bytes before and after unpacking.

    We ask for no compression, but a proxy on the way may compress all the same. Unpacking stops
    at the limit, so that a few bytes cannot unfold to more than the memory holds.
    """
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    parts = _bounded(response.iter_raw(), limit)
    if coding in ("identity", ""):
        return b"".join(parts)
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable
    packed = b"".join(parts)
    # Some servers send "deflate" without the header that belongs to it.
    is_bare = coding == "deflate" and packed[:1] != b"" and (packed[0] & 0x0F) != 8
    return _unpacked(packed, limit, BARE_DEFLATE if is_bare else GZIP_OR_ZLIB)


def _bounded(parts: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > limit:
            raise Larger
        yield part


def _unpacked(packed: bytes, limit: int, kind: int) -> bytes:
    whole = bytearray()
    for _member in range(MOST_MEMBERS):
        if not packed:
            return bytes(whole)
        unpacker = zlib.decompressobj(kind)
        try:
            whole += unpacker.decompress(packed, limit - len(whole) + 1)
        except zlib.error as error:
            raise Unreadable from error
        if len(whole) > limit:
            raise Larger
        if not unpacker.eof:
            raise Unreadable
        packed = unpacker.unused_data
    raise Unreadable

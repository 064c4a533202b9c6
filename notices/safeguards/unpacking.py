"""Unpack an answer piece by piece, so that a few bytes never unfold to more than a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

# zlib finds out by itself whether a stream is gzip or deflate.
EITHER = zlib.MAX_WBITS | 32
PACKED = {"gzip", "x-gzip", "deflate"}


class CannotUnpack(Exception):
    """The answer is packed in a way that is not known, broken or incomplete."""


class UnpacksTooLarge(Exception):
    """The answer is larger than the limit."""


def unpacked(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return the bytes in `pieces`, packed as `encoding` says, if they are at most `limit`."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _joined(pieces, limit)
    if encoding not in PACKED:
        raise CannotUnpack(encoding)
    unpacker = zlib.decompressobj(EITHER)
    return _joined(_unfolded(unpacker, pieces, limit), limit)


def _unfolded(unpacker: zlib._Decompress, pieces: Iterable[bytes], limit: int) -> Iterable[bytes]:
    try:
        for piece in pieces:
            # One byte more than allowed is enough to know.
            yield unpacker.decompress(piece, limit + 1)
            if unpacker.unconsumed_tail:
                raise UnpacksTooLarge
            if unpacker.unused_data:
                raise CannotUnpack
    except zlib.error as broken:
        raise CannotUnpack from broken
    if not unpacker.eof:
        raise CannotUnpack


def _joined(pieces: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise UnpacksTooLarge
    return bytes(body)

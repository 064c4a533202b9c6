"""An answer that is packed unasked is unpacked within its limit."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.safeguards.unpacking import CannotUnpack, UnpacksTooLarge, unpacked

LIMIT = 10_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "GZIP ": gzip.compress,
    "deflate": zlib.compress,
}


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.binary(max_size=LIMIT), st.sampled_from(sorted(PACKERS)), st.integers(1, 500))
def test_what_was_packed_comes_back_however_it_is_cut(data: bytes, name: str, size: int) -> None:
    assert unpacked(cut(PACKERS[name](data), size), name, LIMIT) == data


@pytest.mark.parametrize("name", sorted(PACKERS))
def test_one_byte_more_than_allowed_is_refused(name: str) -> None:
    with pytest.raises(UnpacksTooLarge):
        unpacked(cut(PACKERS[name](b"x" * (LIMIT + 1)), 100), name, LIMIT)


def test_a_small_answer_cannot_fill_the_memory() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(UnpacksTooLarge):
            unpacked([bomb], "gzip", LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 100 * LIMIT
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["br", "zstd", "gzip, gzip"])
def test_other_ways_to_pack_are_refused(name: str) -> None:
    with pytest.raises(CannotUnpack):
        unpacked([b"x"], name, LIMIT)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_what_is_broken_is_refused_and_never_an_error_of_another_kind(
    data: bytes, name: str
) -> None:
    try:
        unpacked([data], name, LIMIT)
    except (CannotUnpack, UnpacksTooLarge):
        return
    assert PACKERS[name](b"")[:1] == data[:1]


def test_half_an_answer_is_none() -> None:
    with pytest.raises(CannotUnpack):
        unpacked([gzip.compress(b"{}" * 500)[:-9]], "gzip", LIMIT)
    with pytest.raises(CannotUnpack):
        unpacked([gzip.compress(b"{}"), b"more"], "gzip", LIMIT)

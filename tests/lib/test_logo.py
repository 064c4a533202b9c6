"""A logo is a picture that can do nothing but be seen."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.logo import MOST_BYTES, PNG, SVG, Fault, LogoError, clean, from_stored

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
DRAWN = '<path d="M0 0h9v9z" fill="#0b4f5c"/>'


def svg(inside: str = DRAWN, size: str = 'viewBox="0 0 40 20"') -> bytes:
    return f"<?xml version='1.0'?><!-- a tool --><{HEAD[1:]} {size}>{inside}</svg>".encode()


def chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def png(width: int = 40, height: int = 20, more: bytes = b"", pixels: bytes | None = None) -> bytes:
    rows = b"".join(b"\0" + b"\x0b\x4f\x5c" * width for _ in range(height))
    packed = zlib.compress(rows if pixels is None else pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + more
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def test_a_drawing_is_kept_with_its_size_and_without_its_notes() -> None:
    logo = clean(svg("<title>x</title><metadata>who</metadata>" + DRAWN))
    assert (logo.kind, logo.width, logo.height) == (SVG, 200, 100)
    assert b'd="M0 0h9v9z"' in logo.content
    assert b"who" not in logo.content
    assert b"tool" not in logo.content


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<a href="https://example.org"><path d="M0 0"/></a>',
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" fill="url(https://example.org/x)"/>',
        '<path d="M0 0" style="fill:url(//example.org);background:url(x)"/>',
        '<path d="M0 0" xlink:href="https://example.org"/>',
        '<animate attributeName="d"/><set attributeName="d"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        '<path d="M0 0" fill="javascript:alert(1)"/>',
        '<iframe src="https://example.org"/>',
    ],
)
def test_no_script_and_no_reference_outside_stays_in_a_drawing(bad: str) -> None:
    content = clean(svg(DRAWN + bad)).content.decode()
    for word in ("script", "alert", "onload", "example.org", "href", "style", "animate", "iframe"):
        assert word not in content


def test_a_gradient_of_its_own_and_a_style_stay_as_attributes() -> None:
    content = clean(
        svg('<defs><linearGradient id="g"><stop offset="1" stop-color="#fff"/></linearGradient>'
            '</defs><rect width="9" height="9" style="fill:url(#g);cursor:wait"/>')
    ).content  # fmt: skip
    assert b'fill="url(#g)"' in content
    assert b"cursor" not in content


@pytest.mark.parametrize(
    ("file", "fault", "what"),
    [
        (b"GIF89a", Fault.NO_PICTURE, ""),
        (b"", Fault.NO_PICTURE, ""),
        (svg()[:-5], Fault.BROKEN, ""),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg(), Fault.NOT_DRAWN, "ENTITY"),
        (svg("<text>Muster</text>"), Fault.NOT_DRAWN, "text"),
        (svg('<image href="data:image/png;base64,AA"/>'), Fault.NOT_DRAWN, "image"),
        (svg("<style>path{fill:red}</style>"), Fault.NOT_DRAWN, "style"),
        (svg(""), Fault.EMPTY, ""),
        (svg(size=""), Fault.BROKEN, ""),
        (svg(size='viewBox="0 0 900 100"'), Fault.TOO_LONG, "900 × 100"),
        (svg(f'<path d="{"M0 0h9" * 1200}"/>'), Fault.TOO_LARGE, "7.1"),
        (png(8, 8), Fault.TOO_SMALL_TO_SEE, "8 × 8"),
        (png(400, 20), Fault.TOO_LONG, "400 × 20"),
        (png()[:-6], Fault.BROKEN, ""),
        (png(pixels=b""), Fault.BROKEN, ""),
        (png(pixels=b"\0" * 10_000_000), Fault.BROKEN, ""),
        (b"x" * 300_000, Fault.TOO_LARGE, "293.0"),
    ],
)
def test_what_cannot_be_a_logo_says_why(file: bytes, fault: Fault, what: str) -> None:
    with pytest.raises(LogoError) as caught:
        clean(file)
    assert (caught.value.fault, caught.value.what) == (fault, what)


def test_a_png_loses_where_and_by_whom_it_was_made() -> None:
    logo = clean(png(more=chunk(b"tEXt", b"Author\0Nobody") + chunk(b"eXIf", b"49.1,8.4")))
    assert (logo.kind, logo.width, logo.height) == (PNG, 40, 20)
    assert b"Nobody" not in logo.content
    assert b"49.1" not in logo.content
    assert logo.content == png()


@pytest.mark.parametrize("file", [svg(), png()])
def test_it_comes_back_from_the_database_as_it_was(file: bytes) -> None:
    logo = clean(file)
    assert from_stored(logo.stored()) == logo
    assert clean(logo.content).content == logo.content
    assert from_stored("") is None


@given(st.one_of(st.binary(max_size=80), st.binary(max_size=80).map(lambda end: png()[:40] + end)))
def test_any_file_is_a_small_picture_or_refused(file: bytes) -> None:
    try:
        logo = clean(file)
    except LogoError:
        return
    assert len(logo.content) <= MOST_BYTES

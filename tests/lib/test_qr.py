from __future__ import annotations

import struct

from notices.lib.qr import png, svg

ADDRESS = "HTTPS://TREFFEN.HAUSVERWALTUNG-X.EXAMPLE/T/ABCDE"
MODULES = 29
SIDE = MODULES + 2 * 4


def test_an_upper_case_address_of_48_characters_needs_29_modules() -> None:
    assert len(ADDRESS) == 48
    drawing = svg(ADDRESS)
    assert f'width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}"' in drawing
    assert len(svg(ADDRESS.lower())) > len(svg(ADDRESS))


def test_the_drawing_is_black_on_white_without_style() -> None:
    drawing = svg(ADDRESS)
    assert 'fill="#fff" d="M0 0h37v37H0z"' in drawing
    assert 'fill="#000" d="M4 4h7v1H4z' in drawing
    assert "style" not in drawing
    assert "class" not in drawing


def test_the_picture_has_whole_pixels_per_module() -> None:
    picture = png(ADDRESS, scale=3)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (SIDE * 3, SIDE * 3)

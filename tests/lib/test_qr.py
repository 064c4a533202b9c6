from __future__ import annotations

import struct

import pytest

from notices.firm.addresses import for_paper
from notices.lib.qr import png, svg
from tests.scanning import scan

ADDRESS = "https://TREFFEN.HAUSVERWALTUNG-X.EXAMPLE/T/ABCDE"
MODULES = 29
SIDE = MODULES + 2 * 4


def test_an_address_of_48_characters_needs_29_modules() -> None:
    assert len(ADDRESS) == 48
    drawing = svg(ADDRESS)
    assert f'width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}"' in drawing
    assert len(svg(ADDRESS.lower())) > len(svg(ADDRESS))


@pytest.mark.parametrize(
    ("site", "path", "modules"),
    [
        ("https://datenschutz.hausverwaltung-muster.de", "/T/NVSCMJR47W", 29),
        ("https://datenschutz.example.de", "/S", 25),
    ],
)
def test_a_phone_reads_a_lower_case_scheme_from_no_more_modules_than_upper_case_needs(
    site: str, path: str, modules: int
) -> None:
    address = for_paper(site, path)
    side = modules + 2 * 4
    assert f'width="{side}"' in svg(address)
    assert scan(png(address, scale=4)).text == "https" + f"{site}{path}".upper()[5:]


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

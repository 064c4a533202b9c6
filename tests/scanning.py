"""Read what we print as others do: codes with a decoder, documents as a screen reader does."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from io import BytesIO
from math import dist
from pathlib import Path

import zxingcpp
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

DOTS_PER_INCH = 150
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Scan:
    """What a code says, and the length of its upper side in pixels, without the quiet zone."""

    text: str
    side: float
    level: str


def scan(picture: bytes) -> Scan:
    """Return the one QR code in a picture."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(picture)).convert("L"))
    assert len(found) == 1, [one.text for one in found]
    corners = found[0].position
    left, right = corners.top_left, corners.top_right
    side = dist((left.x, left.y), (right.x, right.y))
    return Scan(found[0].text, side, found[0].ec_level)


def can_rasterise() -> bool:
    return shutil.which("pdftoppm") is not None


def first_page(pdf: bytes, folder: Path) -> bytes:
    """Return the first page of a PDF as it comes out of a printer with few dots."""
    (folder / "sheet.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", "-singlefile", "sheet.pdf", "sheet"],
        cwd=folder,
        check=True,
    )
    return (folder / "sheet.png").read_bytes()


def millimetres(pixels: float) -> float:
    """Return the length on paper of so many pixels of `first_page`."""
    return pixels / DOTS_PER_INCH * MM_PER_INCH


def pictures(pdf: bytes) -> list[str]:
    """Return what a screen reader says for each picture of a tagged PDF, empty where nothing."""
    found, waiting = [], [PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, ArrayObject):
            waiting += one
        elif isinstance(one, DictionaryObject):
            if one.get("/S") == "/Figure":
                found.append(str(one.get("/Alt", "")))
            waiting += [one["/K"]] if "/K" in one else []
    return found

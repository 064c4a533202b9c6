"""A firm's logo: a small picture that can do nothing but be seen."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from xml.etree.ElementTree import ParseError

MOST_BYTES = 6 * 1024
# What is uploaded may hold what is taken out; nobody draws more.
MOST_UPLOADED = 200 * 1024
LEAST_SIDE, MOST_SIDE = 16, 2000
# Wider or higher than this it cannot be read in a bar.
MOST_RATIO = 8
PNG, SVG = "image/png", "image/svg+xml"
_PNG_MARK = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_NAMESPACE = "http://www.w3.org/2000/svg"
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_GROUPS = {"svg", "g", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "symbol"}
# What draws something that would be missing: it is named instead of taken out in silence.
_NOT_DRAWN = {"image", "text", "use", "foreignObject", "style", "filter", "mask", "pattern"}
_PLAIN = re.compile(r"[\w\s.,%#()+-]*", re.ASCII)
_OWN_REFERENCE = re.compile(r"url\(#[\w-]+\)", re.ASCII)
_ATTRIBUTES = {
    *("d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "points"),
    *("width", "height", "viewBox", "transform", "id", "offset", "gradientUnits"),
    *("gradientTransform", "spreadMethod", "clipPathUnits", "clip-path", "clip-rule"),
    *("fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap"),
    *("stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-opacity", "opacity"),
    *("stop-color", "stop-opacity", "color", "preserveAspectRatio"),
}


class Fault(Enum):
    """Why a file cannot be a logo."""

    NO_PICTURE = "no_picture"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_SMALL_TO_SEE = "too_small"
    TOO_LONG = "too_long"
    NOT_DRAWN = "not_drawn"
    EMPTY = "empty"


class LogoError(ValueError):
    """The file cannot be a logo; `what` names the part or the size."""

    def __init__(self, fault: Fault, what: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.what = what


@dataclass(frozen=True, slots=True)
class Logo:
    """A cleaned picture with its size in its own units."""

    kind: str
    content: bytes
    width: int
    height: int

    @property
    def name(self) -> str:
        """Return a file name that changes with the picture, so that it may be kept for ever."""
        ending = "png" if self.kind == PNG else "svg"
        return f"{hashlib.sha256(self.content).hexdigest()[:16]}.{ending}"

    @property
    def data_url(self) -> str:
        return f"data:{self.kind};base64,{base64.b64encode(self.content).decode()}"

    def stored(self) -> str:
        """Return the logo as one text, as it lies in the database."""
        return f"{self.width}x{self.height} {self.data_url}"


def from_stored(text: str) -> Logo | None:
    """Return the logo that `stored` wrote, or None for an empty text."""
    found = re.fullmatch(r"(\d+)x(\d+) data:([a-z/+]+);base64,([\w+/=]+)", text or "", re.ASCII)
    if not found:
        return None
    width, height, kind, content = found.groups()
    return Logo(kind, base64.b64decode(content), int(width), int(height))


def clean(uploaded: bytes) -> Logo:
    """Return the picture without whatever does not draw, or raise a LogoError."""
    if len(uploaded) > MOST_UPLOADED:
        raise LogoError(Fault.TOO_LARGE, _kilobytes(len(uploaded)))
    if uploaded.startswith(_PNG_MARK):
        logo = _png(uploaded)
    elif b"<svg" in uploaded[:4096]:
        logo = _svg(uploaded)
    else:
        raise LogoError(Fault.NO_PICTURE)
    if len(logo.content) > MOST_BYTES:
        raise LogoError(Fault.TOO_LARGE, _kilobytes(len(logo.content)))
    if min(logo.width, logo.height) < 1 or max(logo.width, logo.height) > MOST_RATIO * min(
        logo.width, logo.height
    ):
        raise LogoError(Fault.TOO_LONG, f"{logo.width} × {logo.height}")
    return logo


def _kilobytes(size: int) -> str:
    return f"{size / 1024:.1f}"


def _png(uploaded: bytes) -> Logo:
    kept, pixels = [_PNG_MARK], b""
    width = height = 0
    try:
        for kind, body in _chunks(uploaded):
            if kind not in _PNG_KEPT:
                continue
            if kind == b"IHDR":
                width, height = struct.unpack(">II", body[:8])
            pixels += body if kind == b"IDAT" else b""
            crc = zlib.crc32(kind + body)
            kept.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc))
    except (struct.error, ValueError):
        raise LogoError(Fault.BROKEN) from None
    if max(width, height) > MOST_SIDE or min(width, height) < LEAST_SIDE:
        raise LogoError(Fault.TOO_SMALL_TO_SEE, f"{width} × {height}")
    unpacker = zlib.decompressobj()
    try:
        # Every pixel takes 8 bytes at most, and each line one more.
        unpacked = unpacker.decompress(pixels, height * (8 * width + 1) + 1)
    except zlib.error:
        raise LogoError(Fault.BROKEN) from None
    if not unpacker.eof or len(unpacked) < height * (width // 8 + 1):
        raise LogoError(Fault.BROKEN)
    return Logo(PNG, b"".join(kept), width, height)


def _chunks(uploaded: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG_MARK)
    while place < len(uploaded):
        (length,) = struct.unpack(">I", uploaded[place : place + 4])
        kind, body = uploaded[place + 4 : place + 8], uploaded[place + 8 : place + 8 + length]
        (crc,) = struct.unpack(">I", uploaded[place + 8 + length : place + 12 + length])
        if crc != zlib.crc32(kind + body):
            raise ValueError(kind)
        yield kind, body
        if kind == b"IEND":
            return
        place += 12 + length
    raise ValueError("no end")


def _svg(uploaded: bytes) -> Logo:
    # Entities can grow without end or read files; no drawing needs them.
    if b"<!ENTITY" in uploaded.upper() or b"\x00" in uploaded:
        raise LogoError(Fault.NOT_DRAWN, "ENTITY")
    try:
        root = ET.fromstring(uploaded)  # noqa: S314
    except (ParseError, ValueError, LookupError):
        raise LogoError(Fault.BROKEN) from None
    if _local(root.tag) != "svg":
        raise LogoError(Fault.NO_PICTURE)
    _tidy(root)
    if not any(_local(one.tag) in _SHAPES for one in root.iter()):
        raise LogoError(Fault.EMPTY)
    width, height = _size(root)
    root.set("viewBox", root.get("viewBox") or f"0 0 {width} {height}")
    root.set("width", str(width))
    root.set("height", str(height))
    ET.register_namespace("", _NAMESPACE)
    return Logo(SVG, ET.tostring(root, encoding="utf-8"), width, height)


def _tidy(element: ET.Element) -> None:
    """Take out of `element` whatever is not drawn; raise where something drawn would go."""
    element.text = element.tail = None
    _unfold(element, element.get("style", ""))
    for name in list(element.attrib):
        if name not in _ATTRIBUTES or not _is_plain(element.get(name, "")):
            del element.attrib[name]
    for child in list(element):
        tag = _local(child.tag)
        if tag in _NOT_DRAWN:
            raise LogoError(Fault.NOT_DRAWN, tag)
        if tag in _SHAPES | _GROUPS and str(child.tag).startswith(f"{{{_NAMESPACE}}}"):
            _tidy(child)
        else:
            element.remove(child)


def _unfold(element: ET.Element, style: str) -> None:
    """Turn a style into attributes: pages allow no style of a picture."""
    for declaration in style.split(";"):
        name, _colon, value = declaration.partition(":")
        if name.strip() in _ATTRIBUTES:
            element.set(name.strip(), value.strip())


def _is_plain(value: str) -> bool:
    return bool(_PLAIN.fullmatch(_OWN_REFERENCE.sub("", value))) and "url" not in (
        _OWN_REFERENCE.sub("", value).lower()
    )


def _size(root: ET.Element) -> tuple[int, int]:
    numbers = re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))
    sides = numbers[2:4] if len(numbers) == 4 else [root.get("width"), root.get("height")]
    try:
        width, height = (float(re.sub(r"[^\d.]", "", side or "")) for side in sides)
    except ValueError:
        raise LogoError(Fault.BROKEN) from None
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise LogoError(Fault.BROKEN)
    # Whole numbers for the page; the drawing keeps its own.
    times = 100 / height
    return max(1, round(width * times)), 100


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]

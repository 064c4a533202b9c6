"""QR codes that a phone reads from paper: black on white, with a quiet zone."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from io import BytesIO

import segno

QUIET_ZONE = 4
SCHEME = re.compile(r"https?(?=:)")


@lru_cache(maxsize=256)
def svg(text: str, title: str = "") -> str:
    """Draw `text` as SVG: one unit per module, to be sized by CSS, without any style.

    A PDF reads out the `title`; a page in a browser would show it to a mouse.
    """
    code = _make(text)
    rows = [bytes(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    size = len(rows)
    bars = [bar for y, row in enumerate(rows) for bar in _bars(row, y)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"'
        f' viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f"{f'<title>{escape(title)}</title>' if title else ''}"
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{"".join(bars)}"/></svg>'
    )


def png(text: str, scale: int) -> bytes:
    """Draw `text` as PNG with `scale` pixels per module."""
    image = BytesIO()
    _make(text).save(image, kind="png", scale=scale, border=QUIET_ZONE)
    return image.getvalue()


def _make(text: str) -> segno.QRCode:
    # Level M survives a crease; a Micro QR code would be smaller still, but phones do not read it.
    # Several phones take "HTTPS://" for text, so the scheme is a lower-case segment of its own,
    # and an upper-case rest gets the small alphanumeric code.
    scheme = SCHEME.match(text)
    parts = [scheme[0], text[scheme.end() :]] if scheme else text
    # Its type hints do not know that it takes several segments; its documentation does.
    return segno.make(parts, error="m", boost_error=False, micro=False)  # type: ignore[arg-type]


def _bars(row: bytes, y: int) -> list[str]:
    """Join neighbouring dark modules of one row into rectangles."""
    bars = []
    x = 0
    while (x := row.find(1, x)) >= 0:
        end = row.find(0, x)
        bars.append(f"M{x} {y}h{end - x}v1H{x}z")
        x = end
    return bars

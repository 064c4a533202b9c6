"""Files of each kind, and the form that takes them."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from notices.safeguards.by_hand import evidence_files
from notices.safeguards.models import Safeguard

REPORT = "/admin/einstellung-geaendert/"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    checksum = zlib.crc32(kind + data).to_bytes(4, "big")
    return struct.pack(">I4s", len(data), kind) + data + checksum


PNG = (
    evidence_files.PNG_START
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND")
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 ... \xff\xd9"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML = b"<script>alert(1)</script>"


def answers(safeguard: Safeguard, value: str = "off", **changes: Any) -> dict[str, Any]:
    reasons = {"reason_de": "Eine Panne bei Zoom.", "reason_en": "", "note": ""}
    return {
        "safeguard": safeguard.pk,
        "value": value,
        "lock": "unknown",
        "seen_at": "",
        **reasons,
        **changes,
    }


def upload(content: bytes = PNG, name: str = "zoom.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def token_in(html: str) -> str:
    found = re.search(r'name="kept_file" value="([^"]+)"', html)
    assert found, "no file is kept"
    return found[1]

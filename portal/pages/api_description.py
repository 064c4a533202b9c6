"""The description of the interface: what has a member per language is written down once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.translation import get_language_info

from notices.firm.languages import CODES

# Stands for the members that are named after the languages.
EACH = "*"


def description() -> bytes:
    """Return the OpenAPI document for the languages of this portal."""
    document = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))
    for schema in document["components"]["schemas"].values():
        if EACH in schema.get("properties", {}):
            schema["properties"] = {code: _of(schema["properties"][EACH], code) for code in CODES}
            schema["required"] = list(CODES)
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _of(member: dict[str, Any], code: str) -> dict[str, Any]:
    names: dict[str, str] = {"code": code, "language": get_language_info(code)["name"]}
    filled = {key: member[key] % names for key in ("description", "pattern") if key in member}
    return member | filled

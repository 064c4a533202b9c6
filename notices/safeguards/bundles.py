"""Read the answers of a Zoom account from a file, as the examples hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .reading_fields import item
from .verification import ACCOUNT_SETTINGS

LARGEST = 20 * 1024 * 1024


class UnreadableBundle(Exception):
    """The file holds no answers of a Zoom account; the text says why, in one sentence."""


def read_bundle(path: Path) -> Mapping[str, Any]:
    """Return the answers by operation; the file holds them as such or as "responses"."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UnreadableBundle(_("The file cannot be read.")) from error
    if len(raw) > LARGEST:
        raise UnreadableBundle(_("The file is larger than 20 MB and was not read."))
    try:
        content = json.loads(raw.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UnreadableBundle(_("The file is not valid JSON.")) from error
    answers = content.get("responses", content) if isinstance(content, dict) else None
    if not isinstance(answers, dict) or not _holds_settings(answers):
        raise UnreadableBundle(_("The file holds no settings of a Zoom account."))
    return answers


def _holds_settings(answers: Mapping[str, Any]) -> bool:
    bodies = item(answers, ACCOUNT_SETTINGS)
    return isinstance(bodies, Mapping) and any(isinstance(b, Mapping) for b in bodies.values())


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON

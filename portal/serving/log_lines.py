"""The log: one line of JSON per event, without addresses of readers, tokens or needless traces."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

# Of four figures, or of groups with colons between them; the colon behind belongs to the sentence.
ADDRESS = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?!\w)"
)
SERVER_ERROR = 500


class JsonLine(logging.Formatter):
    """Write a record as one line: when, how bad, where, what, and of which account."""

    def format(self, record: logging.LogRecord) -> str:
        status = getattr(record, "status_code", None)
        request = getattr(record, "request", None)
        words = record.getMessage()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
        }
        if path := getattr(request, "path", ""):
            line["door"] = door_of(request)
            words = words.replace(path, line["door"])
        line["what"] = ADDRESS.sub("…", words)
        for name in ("act", "account", "result"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        # Whoever is known already: asking now could fail where the database did.
        if (user := getattr(request, "_cached_user", None)) and user.pk:
            line["account"] = user.pk
        if status:
            line["status"] = status
        # What a visitor did wrong is no fault of the portal.
        if record.exc_info and record.exc_info[0] and not (status and status < SERVER_ERROR):
            line["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def door_of(request: Any) -> str:
    """Return the pattern of an address, for the address itself may hold a token or a code."""
    match = getattr(request, "resolver_match", None)
    if match is not None and match.route:
        return f"/{match.route.removeprefix('^')}"
    first, _slash, rest = request.path.lstrip("/").partition("/")
    # A typed short link is a code already.
    return f"/{first[:12]}/…" if rest else f"/{first[:12]}"

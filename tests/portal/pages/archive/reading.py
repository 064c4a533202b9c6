"""Read the pages of the archive."""

from __future__ import annotations

import re
from datetime import datetime

from django.test import Client

from notices.firm.days import BERLIN

NOW = datetime(2026, 11, 16, 12, tzinfo=BERLIN)
LIST = "/en/archive/"


def berlin(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def text_of(client: Client, path: str) -> str:
    return words(client.get(path).content.decode())


def day(iso: str) -> str:
    return f"{LIST}{iso}/"

"""Exports of one period, seen from one moment, and what is in them."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from notices.firm.days import BERLIN

NOW = datetime(2026, 11, 25, 12, tzinfo=BERLIN)
PERIOD = ("--from", "2026-11-01", "--to", "2026-11-24")


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=BERLIN)


def export(path: Path, *arguments: str) -> Path:
    call_command("export_evidence", *(arguments or PERIOD), str(path), stdout=StringIO())
    return path


def data_of(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("daten.json"))


def all_text(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())

"""The files of the starter content."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """Return one file of the starter content."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))

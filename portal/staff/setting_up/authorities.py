"""The supervisory authorities of the federal states, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("authorities.toml")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who supervises private firms in one federal state; without `address` it is looked up."""

    state: str
    name: str
    url: str
    address: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Return what the profile says of it, by the name of its field."""
        return {
            "authority_name": self.name,
            "authority_address": self.address,
            "authority_url": self.url,
        }


@cache
def authorities() -> Mapping[str, Authority]:
    """Return the authority of each federal state by the state's abbreviation."""
    rows = tomllib.loads(FILE.read_text("utf-8"))
    return {key: Authority(**row) for key, row in rows.items()}

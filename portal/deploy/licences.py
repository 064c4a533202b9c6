"""Read a CycloneDX file and write each package with its version and licences, one a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

UNKNOWN = "unknown"


def lines(sbom: dict[str, Any]) -> Iterator[str]:
    """Yield the packages in the order of their names."""
    for part in sorted(sbom.get("components", []), key=lambda one: one["name"].lower()):
        named = sorted(set(map(_name, part.get("licenses", []))))
        yield f"{part['name']} {part['version']}: {', '.join(named) or UNKNOWN}"


def _name(entry: dict[str, Any]) -> str:
    if "expression" in entry:
        return str(entry["expression"])
    licence = entry["license"]
    # A package may carry its licence as a whole text; its name is enough for a list.
    name = str(licence.get("id") or licence.get("name") or UNKNOWN).splitlines()[0]
    return name.rpartition(":: ")[2]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(json.load(sys.stdin)))

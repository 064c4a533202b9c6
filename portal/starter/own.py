"""A starter of one's own: a file of content, as a firm or an association ships it."""

from __future__ import annotations

from pathlib import Path

from portal.content.importing import start_with
from portal.content.kinds import KINDS
from portal.content.reading import ContentError, read_file
from portal.setup.env import ConfigurationError


def load_own(path: Path) -> list[str]:
    """Fill an empty portal with the file of STARTER; stop with a sentence if it cannot be taken.

    It stands in place of our own starter as a whole, and never beside what is there.
    """
    if any(kind.model._default_manager.exists() for kind in KINDS):
        return []
    try:
        document = read_file(path)
    except ContentError as error:
        raise ConfigurationError(f"STARTER names {path}: {error}") from error
    if not document["organisation"]:
        raise ConfigurationError(
            f"STARTER names {path}: organisation is missing, and every page shows it."
        )
    report = start_with(document)
    if report.problems:
        raise ConfigurationError(f"STARTER names {path}: {report.problems[0]}")
    return [f"{kind.name}: {len(document[kind.name])}" for kind in KINDS if document[kind.name]]

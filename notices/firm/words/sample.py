"""Words by which the sample firm of the starter content is recognised."""

from __future__ import annotations

MARKS = (
    "Hausverwaltung Beispiel",
    "hausverwaltung.example",
    "Musterweg",
    "Musterplatz",
    "Musterstadt",
    "Beispielamt",
    "030 000 000",
    "HRB 000000",
    "DE000000000",
    "(Name eintragen)",
    "(enter name)",
)


def names_sample(text: str) -> bool:
    """Say whether `text` still names the sample firm or its made-up details."""
    return any(mark in text for mark in MARKS)

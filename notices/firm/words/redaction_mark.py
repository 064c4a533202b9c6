"""What stands in the place of personal data."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import pgettext


def redaction_mark(language: str) -> str:
    """Return what stands in the place of the words: no sign that means anything in Markdown."""
    with translation.override(language):
        return pgettext("in place of personal data", "‹redacted›")

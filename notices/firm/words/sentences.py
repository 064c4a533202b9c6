"""Whole sentences from translations: named places, filled in without letting markup in."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString


def sentence(text: str, /, **parts: object) -> SafeString:
    """Fill `parts` into a translated text; what is not marked as safe is escaped."""
    return SafeString(text % {name: conditional_escape(str(part)) for name, part in parts.items()})


def joined(said: Iterable[str], between: str = " ") -> SafeString:
    """Put sentences one after the other; those with nothing in them leave no gap."""
    parts = [conditional_escape(one) for one in said if one]
    return SafeString(conditional_escape(between).join(parts))

"""Whole sentences from translations: named places, filled in without letting markup in."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe


def sentence(text: str, /, **parts: object) -> SafeString:
    """Fill `parts` into a translated text; what is not marked as safe is escaped."""
    return mark_safe(text % {name: conditional_escape(str(part)) for name, part in parts.items()})  # noqa: S308


def joined(said: Iterable[str], between: str = " ") -> SafeString:
    """Put sentences one after the other; those with nothing in them leave no gap."""
    return format_html_join(between, "{}", ((one,) for one in said if one))

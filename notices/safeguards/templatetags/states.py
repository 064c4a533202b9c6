"""The mark and the word of a state."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from notices.safeguards import board
from notices.safeguards.states import State

register = template.Library()


@register.filter
def state_word(state: str) -> str:
    """Return the word for a state, such as "Schutz aktiv"."""
    return board.state_word(State(state))


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """Return the mark of a state: decoration, the word carries the meaning."""
    return mark_safe(render_to_string(f"icons/{State(state).value}.html").strip())  # noqa: S308

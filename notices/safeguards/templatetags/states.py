"""The mark and the word of a state, and what is said about it."""

from __future__ import annotations

from functools import cache, lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from notices.firm.languages import current
from notices.safeguards.board import rules, sentences, words
from notices.safeguards.glance import sentences as brief
from notices.safeguards.glance.drawing import few_month_names, month_names
from notices.safeguards.glance.label_words import WORDS
from notices.safeguards.models import Safeguard
from notices.safeguards.states import State

register = template.Library()

register.filter("dates", sentences.dates)
register.filter("past_dates", sentences.past_dates)
register.filter("unlike_promised", sentences.unlike_promised)
register.filter("unconfirmed", sentences.unconfirmed)
register.filter("deviation", sentences.deviation)
register.filter("past_deviation", sentences.past_deviation)
register.filter("explained", sentences.explained)
register.filter("deviation_told", sentences.deviation_told)
register.filter("exception", sentences.exception)
register.filter("value", sentences.value)
register.filter("how_checked", sentences.how_checked)
register.filter("rules", rules.rules)
register.filter("was_read", rules.was_read)
register.filter("checked", sentences.checked)
register.filter("history_line", sentences.history_line)
register.filter("tally", sentences.tally)
register.filter("answer", sentences.answer)
register.filter("below", sentences.below)
register.filter("more", sentences.more)
register.filter("past_answer", sentences.past_answer)
register.filter("parts", sentences.parts)
register.filter("changed_within", sentences.changed_within)
register.filter("checked_briefly", brief.checked_briefly)
register.filter("drawn", brief.drawn)
register.filter("month_names", month_names)
register.filter("few_month_names", few_month_names)
register.filter("totals", brief.totals)
register.filter("checks_kept", brief.checks_kept)
register.simple_tag(brief.told, name="strip_told")


@register.filter
def state_word(state: str) -> str:
    """Return the word for a state, such as "Schutz aktiv"."""
    return words.state_word(State(state))


@register.filter
def word_for(state: str, safeguard: Safeguard | str) -> str:
    """Return the word for a state of `safeguard` (or its key), such as "Möglich" for a way in."""
    key = safeguard.key if isinstance(safeguard, Safeguard) else safeguard
    return words.word_for(State(state), key)


@register.simple_tag
def marked_word(state: str, safeguard: Safeguard | str = "") -> SafeString:
    """Return the word for a state with its mark; a property is neither good nor bad."""
    if isinstance(safeguard, Safeguard):
        return _marked_word(State(state), safeguard.key, safeguard.is_property, current())
    return _marked_word(State(state), safeguard, False, current())


@lru_cache(maxsize=1_000)
def _marked_word(state: State, key: str, is_property: bool, _language: str) -> SafeString:
    word = words.word_for(state, key)
    if is_property:
        return format_html('<span class="state retired">{}</span>', word)
    return format_html('<span class="state {}">{}{}</span>', state, state_icon(state), word)


@cache
def _icon(state: State) -> SafeString:
    """Return the drawing, which never changes while a process runs."""
    return mark_safe(render_to_string(f"icons/{state.value}.html").strip())  # noqa: S308


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """Return the mark of a state: decoration, the word carries the meaning."""
    return _icon(State(state))


@register.simple_tag
def state_mark(state: str) -> SafeString:
    """Return the mark of a state and, for who cannot see it, its word."""
    heard = format_html('<span class="vh">{}: </span>', state_word(state))
    return state_icon(state) + heard


@register.simple_tag
def label_icon(key: str) -> SafeString:
    """Return the drawing of what a safeguard is about."""
    name = key if key in WORDS else "_other"
    return mark_safe(render_to_string(f"icons/label/{name}.html").strip())  # noqa: S308

"""The sections of the site, for the bar on every public page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

SECTIONS: tuple[tuple[str, str, Promise], ...] = (
    ("safeguards", "safeguard-list", _("Safeguards")),
    ("notices", "notice-list", _("Notices")),
    ("questions", "question-list", _("Questions")),
    ("contact", "page-contact", _("Contact")),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One link of the bar; the current one is that of the page."""

    name: Promise
    address: str
    is_current: bool


@register.simple_tag(takes_context=True)
def sections(context: Context) -> Iterator[Section]:
    """Yield the sections; a view names its own as `section`."""
    for key, url_name, name in SECTIONS:
        yield Section(name, reverse(url_name), key == context.get("section"))

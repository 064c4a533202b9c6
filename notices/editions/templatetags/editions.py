"""Look up what belongs to an edition, and say it in whole sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from notices.editions.models import Edition
from notices.editions.pages import sentences

register = template.Library()

register.filter("numbered_name", sentences.numbered_name)
register.filter("approval", sentences.approval)
register.filter("in_force", sentences.in_force)
register.filter("lead", sentences.lead)


@register.filter
def get(found: Mapping[int, object], edition: Edition) -> object | None:
    """Return what `found` holds for `edition`."""
    return found.get(edition.pk)

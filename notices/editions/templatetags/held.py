"""Look up what belongs to an edition."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from notices.editions.models import Edition

register = template.Library()


@register.filter
def of(found: Mapping[int, object], edition: Edition) -> object | None:
    """Return what `found` holds for `edition`."""
    return found.get(edition.pk)

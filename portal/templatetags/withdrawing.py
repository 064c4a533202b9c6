"""The consequences of withdrawing an edition, for the page on which somebody does it."""

from __future__ import annotations

from django import template

from notices.editions.models import Edition
from portal.staff import withdrawing

register = template.Library()


@register.filter
def withdrawn(edition: Edition) -> withdrawing.Withdrawing:
    """Return what withdrawing `edition` now would change."""
    return withdrawing.withdrawing(edition)

"""How long something lasted, in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Beside so many days hours say nothing.
MANY = timedelta(days=30)


def duration(length: timedelta) -> str:
    """Return days and hours, or hours alone; beside many days hours say nothing."""
    count, hours = length.days, length.seconds // 3600
    in_days = ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    in_hours = ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    if length >= MANY or (count and not hours):
        return in_days
    if count:
        return f"{in_days} {in_hours}"
    return in_hours if hours else _("less than an hour")

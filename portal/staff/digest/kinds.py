"""What the daily mail can tell, and what comes at once whatever somebody chose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What each of the staff can switch off; the mark stands in the database."""

    RETURNED = "returned", _("Something of yours came back or was turned down")
    WAITING = "waiting", _("Something has waited for you for more than three days")
    CHECKS = "checks", _("A check by hand falls due soon")
    REVIEWS = "reviews", _("A text is to be read again")
    OWNERS = "owners", _("Owners have to plan something")


# About what readers are told wrongly: somebody has to hear of it, so nobody switches it off.
AT_ONCE = (
    _("Zoom does less than we promise"),
    _("The Zoom account cannot be read"),
    _("New settings of Zoom may capture something"),
    _("Something changed in your own sign-in"),
)

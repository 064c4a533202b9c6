"""What the firm says it does."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.firm.storage.append_only import AppendOnly

from ..states import State
from .safeguard import Safeguard


class Promise(AppendOnly):
    """What the firm says it does, from `effective_from` on."""

    class Value(models.TextChoices):
        ON = State.ON.value, pgettext_lazy("state", "on")
        EXCEPTION = State.EXCEPTION.value, pgettext_lazy("state", "on, with an exception")
        OFF = State.OFF.value, pgettext_lazy("state", "off")
        RETIRED = State.RETIRED.value, pgettext_lazy("state", "no longer exists at Zoom")

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="promises")
    value = models.CharField(_("promise"), max_length=10, choices=Value)
    effective_from = models.DateTimeField(_("effective from"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("public reason"), max_length=200)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["effective_from", "recorded_at", "id"]
        indexes = [
            models.Index(name="promise_by_moment", fields=["safeguard", "effective_from"]),
            models.Index(name="promise_by_recording", fields=["recorded_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="promise_is_never_for_the_future",
                condition=Q(effective_from__lte=F("recorded_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.get_value_display()}"

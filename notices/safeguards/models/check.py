"""When somebody or something compared the account with our list."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly

from .finding import Source
from .safeguard import Safeguard


class Check(AppendOnly):
    """Somebody or something compared the account with our list."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        FAILED = "failed", _("could not read the account")

    at = models.DateTimeField(_("at"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    role = models.CharField(_("role"), max_length=40, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    error = models.CharField(_("error"), max_length=200, blank=True)
    safeguards = models.ManyToManyField(
        Safeguard, through="CheckCoverage", related_name="checks", verbose_name=_("safeguards")
    )

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["at", "recorded_at", "id"]
        indexes = [models.Index(name="check_by_moment", fields=["at", "recorded_at"])]
        constraints = [
            models.CheckConstraint(
                name="check_is_never_in_the_future", condition=Q(at__lte=F("recorded_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_outcome_display()}"


class CheckCoverage(AppendOnly):
    """A check covered a safeguard; it holds until `valid_until`.

    The age limit of that day is stored here, so that a limit changed later never
    rewrites what past days say.
    """

    check_made = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="coverages")
    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="coverages")
    valid_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="coverage_once_per_check", fields=["check_made", "safeguard"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard_id} {self.valid_until:%Y-%m-%d}"


class Reminder(AppendOnly):
    """Staff were told that a check made by hand falls due; said once for each check."""

    coverage = models.OneToOneField(CheckCoverage, on_delete=models.PROTECT)
    sent_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.coverage} {self.sent_at:%Y-%m-%d}"

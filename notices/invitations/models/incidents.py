from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly
from notices.safeguards.models import Finding


class IncidentDecision(AppendOnly):
    """What the data protection officer decided about a deviation; a later row replaces it."""

    class Decision(models.TextChoices):
        NO_REPORT = "no_report", _("no report: no risk for the people concerned")
        REPORTED = "reported", _("reported to the supervisory authority")
        TOLD = "told", _("reported, and the people concerned were told")

    # The finding that opened the deviation stands for it.
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="incident_decisions"
    )
    known_at = models.DateTimeField(_("known since"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    reason = models.TextField(_("reason"), max_length=2000)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("decision about a deviation")
        verbose_name_plural = _("decisions about deviations")
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="incident_is_known_before_it_is_decided",
                condition=Q(known_at__lte=F("recorded_at")),
            ),
            models.CheckConstraint(name="incident_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return str(self.get_decision_display())

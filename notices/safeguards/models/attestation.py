"""What waits for a second person."""

from __future__ import annotations

import json
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import texts_of

from .finding import Finding, Source
from .promise import Promise
from .safeguard import Safeguard


class Attestation(models.Model):
    """A better or renewed state that one person reports and a second person confirms.

    Nothing of it is public before it is confirmed; then `recording` appends the rows.
    """

    keeps_earlier = False
    # Off needs no second person.
    VALUES = (Promise.Value.ON, Promise.Value.EXCEPTION, Promise.Value.RETIRED)

    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, related_name="+", verbose_name=_("safeguard")
    )
    value = models.CharField(
        _("new state"), max_length=10, choices=[(one.value, one.label) for one in VALUES]
    )
    lock = models.CharField(
        _("lock"), max_length=15, choices=Finding.Lock, default=Finding.Lock.UNKNOWN
    )
    seen_at = models.DateTimeField(_("seen at"))
    reason = models.CharField(_("public reason"), max_length=200)
    note = models.TextField(_("evidence, for us only"), blank=True)
    evidence_file = models.ForeignKey(
        "EvidenceFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("evidence file"),
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reported by"),
    )
    reported_at = models.DateTimeField(_("reported at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    accepted = models.BooleanField(_("confirmed"), null=True)
    # Empty for a report that whoever made it took back. The database itself knows the default: the
    # release before does not know the column, and goes on for the minutes of a rolling restart.
    turned_down_because = models.CharField(
        _("why it was turned down"), max_length=300, blank=True, db_default=""
    )

    class Meta:
        verbose_name = _("report waiting for a second person")
        verbose_name_plural = _("reports waiting for a second person")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="attestation_is_decided_completely",
                condition=Q(decided_at__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, accepted__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.get_value_display()}"

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of what a second person has to read."""
        read = [self.pk, self.safeguard_id, self.value, self.lock, self.seen_at, self.note]
        read += [self.evidence_file_id, *texts_of(self, "reason").values()]
        return sha256(json.dumps(read, default=str).encode()).hexdigest()

    @property
    def is_overtaken(self) -> bool:
        """Say whether something was reported or found since that tells another state."""
        about = self.safeguard
        newer = Attestation.objects.filter(safeguard=about).exclude(accepted=False)
        found = about.findings.filter(recorded_at__gt=self.reported_at)
        return (
            newer.filter(reported_at__gt=self.reported_at).exists()
            or about.promises.filter(recorded_at__gt=self.reported_at).exists()
            or found.filter(
                Q(source=Source.HAND) | Q(verdict=Finding.Verdict.NOT_PROTECTED)
            ).exists()
        )

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly
from notices.safeguards.models import Safeguard

from .edition import Edition


class ClaimReason(AppendOnly):
    """Why an edition was published although a safeguard that it claims was not simply on."""

    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="claim_reasons",
        verbose_name=_("edition"),
    )
    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, related_name="+", verbose_name=_("safeguard")
    )
    # What readers saw beside the safeguard at that moment; "unrecorded" is no state of theirs.
    state = models.CharField(_("state then"), max_length=10)
    reason = models.CharField(_("reason"), max_length=500)
    role = models.CharField(_("role"), max_length=40)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("reason for a claim")
        verbose_name_plural = _("reasons for claims")
        ordering = ["edition", "safeguard__position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="claim_reason_one_per_safeguard", fields=["edition", "safeguard"]
            ),
            models.CheckConstraint(name="claim_reason_is_written", condition=~Q(reason="")),
            models.CheckConstraint(
                name="claim_reason_has_a_state",
                condition=Q(state__in=["off", "exception", "due", "unrecorded"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.safeguard}"

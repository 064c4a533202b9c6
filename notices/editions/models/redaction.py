from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly

from .edition import Edition


class Redaction(AppendOnly):
    """Personal data were removed from a published edition; the digests prove which change it was.

    What was removed stands nowhere, not even here.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="redactions")
    at = models.DateTimeField(_("redacted at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300)
    fields = models.JSONField(_("redacted texts"), default=list, blank=True)
    old_digest = models.CharField(max_length=64)
    new_digest = models.CharField(max_length=64, blank=True, editable=False)
    role = models.CharField(_("role"), max_length=40, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        constraints = [
            models.CheckConstraint(
                name="redaction_changes_the_digest", condition=~Q(new_digest=F("old_digest"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition}"

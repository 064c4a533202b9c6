from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly

from .edition import Edition


class Withdrawal(AppendOnly):
    """An edition is no longer ours to stand by; its page stays and says so."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(_("withdrawn at"), default=timezone.now)
    reason = models.CharField(_("public reason"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")

    def __str__(self) -> str:
        return f"{self.edition}"

"""Files that prove what somebody saw."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly


class EvidenceFile(AppendOnly):
    """A file that proves what somebody saw; its content lies below SHARED_DIR, never public."""

    sha256 = models.CharField(_("SHA-256 digest"), max_length=64, unique=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    media_type = models.CharField(_("kind of file"), max_length=40)
    stored_name = models.CharField(_("name in the data folder"), max_length=32, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.sha256[:12]

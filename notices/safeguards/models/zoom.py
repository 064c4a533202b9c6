"""What all workers and machines share about the connected account."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly


class ZoomToken(models.Model):
    """The access token that all workers and machines share: at most one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    encrypted = models.TextField(blank=True)
    renew_at = models.DateTimeField(null=True)
    # Whoever renews the token holds this lease; a lock would be held while Zoom is asked.
    leased_until = models.DateTimeField(null=True)
    # Zoom asked us to wait until then; no check begins before.
    not_before = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("access token of Zoom")
        verbose_name_plural = _("access tokens of Zoom")
        constraints = [
            models.CheckConstraint(name="zoom_token_is_one_row", condition=Q(id=1)),
        ]


class SettingStatement(models.Model):
    """What staff say a setting does that our map does not know yet; the newest row counts.

    That it captures counts at once; that it does not, only once a second person confirmed it.
    """

    path = models.CharField(_("Zoom's name of the setting"), max_length=200)
    captures = models.BooleanField(_("It can capture a meeting or pass it on"))
    what_it_does = models.CharField(_("what it does"), max_length=300)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("said by"),
    )
    said_at = models.DateTimeField(_("said at"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("new setting at Zoom")
        verbose_name_plural = _("new settings at Zoom")
        ordering = ["said_at", "id"]

    def __str__(self) -> str:
        return self.path

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of what a second person has to read."""
        read = (self.pk, self.path, self.captures, self.what_it_does)
        return sha256(repr(read).encode()).hexdigest()

    @property
    def counts(self) -> bool:
        """Say whether the statement decides anything yet."""
        return self.captures or self.confirmed_at is not None


class StaffNotice(AppendOnly):
    """Staff were told something about the account by e-mail; each `subject` is told once."""

    subject = models.CharField(max_length=300, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.subject


class SeenDelivery(models.Model):
    """Digest of the signature of a delivery from Zoom, so that nobody can send it again."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest

"""Who runs this portal, and the few tables that every app needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .freezing import AppendOnly


class OrganisationManager(models.Manager["Organisation"]):
    def current(self) -> Organisation:
        """Return the firm's profile; a blank one before anything is stored."""
        return self.first() or Organisation()


class Organisation(models.Model):
    """The firm's profile: one row, shown on every page."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    name = models.CharField(_("name in the header"), max_length=60)
    service_name = models.CharField(_("name of this service"), max_length=60)
    legal_name = models.CharField(_("legal name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120)
    postal_code = models.CharField(_("postal code"), max_length=10)
    city = models.CharField(_("city"), max_length=60)
    country = models.CharField(_("country"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30)
    phone_hours = models.CharField(_("phone hours"), max_length=80)
    email = models.EmailField(_("e-mail"))
    privacy_email = models.EmailField(_("e-mail for data protection"))
    website = models.URLField(_("website"), blank=True)
    represented_by = models.CharField(_("represented by"), max_length=200)
    register_court = models.CharField(_("register court"), max_length=80, blank=True)
    register_number = models.CharField(_("register number"), max_length=40, blank=True)
    vat_id = models.CharField(_("VAT number"), max_length=20, blank=True)
    dpo_title = models.CharField(_("data protection officer"), max_length=120)
    dpo_email = models.EmailField(_("officer's e-mail"))
    dpo_phone = models.CharField(_("officer's phone"), max_length=30, blank=True)
    dpo_address = models.CharField(_("officer's address"), max_length=200)
    authority_name = models.CharField(_("supervisory authority"), max_length=120)
    authority_address = models.CharField(_("authority's address"), max_length=200)
    authority_url = models.URLField(_("authority's website"))
    meeting_retention_months = models.PositiveSmallIntegerField(
        _("months until meeting data are erased"), default=24
    )

    objects = OrganisationManager()

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        service_name_de: str
        service_name_en: str
        country_de: str
        country_en: str
        phone_hours_de: str
        phone_hours_en: str
        represented_by_de: str
        represented_by_en: str
        dpo_title_de: str
        dpo_title_en: str

    class Meta:
        verbose_name = _("profile of our firm")
        verbose_name_plural = _("profile of our firm")
        constraints = [
            models.CheckConstraint(name="organisation_is_one_row", condition=Q(id=1)),
            models.CheckConstraint(
                name="organisation_retention_is_bounded",
                condition=Q(meeting_retention_months__range=(1, 120)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sample(self) -> bool:
        """Say whether staff have yet to replace the sample profile."""
        return self.confirmed_at is None

    @property
    def phone_link(self) -> str:
        """Return the number as a `tel:` address; a leading 0 becomes Germany's prefix."""
        digits = "".join(c for c in self.phone if c.isdigit() or c == "+")
        return f"tel:+49{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"

    @property
    def postal_lines(self) -> list[str]:
        return [self.legal_name, self.street, f"{self.postal_code} {self.city}"]

    @property
    def address(self) -> str:
        return ", ".join(self.postal_lines)


class OldSlug(models.Model):
    """An address that was public once; it redirects for ever."""

    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    slug = models.SlugField(max_length=80)
    object_id = models.PositiveBigIntegerField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="old_slug_is_unique", fields=["kind", "language", "slug"])
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.language}/{self.slug}"


class AuditEntry(AppendOnly):
    """Who did what and when; kept when Django's own admin log goes with a deleted user."""

    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    act = models.CharField(_("act"), max_length=40)
    subject = models.CharField(_("subject"), max_length=200)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}: {self.subject}"


class JobRun(models.Model):
    """The lease and the last runs of one recurring job."""

    name = models.CharField(max_length=40, primary_key=True)
    leased_until = models.DateTimeField(null=True)
    last_started_at = models.DateTimeField(null=True)
    last_finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name

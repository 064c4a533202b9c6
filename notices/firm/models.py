"""Who runs this portal, and the few tables that every app needs."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.lib.logo import Logo, from_stored

from .storage.append_only import AppendOnly


def _tel(number: str) -> str:
    digits = "".join(c for c in number if c.isdigit() or c == "+")
    return f"tel:+49{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"


class FirmDetails(models.Model):
    """What people must be able to learn about a firm."""

    name = models.CharField(_("name in the header"), max_length=60)
    legal_name = models.CharField(_("legal name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120)
    postal_code = models.CharField(_("postal code"), max_length=10)
    city = models.CharField(_("city"), max_length=60)
    country = models.CharField(_("country"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30)
    phone_hours = models.CharField(_("phone hours"), max_length=80)
    email = models.EmailField(_("e-mail"))
    website = models.URLField(_("website"), blank=True)
    represented_by = models.CharField(_("represented by"), max_length=200)
    register_court = models.CharField(_("register court"), max_length=80, blank=True)
    register_number = models.CharField(_("register number"), max_length=40, blank=True)
    vat_id = models.CharField(_("VAT number"), max_length=20, blank=True)
    # Cleaned and small, as `notices.lib.logo` writes it: it travels with every backup.
    logo = models.TextField(_("logo"), blank=True, default="", editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def phone_link(self) -> str:
        """Return the number as a `tel:` address; a leading 0 becomes Germany's prefix."""
        return _tel(self.phone)

    @property
    def picture(self) -> Logo | None:
        """Return the firm's logo, if it has one."""
        return from_stored(self.logo)

    @property
    def postal_lines(self) -> list[str]:
        return [self.legal_name, self.street, f"{self.postal_code} {self.city}"]

    @property
    def address(self) -> str:
        return ", ".join(self.postal_lines)


class OrganisationManager(models.Manager["Organisation"]):
    def current(self, stamp: str = "") -> Organisation:
        """Return the firm's profile; a blank one before anything is stored.

        Who has read the stamp of the site is given the one that was read under it before.
        """
        if stamp:
            return _kept_profile(stamp)
        return self.first() or Organisation()


@lru_cache(maxsize=2)
def _kept_profile(_stamp: str) -> Organisation:
    profile: Organisation = Organisation.objects.current()
    return profile


class Organisation(FirmDetails):
    """The profile of the firm that speaks for all: one row, shown on every page."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    service_name = models.CharField(_("name of this service"), max_length=60)
    privacy_email = models.EmailField(_("e-mail for data protection"))
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

    @property
    def dpo_phone_link(self) -> str:
        return _tel(self.dpo_phone)

    @property
    def is_sample(self) -> bool:
        """Say whether staff have yet to replace the sample profile."""
        return self.confirmed_at is None

    @cached_property
    def other_firms(self) -> list[Firm]:
        """Return the firms beside this one, which speaks for them: none, for most portals."""
        return list(Firm.objects.all())

    @property
    def firms(self) -> list[Organisation | Firm]:
        return [self, *self.other_firms]

    @property
    def names(self) -> str:
        """Name all firms in one breath, as the author of a feed."""
        return " · ".join(firm.name for firm in self.firms)


class Firm(FirmDetails):
    """A further firm under the same management: it shares the portal and the Zoom account."""

    service_name = models.CharField(_("name of this service"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("further firm")
        verbose_name_plural = _("further firms")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(name="firm_has_a_name", fields=["legal_name"])]


class OldSlug(models.Model):
    """An address that was public once; it redirects for ever."""

    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
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


class SiteVersion(models.Model):
    """One row whose stamp the database renews with every change of what pages show."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    stamp = models.CharField(max_length=36)

    class Meta:
        constraints = [
            models.CheckConstraint(name="site_version_is_one_row", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.stamp


class ProposedChange(AppendOnly):
    """What one person wants to make better or different for readers, until a second one decides.

    Once decided it stays; where one person runs the firm alone it is decided as it is proposed.
    """

    # One update: that somebody decided.
    admitted_when = "OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL"
    admitted_columns = ("decided_by_id", "decided_at", "accepted", "four_eyes", "reason")
    # The other: personal data became a mark, and the row says when.
    also_admitted_when = (
        "NEW.redacted_at IS NOT NULL AND "
        "(OLD.redacted_at IS NULL OR NEW.redacted_at > OLD.redacted_at)"
    )
    also_admitted_columns = ("subject", "before", "after", "reason", "redacted_at")

    content_type = models.ForeignKey(
        "contenttypes.ContentType", on_delete=models.PROTECT, related_name="+"
    )
    object_id = models.PositiveBigIntegerField(null=True)
    subject = models.CharField(_("subject"), max_length=200)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    accepted = models.BooleanField(_("confirmed"), null=True)
    four_eyes = models.BooleanField(_("approved by a second person"), default=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    redacted_at = models.DateTimeField(_("redacted at"), null=True, editable=False)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="proposed_change_is_decided_as_a_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted__isnull=False),
            ),
            models.CheckConstraint(
                name="proposed_change_says_when_it_had_one_person",
                condition=Q(four_eyes=False)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def is_frozen(self) -> bool:
        stored = ProposedChange.objects.filter(pk=self.pk)
        return not self._state.adding and stored.exclude(decided_at=None).exists()

    @property
    def sentence(self) -> str:
        """Return what was decided, for staff."""
        if self.accepted:
            return gettext("Confirmed by %(who)s.") % {"who": self.decided_by}
        if not self.reason:
            return gettext("Taken back by %(who)s.") % {"who": self.decided_by}
        words = gettext("Turned down by %(who)s: %(reason)s")
        return words % {"who": self.decided_by, "reason": self.reason}

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of what a second person has to read."""
        read = [self.pk, self.content_type_id, self.object_id, self.before, self.after]
        return sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


class EarlierValues(AppendOnly):
    """What stood in some fields of a row until they were written anew."""

    # One update: personal data became a mark, and the row says when.
    admitted_when = (
        "NEW.redacted_at IS NOT NULL AND "
        "(OLD.redacted_at IS NULL OR NEW.redacted_at > OLD.redacted_at)"
    )
    admitted_columns = ("subject", "values", "redacted_at")

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    subject = models.CharField(_("subject"), max_length=200)
    values = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    redacted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-replaced_at", "-id"]
        indexes = [models.Index(fields=["model", "row"], name="earlier_values_of_a_row")]

    def __str__(self) -> str:
        return self.subject

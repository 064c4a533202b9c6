"""Owners' communities; what readers are told about one is only ever added to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.firm.days import day_of
from notices.firm.languages import column
from notices.firm.models import Firm
from notices.firm.public_text import PublicTexts, refuse_giveaway
from notices.firm.storage.append_only import AppendOnly

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


# Whoever entered it thought again; only then one person alone decides that something is not so.
TAKEN_BACK = Q(accepted=False, four_eyes=False)


class CommunityQuerySet(models.QuerySet["Community"]):
    def managed(self) -> CommunityQuerySet:
        return self.filter(left_on=None)

    def named(self) -> CommunityQuerySet:
        """Add the name as it is now, for lists of staff."""
        given_up = Case(When(TAKEN_BACK, then=1), default=0)
        rows = CommunityDetails.objects.filter(community=OuterRef("pk"))
        newest = rows.order_by(given_up, "-id")
        return self.annotate(newest_name=Subquery(newest.values("name")[:1]))


class Community(models.Model):
    """One community of owners, under the number by which its manager knows it."""

    number = models.CharField(_("our number for it"), max_length=20, unique=True)
    firm = models.ForeignKey(
        Firm, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("firm")
    )
    left_on = models.DateField(_("managed until"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    if TYPE_CHECKING:
        details: RelatedManager[CommunityDetails]
        resolutions: RelatedManager[Resolution]
        physical_meetings: RelatedManager[PhysicalMeeting]

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("community of owners")
        verbose_name_plural = _("communities of owners")
        ordering = ["number"]

    def __str__(self) -> str:
        name = getattr(self, "newest_name", None)
        if name is None:
            newest = self.newest_details
            name = newest.name if newest else ""
        return f"{name} ({self.number})" if name else self.number

    @property
    def newest_details(self) -> CommunityDetails | None:
        """Return what was entered last and not taken back; what was, if there is nothing else."""
        return self.details.exclude(TAKEN_BACK).last() or self.details.last()

    def audit_name(self) -> str:
        """Return what the audit may keep for ever."""
        return self.number


class Decided(AppendOnly):
    """A statement that readers get once a second person has confirmed it; then it is final."""

    admitted_when = "OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL"
    admitted_columns = ("decided_at", "decided_by_id", "accepted", "four_eyes")

    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    accepted = models.BooleanField(_("confirmed"), null=True, editable=False)
    four_eyes = models.BooleanField(default=True, editable=False)

    class Meta:
        abstract = True

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return what it says, field by field, for whoever has to read it."""
        found = []
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if field.editable and field.name not in ("id", "community") and value:
                shown = getattr(self, f"get_{field.name}_display", lambda value=value: value)()
                found.append((str(field.verbose_name), as_words(shown)))
        return found

    def is_frozen(self) -> bool:
        # While it waits only the database knows which columns the decision may fill.
        return not self._state.adding and not self._is_waiting()

    def _is_waiting(self) -> bool:
        return type(self)._default_manager.filter(pk=self.pk, decided_at=None).exists()


def as_words(value: object) -> str:
    """Return a value of a field as people read it."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return gettext("yes") if value is True else str(value)


class CommunityDetails(PublicTexts, Decided):
    """Name and address of a community, who answers for its members' data, and whom they ask."""

    public_texts = ("joint_terms",)

    class Controller(models.TextChoices):
        COMMUNITY = "community", _("the community")
        MANAGER = "manager", _("the manager")
        JOINT = "joint", _("both jointly (Article 26 GDPR)")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="details")
    name = models.CharField(
        _("name as in invitations"), max_length=140, validators=[refuse_giveaway]
    )
    street = models.CharField(_("street and number"), max_length=120)
    postal_code = models.CharField(_("postal code"), max_length=10)
    city = models.CharField(_("city"), max_length=60)
    controller = models.CharField(
        _("who answers for the data"), max_length=10, choices=Controller, default="community"
    )
    joint_terms = models.TextField(
        _("what both have agreed"), max_length=1000, blank=True, validators=[refuse_giveaway]
    )
    contact = models.CharField(
        _("contact for owners"), max_length=80, blank=True, validators=[refuse_giveaway]
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        verbose_name = _("details of a community")
        verbose_name_plural = _("details of communities")
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="community_jointly_means_agreed",
                condition=~Q(controller="joint")
                | Q(**{f"{column('joint_terms')}__isnull": False})
                & ~Q(**{column("joint_terms"): ""}),
                violation_error_message=_("Please say what both have agreed."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postal_code} {self.city}"

    @property
    def phone_link(self) -> str:
        digits = "".join(c for c in self.phone if c.isdigit() or c == "+")
        return f"tel:+49{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"


class Resolution(Decided):
    """What owners resolved about taking part online; a newer row replaces one of its kind."""

    # At most so long may owners decide in advance to meet by video alone.
    LONGEST_YEARS = 3

    class Kind(models.TextChoices):
        HYBRID = "hybrid", _("take part online in a meeting with a room")
        VIRTUAL = "virtual", _("meet by video alone")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="resolutions")
    kind = models.CharField(_("resolved to"), max_length=10, choices=Kind)
    resolved_on = models.DateField(_("resolved on"))
    since = models.DateField(_("holds from"))
    until = models.DateField(_("holds until"), null=True, blank=True)
    physical_waived = models.BooleanField(
        _("yearly meeting in a room waived by all"), default=False
    )

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="resolution_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("It would end before it begins."),
            ),
            models.CheckConstraint(
                name="resolution_precedes_what_it_allows",
                condition=Q(since__gte=F("resolved_on")),
                violation_error_message=_("It would hold before it was resolved."),
            ),
            models.CheckConstraint(
                name="resolution_to_meet_by_video_alone_ends",
                condition=~Q(kind="virtual") | Q(until__isnull=False),
                violation_error_message=_("Please say until when owners may meet by video alone."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.resolved_on:%d.%m.%Y}"

    def clean(self) -> None:
        if self.kind == self.Kind.VIRTUAL and self.until and self.resolved_on:
            if self.until > years_later(self.resolved_on, self.LONGEST_YEARS):
                raise ValidationError(
                    {"until": _("Owners can decide this for at most three years.")}
                )
        elif self.physical_waived:
            raise ValidationError(
                {"physical_waived": _("Only meetings by video alone ask for this waiver.")}
            )

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class PhysicalMeeting(AppendOnly):
    """That owners met in a room, which many must do once a year through 2028."""

    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="physical_meetings"
    )
    held_on = models.DateField(_("held on"))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("meeting in a room")
        verbose_name_plural = _("meetings in a room")
        ordering = ["held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="physical_meeting_once_a_day", fields=["community", "held_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d.%m.%Y}"

    def clean(self) -> None:
        if self.held_on and self.held_on > day_of(timezone.now()):
            raise ValidationError({"held_on": _("This day lies ahead.")})


class CommunityReminder(AppendOnly):
    """That staff were reminded of one thing about a community, so that each is told once."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="reminders")
    about = models.CharField(max_length=60)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="community_reminded_once", fields=["community", "about"])
        ]

    def __str__(self) -> str:
        return self.about


def years_later(day: date, years: int) -> date:
    """Return the same day so many years later; the day before where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

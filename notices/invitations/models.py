"""Meetings and what differs from the standard safeguards in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.firm.freezing import AppendOnly
from notices.safeguards.models import Safeguard

from .codes import new_code


class MeetingType(models.Model):
    """A kind of meeting and how people usually join it."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    browser = models.BooleanField(_("in the browser"), default=True)
    phone = models.BooleanField(_("by phone"), default=True)
    app = models.BooleanField(_("with the app"), default=True)
    lets_in_minutes_before = models.PositiveSmallIntegerField(
        _("minutes before the start from which we let people in"), default=15
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        name_de: str
        name_en: str

    class Meta:
        verbose_name = _("type of meeting")
        verbose_name_plural = _("types of meeting")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def upcoming(self) -> MeetingQuerySet:
        return self.filter(ends_at__gte=timezone.now(), cancelled_at=None).order_by("starts_at")


class Meeting(models.Model):
    """One video meeting that people are invited to; its page lives under a random code."""

    code = models.CharField(_("code"), max_length=10, unique=True, default=new_code, editable=False)
    type = models.ForeignKey(MeetingType, on_delete=models.PROTECT, verbose_name=_("type"))
    title = models.CharField(_("title"), max_length=100)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    place = models.CharField(_("place for those who come in person"), max_length=160, blank=True)
    browser = models.BooleanField(_("in the browser"), default=True)
    phone = models.BooleanField(_("by phone"), default=True)
    app = models.BooleanField(_("with the app"), default=True)
    moved_from = models.DateTimeField(_("moved from"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)
    zoom_meeting_id_encrypted = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MeetingQuerySet.as_manager()

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        title_de: str
        title_en: str
        place_de: str
        place_en: str

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="meeting_has_a_way_to_join",
                condition=Q(browser=True) | Q(phone=True) | Q(app=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meeting-detail", kwargs={"code": self.code.lower()})

    def get_short_url(self) -> str:
        """Return the path that is printed and put into QR codes, in upper case throughout."""
        return f"/T/{self.code}"


class Adjustment(AppendOnly):
    """In this meeting a safeguard is weaker than usual; final once the meeting has begun."""

    frozen_when = (
        "EXISTS (SELECT 1 FROM invitations_meeting m "
        "WHERE m.id = OLD.meeting_id AND m.starts_at <= CURRENT_TIMESTAMP)"
    )

    class Value(models.TextChoices):
        EXCEPTION = "exception", pgettext_lazy("state", "on, with an exception")
        OFF = "off", pgettext_lazy("state", "off")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="adjustments")
    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, related_name="+", verbose_name=_("safeguard")
    )
    value = models.CharField(_("in this meeting"), max_length=10, choices=Value)
    reason = models.CharField(_("public reason"), max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        reason_de: str
        reason_en: str

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="adjustment_once_per_safeguard", fields=["meeting", "safeguard"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.get_value_display()}"

    def is_frozen(self) -> bool:
        return not self._state.adding and self.meeting.starts_at <= timezone.now()

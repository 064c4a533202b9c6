"""Meetings and what differs from the standard safeguards in them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.communities.models import Community
from notices.faq.models import Question
from notices.firm.languages import CODES, FURTHER, REQUIRED, column, name_of, text_of, texts_of
from notices.firm.models import Firm
from notices.firm.public_text import PublicTexts, refuse_giveaway
from notices.firm.storage.append_only import AppendOnly
from notices.firm.storage.encryption import decrypt, encrypt
from notices.safeguards.models import Promise, Provider, Safeguard

from ..codes import new_code

# In SQL for SQLite and PostgreSQL. Nothing about sample meetings is final: they go when the firm
# confirms its profile. What is recorded as erased may go, while its words are still there.
_MEETING_KEPT = (
    "NOT EXISTS (SELECT 1 FROM invitations_meetingerasure e WHERE e.meeting_id = OLD.id)"
)
_PART_KEPT = (
    "NOT EXISTS (SELECT 1 FROM invitations_meetingerasure e WHERE e.meeting_id = OLD.meeting_id)"
)

OF_A_MEETING_BEGUN = " AND ".join(
    [
        "EXISTS (SELECT 1 FROM invitations_meeting m WHERE m.id = OLD.meeting_id "
        "AND m.starts_at <= CURRENT_TIMESTAMP AND NOT m.is_sample)",
        _PART_KEPT,
    ]
)


class MeetingType(PublicTexts):
    """A kind of meeting and how people usually join it."""

    public_texts = ("name", "rules")

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, validators=[refuse_giveaway])
    rules = models.CharField(
        _("what applies to it"), max_length=300, blank=True, validators=[refuse_giveaway]
    )
    questions = models.ManyToManyField(
        Question, blank=True, related_name="meeting_types", verbose_name=_("questions about it")
    )
    browser = models.BooleanField(_("in the browser"), default=True)
    phone = models.BooleanField(_("by phone"), default=True)
    app = models.BooleanField(_("with the app"), default=True)
    lets_in_minutes_before = models.PositiveSmallIntegerField(
        _("minutes before the start from which we let people in"), default=15
    )

    has_minutes = models.BooleanField(_("minutes are written"), default=True)
    needs_resolution = models.BooleanField(
        _("owners must have resolved to take part by video"), default=False
    )

    class Meta:
        verbose_name = _("type of meeting")
        verbose_name_plural = _("types of meeting")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def upcoming(self) -> MeetingQuerySet:
        return self.filter(ends_at__gte=timezone.now(), cancelled_at=None).order_by("starts_at")

    def kept(self) -> MeetingQuerySet:
        """Leave out the meetings whose own data were erased."""
        return self.filter(erasure=None)


def spoken() -> list[tuple[str, str]]:
    """Return what can be spoken in a meeting: one language, or the required one and another."""
    first = name_of(REQUIRED)
    both = _("%(one)s and %(other)s")
    return [(code, name_of(code)) for code in CODES] + [
        (f"{REQUIRED}-{code}", both % {"one": first, "other": name_of(code)}) for code in FURTHER
    ]


class Meeting(PublicTexts, AppendOnly):
    """One video meeting that people are invited to; its page lives under a random code.

    It is final once it has begun; when its time is over only the code and the date remain.
    """

    public_texts = ("title", "place")
    frozen_when = (
        "OLD.starts_at <= CURRENT_TIMESTAMP AND NOT OLD.is_sample "
        f"AND (OLD.{column('title')} = '' OR {_MEETING_KEPT})"
    )

    code = models.CharField(_("code"), max_length=10, unique=True, default=new_code, editable=False)
    type = models.ForeignKey(MeetingType, on_delete=models.PROTECT, verbose_name=_("type"))
    # Empty: the firm of the profile, which speaks for all.
    firm = models.ForeignKey(
        Firm, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("firm")
    )
    # Empty: Zoom.
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("tool")
    )
    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("community")
    )
    title = models.CharField(_("title"), max_length=100, validators=[refuse_giveaway])
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    place = models.CharField(
        _("place for those who come in person"),
        max_length=160,
        blank=True,
        validators=[refuse_giveaway],
    )
    language = models.CharField(
        _("language of the meeting"), max_length=20, choices=spoken, default=REQUIRED
    )
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

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at"]
        indexes = [models.Index(name="meeting_by_its_start", fields=["starts_at"])]
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
        return self.title or self.audit_name()

    def withhold_giveaways(self) -> None:
        super().withhold_giveaways()
        if not text_of(self, "title"):
            # A page needs a name; the kind of meeting tells nobody anything.
            self.type.withhold_giveaways()
            for language, name in texts_of(self.type, "name").items():
                setattr(self, column("title", language), name)
            if not text_of(self, "title"):
                setattr(self, column("title"), self.code)

    def is_frozen(self) -> bool:
        return self.has_begun() and not self.is_sample and not self._state.adding

    def has_begun(self, moment: datetime | None = None) -> bool:
        return self.starts_at <= (moment or timezone.now())

    def audit_name(self) -> str:
        """Return what the audit may keep for ever: the title is erased with the meeting."""
        return self.code

    def set_zoom_id(self, digits: str) -> None:
        """Keep the private meeting ID so that only this portal can read it; "" removes it."""
        self.zoom_meeting_id_encrypted = encrypt(digits) if digits else ""

    def zoom_id(self) -> str:
        """Return the private meeting ID for asking Zoom; "" if there is none or no key for it."""
        return decrypt(self.zoom_meeting_id_encrypted) or ""

    def get_absolute_url(self) -> str:
        return reverse("meeting-detail", kwargs={"code": self.code.lower()})

    def get_short_url(self) -> str:
        """Return the path that is printed and put into QR codes, in upper case throughout."""
        return f"/T/{self.code}"


class Adjustment(PublicTexts, AppendOnly):
    """In this meeting a safeguard is weaker than usual; final once the meeting has begun."""

    public_texts = ("reason",)
    frozen_when = OF_A_MEETING_BEGUN

    # Only ever weaker than usual.
    VALUES = (Promise.Value.EXCEPTION, Promise.Value.OFF)

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="adjustments")
    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, related_name="+", verbose_name=_("safeguard")
    )
    value = models.CharField(
        _("in this meeting"), max_length=10, choices=[(one.value, one.label) for one in VALUES]
    )
    reason = models.CharField(_("public reason"), max_length=200, validators=[refuse_giveaway])
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

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

    def audit_name(self) -> str:
        return f"{self.meeting.code}: {self}"

    def is_frozen(self) -> bool:
        return not self._state.adding and self.meeting.is_frozen()


class MeetingFinding(AppendOnly):
    """What was read from the settings of one meeting itself: names, never an ID or a password.

    Each successful reading is a row; what a reading could not tell is carried on from the one
    before.
    """

    frozen_when = " AND ".join(
        [
            "EXISTS (SELECT 1 FROM invitations_meeting m "
            "WHERE m.id = OLD.meeting_id AND NOT m.is_sample)",
            _PART_KEPT,
        ]
    )

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="findings")
    seen_at = models.DateTimeField(_("seen at"))
    valid_until = models.DateTimeField(_("valid until"))
    recorded_at = models.DateTimeField(default=timezone.now)
    deviations = models.JSONField(_("weaker than the account"), default=list)
    unread = models.JSONField(_("could not be read"), default=list)
    end_to_end = models.BooleanField(_("full end-to-end encryption"), null=True)

    class Meta:
        verbose_name = _("finding about a meeting")
        verbose_name_plural = _("findings about meetings")
        ordering = ["seen_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="meeting_finding_holds_for_a_while",
                condition=Q(valid_until__gt=F("seen_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M}: {', '.join(self.deviations) or '–'}"


class MeetingErasure(AppendOnly):
    """That and when a meeting's own data were erased: the only way to erase what is final."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="erasure")
    due_at = models.DateTimeField(_("due at"))
    at = models.DateTimeField(_("erased at"), default=timezone.now)

    class Meta:
        verbose_name = _("erasure of a meeting")
        verbose_name_plural = _("erasures of meetings")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="meeting_erasure_is_due", condition=Q(at__gte=F("due_at")))
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

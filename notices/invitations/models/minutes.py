from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.public_text import PublicTexts, refuse_giveaway
from notices.firm.storage.append_only import AppendOnly

from .meetings import OF_A_MEETING_BEGUN, Meeting


class Minutes(PublicTexts, AppendOnly):
    """How the minutes of a meeting are made; final once it has begun.

    Without a row a person writes them and nothing more is said.
    """

    public_texts = ("legal_basis", "recipients", "objection")
    frozen_when = OF_A_MEETING_BEGUN

    class Writer(models.TextChoices):
        PERSON = "person", _("a person")
        MACHINE = "machine", _("a machine helps (artificial intelligence)")

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    writer = models.CharField(_("who writes"), max_length=10, choices=Writer, default=Writer.PERSON)
    keeps_sound = models.BooleanField(_("sound is kept"), default=False)
    sound_until = models.DateField(_("kept until"), null=True, blank=True)
    legal_basis = models.CharField(
        _("legal basis"), max_length=200, blank=True, validators=[refuse_giveaway]
    )
    recipients = models.CharField(
        _("who gets the minutes"), max_length=200, blank=True, validators=[refuse_giveaway]
    )
    objection = models.CharField(
        _("how to object"), max_length=300, blank=True, validators=[refuse_giveaway]
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.CheckConstraint(
                name="minutes_say_how_long_sound_is_kept",
                condition=Q(keeps_sound=True, sound_until__isnull=False)
                | Q(keeps_sound=False, sound_until__isnull=True),
                violation_error_message=_("Please say until when the sound is kept."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_writer_display())

    def audit_name(self) -> str:
        """Return what the audit may keep for ever: the words are erased with the meeting."""
        return self.meeting.code

    def is_frozen(self) -> bool:
        return not self._state.adding and self.meeting.is_frozen()

    @property
    def is_by_machine(self) -> bool:
        return self.writer == self.Writer.MACHINE

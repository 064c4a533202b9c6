"""What we say about a safeguard or quick answer, from when on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.firm.storage.append_only import AppendOnly

from ..states import State
from .names import NAME
from .quick_answer import QuickAnswer
from .safeguard import Safeguard


class Wording(AppendOnly):
    """What we say about a safeguard or quick answer in one state, from `recorded_at` on.

    For a safeguard `text` is the claim and `meaning` what it means for the reader; for a quick
    answer `text` is the answer, `past` the answer about a past day and `sentence` stands alone
    in an invitation. Rows for "name" keep the names and questions of past days.
    """

    class For(models.TextChoices):
        ON = State.ON.value, pgettext_lazy("state", "on")
        EXCEPTION = State.EXCEPTION.value, pgettext_lazy("state", "exception")
        OFF = State.OFF.value, pgettext_lazy("state", "off")
        NAME = NAME, pgettext_lazy("state", "its name, in every state")

    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, null=True, blank=True, related_name="wordings"
    )
    quick_answer = models.ForeignKey(
        QuickAnswer, on_delete=models.PROTECT, null=True, blank=True, related_name="wordings"
    )
    state = models.CharField(_("state"), max_length=10, choices=For)
    text = models.CharField(_("text"), max_length=120)
    meaning = models.CharField(_("what it means"), max_length=200, blank=True)
    past = models.CharField(_("text about a past day"), max_length=120, blank=True)
    sentence = models.CharField(_("sentence for invitations"), max_length=160, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="wording_has_one_subject",
                condition=Q(safeguard__isnull=True) ^ Q(quick_answer__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard or self.quick_answer} ({self.get_state_display()})"

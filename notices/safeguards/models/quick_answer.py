"""The few questions that are answered first, and what they depend on."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import in_columns, texts_of
from notices.firm.storage.append_only import AppendOnly

from .names import keep_name
from .provider import Provider
from .safeguard import Safeguard


class QuickAnswer(models.Model):
    """One of the few questions that are answered first."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("tool")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    question = models.CharField(_("question"), max_length=60)
    question_past = models.CharField(_("question about a past day"), max_length=60)
    safeguards = models.ManyToManyField(
        Safeguard, through="AnswerTie", verbose_name=_("depends on")
    )

    class Meta:
        verbose_name = _("quick answer")
        verbose_name_plural = _("quick answers")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        keep_name(
            self,
            **in_columns("text", texts_of(self, "question")),
            **in_columns("past", texts_of(self, "question_past")),
        )


class AnswerTie(AppendOnly):
    """A quick answer depends on a safeguard, from `since` on; past days keep their own ties."""

    quick_answer = models.ForeignKey(QuickAnswer, on_delete=models.PROTECT, related_name="ties")
    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="ties")
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("safeguard behind the answer")
        verbose_name_plural = _("safeguards behind the answer")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                name="answer_tie_is_unique", fields=["quick_answer", "safeguard"]
            )
        ]

    def __str__(self) -> str:
        return str(self.safeguard)

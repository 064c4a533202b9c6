"""What people ask, and the safeguards whose live state stands under the answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.editions.models import Foundation
from notices.firm import days
from notices.firm.languages import CODES, unique_in_each
from notices.firm.old_slugs import KeepsOldSlugs
from notices.lib import markdown
from notices.safeguards.models import QuickAnswer, Safeguard


class Topic(KeepsOldSlugs):
    """A group of questions."""

    slug_kind = "topic"

    key = models.SlugField(_("key"), max_length=40, unique=True)
    slug = models.SlugField(_("address on the page"), max_length=60)
    title = models.CharField(_("title"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("group of questions")
        verbose_name_plural = _("groups of questions")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.title


class Question(KeepsOldSlugs):
    """One question with its answer; a lead is computed, the body claims no state."""

    slug_kind = "question"

    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="questions", verbose_name=_("group")
    )
    key = models.SlugField(_("key"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=80)
    question = models.CharField(_("question"), max_length=120)
    asked_as = models.TextField(_("other ways to ask this"), blank=True)
    answer = models.TextField(_("answer"))
    answer_html = models.TextField(blank=True, editable=False, default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    lead = models.ForeignKey(
        QuickAnswer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_questions",
        verbose_name=_("first sentence comes from"),
    )
    safeguards = models.ManyToManyField(
        Safeguard, blank=True, related_name="questions", verbose_name=_("depends on")
    )
    foundations = models.ManyToManyField(
        Foundation, blank=True, related_name="questions", verbose_name=_("leans on")
    )
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related questions"))
    # When the answer came into its present words; readers see only when somebody reviewed it.
    written_on = models.DateField(default=days.today, editable=False)
    reviewed_on = models.DateField(_("text last reviewed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["topic", "position", "key"]
        constraints = [
            *unique_in_each("slug", "question_{column}_is_unique"),
        ]

    def __str__(self) -> str:
        return self.question

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        # One transaction: with the row goes its old address.
        # Rendered when saved: a page with 30 answers must not run Markdown 30 times.
        for language in CODES:
            answer = getattr(self, f"answer_{language}") or ""
            html = markdown.render(answer, language) if answer else ""
            if html != getattr(self, f"answer_html_{language}"):
                self.written_on = days.today()
            setattr(self, f"answer_html_{language}", html)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("question-detail", kwargs={"slug": self.slug})


class Synonyms(models.Model):
    """Words that mean the same to a search."""

    keeps_earlier = True

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    words = models.CharField(_("words that mean the same"), max_length=300)

    class Meta:
        verbose_name = _("words with the same meaning")
        verbose_name_plural = _("words with the same meaning")
        ordering = ["language", "words"]
        constraints = [
            models.UniqueConstraint(name="synonyms_once", fields=["language", "words"]),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def list(self) -> list[str]:
        return [word for word in (part.strip() for part in self.words.split(",")) if word]

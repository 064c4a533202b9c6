"""What people ask, and the safeguards whose live state stands under the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.editions.models import Foundation
from notices.firm.slugs import KeepsOldSlugs
from notices.lib import markdown
from notices.safeguards.models import QuickAnswer, Safeguard


class Topic(KeepsOldSlugs):
    """A group of questions."""

    slug_kind = "topic"

    key = models.SlugField(_("key"), max_length=40, unique=True)
    slug = models.SlugField(_("address on the page"), max_length=60)
    title = models.CharField(_("title"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        slug_de: str
        slug_en: str
        title_de: str
        title_en: str

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
    answer = models.TextField(_("answer"))
    answer_html_de = models.TextField(blank=True, editable=False)
    answer_html_en = models.TextField(blank=True, editable=False)
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
    reviewed_on = models.DateField(_("last reviewed on"))

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        slug_de: str
        slug_en: str
        question_de: str
        question_en: str
        answer_de: str
        answer_en: str

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["topic", "position", "key"]
        constraints = [
            models.UniqueConstraint(name="question_slug_de_is_unique", fields=["slug_de"]),
            models.UniqueConstraint(name="question_slug_en_is_unique", fields=["slug_en"]),
        ]

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Rendered when saved: a page with 30 answers must not run Markdown 30 times.
        for language in ("de", "en"):
            answer = getattr(self, f"answer_{language}") or ""
            html = markdown.render(answer, language) if answer else ""
            setattr(self, f"answer_html_{language}", html)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("question-detail", kwargs={"slug": self.slug})

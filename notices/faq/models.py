"""What people ask, and the safeguards whose live state stands under the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        # One transaction: with the row go its old address and its place in the search index.
        # Rendered when saved: a page with 30 answers must not run Markdown 30 times.
        for language in ("de", "en"):
            answer = getattr(self, f"answer_{language}") or ""
            html = markdown.render(answer, language) if answer else ""
            setattr(self, f"answer_html_{language}", html)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("question-detail", kwargs={"slug": self.slug})


class Synonyms(models.Model):
    """Words that mean the same to a search."""

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)

    @property
    def list(self) -> list[str]:
        return [word for word in (part.strip() for part in self.words.split(",")) if word]


class SearchEntry(models.Model):
    """One thing that a search can find, in one language; made from content, never edited.

    A notice has an entry for each edition that is or will be in force, a safeguard one for each
    state; which of them counts is decided when somebody searches.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        SAFEGUARD = "safeguard", _("safeguard")
        NOTICE = "notice", _("notice")

    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.PositiveIntegerField()
    variant = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2)
    # Where two hits are equally good, this decides, the same on every database.
    place = models.CharField(max_length=80)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="search_entry_is_unique",
                fields=["kind", "object_id", "variant", "language"],
            ),
            models.CheckConstraint(
                name="search_entry_ends_after_it_begins",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
            ),
        ]
        indexes = [models.Index(name="search_entry_language", fields=["language"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.place} {self.variant} {self.language}"


class SearchToken(models.Model):
    """A stem in an entry, and how much it says about it."""

    entry = models.ForeignKey(
        SearchEntry, on_delete=models.CASCADE, related_name="tokens", db_index=False
    )
    language = models.CharField(max_length=2)
    token = models.CharField(max_length=90)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="search_token_is_unique", fields=["entry", "token"])
        ]
        indexes = [
            models.Index(
                name="search_token_best_first", fields=["language", "token", "-weight", "entry"]
            )
        ]

    def __str__(self) -> str:
        return self.token


class SearchWord(models.Model):
    """The site's own vocabulary: a stem under each form by which a search looks it up.

    Forms are the stem itself, the stem without one letter (near words share such a form), and
    its first and last four letters, marked "^" and "$" (compounds). All are looked up by
    equality, which means the same on every database.
    """

    language = models.CharField(max_length=2)
    form = models.CharField(max_length=90)
    token = models.CharField(max_length=90)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="search_word_is_unique", fields=["language", "form", "token"]
            )
        ]
        indexes = [models.Index(name="search_word_token", fields=["language", "token"])]

    def __str__(self) -> str:
        return self.token

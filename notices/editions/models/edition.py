from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import column, columns
from notices.firm.storage.append_only import AppendOnly

from .notice import Notice

if TYPE_CHECKING:
    from .edition_html import EditionHtml
    from .withdrawal import Withdrawal


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> EditionQuerySet:
        return self.filter(status="published")

    def public_at(self, moment: datetime) -> EditionQuerySet:
        """Editions that readers may see at `moment` and that were not withdrawn by then."""
        return self.shown_at(moment).exclude(withdrawal__at__lte=moment)

    def shown_at(self, moment: datetime) -> EditionQuerySet:
        """Editions with a public page at `moment`, withdrawn ones too.

        A historical edition was public on paper before it was entered here.
        """
        return self.published().filter(
            Q(historical=True) | Q(published_at__lte=moment), in_force_from__lte=moment
        )

    def came_into_force_by(self, moment: datetime) -> EditionQuerySet:
        """Editions whose first day came; one withdrawn before it replaced nothing."""
        return self.shown_at(moment).exclude(withdrawal__at__lte=F("in_force_from"))

    def in_force_order(self) -> EditionQuerySet:
        """Put the edition in force first: latest start, then number, then correction."""
        return self.order_by("-in_force_from", "-number", "-correction")


class Edition(AppendOnly):
    """One numbered text of a notice; frozen once it is published."""

    frozen_when = "OLD.status = 'published'"
    # Redaction: only to the digest that its newest row names, so that each row admits one change.
    admitted_when = (
        "EXISTS (SELECT 1 FROM editions_redaction r WHERE r.edition_id = OLD.id "
        "AND r.old_digest = OLD.digest AND r.new_digest = NEW.digest AND r.new_digest <> '' "
        "AND r.id = (SELECT MAX(n.id) FROM editions_redaction n WHERE n.edition_id = OLD.id))"
    )
    admitted_columns = (
        *("title", "summary", "text", "change_note"),
        *columns("title", "summary", "text", "change_note"),
        *("digest", "made_from"),
    )

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="editions", verbose_name=_("notice")
    )
    number = models.PositiveIntegerField(_("edition"), null=True, editable=False)
    correction = models.PositiveIntegerField(_("correction"), default=0, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    historical = models.BooleanField(_("historical"), default=False, editable=False)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("in short"), blank=True)
    text = models.TextField(_("text"))
    change_note = models.CharField(_("what is new"), max_length=300, blank=True)
    # The legal names of the firms under a letter, as they were then.
    signed_by = models.JSONField(_("signed by"), default=list, blank=True)
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    # By language: the digest of the required text that its translation was made from.
    made_from = models.JSONField(default=dict, blank=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    # Everybody who ever saved this draft: none of them may approve it.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, editable=False, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approver_role = models.CharField(max_length=40, blank=True, editable=False)
    four_eyes = models.BooleanField(_("approved by a second person"), default=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    # How the digest is made: each row stays as it was sealed when a newer way comes.
    digest_format = models.PositiveSmallIntegerField(default=2, editable=False)
    digest = models.CharField(_("digest"), max_length=64, blank=True, editable=False)
    previous_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["notice", "-number", "-correction", "-id"]
        constraints = [
            models.CheckConstraint(
                name="edition_published_is_complete",
                condition=~Q(status="published")
                | (
                    Q(
                        number__isnull=False,
                        published_at__isnull=False,
                        in_force_from__isnull=False,
                    )
                    & ~Q(digest="")
                    & Q(**{f"{column('text')}__isnull": False})
                    & ~Q(**{column("text"): ""})
                ),
            ),
            models.CheckConstraint(
                name="edition_is_not_in_force_before_it_is_published",
                condition=~Q(status="published")
                | Q(historical=True)
                | Q(in_force_from__gte=F("published_at")),
            ),
            models.UniqueConstraint(
                name="edition_number_is_unique",
                fields=["notice", "number", "correction"],
                condition=Q(status="published"),
            ),
            models.UniqueConstraint(
                name="edition_one_open_draft_per_notice",
                fields=["notice"],
                condition=~Q(status="published"),
            ),
        ]
        indexes = [
            models.Index(
                name="edition_in_force",
                fields=["notice", "-in_force_from", "-number", "-correction"],
            ),
            # When the next one begins is asked with every page.
            models.Index(name="edition_begins", fields=["in_force_from"]),
            models.Index(name="edition_goes_public", fields=["published_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.label or self.get_status_display()}"

    def is_frozen(self) -> bool:
        """Ask the stored row: the one in memory may already say `published`."""
        if self._state.adding:
            return False
        stored = type(self).objects.filter(pk=self.pk).values_list("status", flat=True).first()
        return stored == self.Status.PUBLISHED

    @cached_property
    def rendered(self) -> dict[str, EditionHtml]:
        """Return by language what readers see; a draft has nothing yet."""
        rows = self.html_rows.all() if self.pk else []
        return {row.language: row for row in rows}

    def html_in(self, language: str) -> str:
        return self.rendered[language].text if language in self.rendered else ""

    def summary_html_in(self, language: str) -> str:
        return self.rendered[language].summary if language in self.rendered else ""

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_in_review(self) -> bool:
        return self.status == self.Status.REVIEW

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def label(self) -> str:
        """Return "7" for an edition, "7.1" for its first correction, "" for a draft."""
        if self.number is None:
            return ""
        return f"{self.number}.{self.correction}" if self.correction else str(self.number)

    def withdrawal_by(self, moment: datetime) -> Withdrawal | None:
        """Return the withdrawal of this edition if it was withdrawn by `moment`."""
        withdrawal: Withdrawal | None = getattr(self, "withdrawal", None)
        return withdrawal if withdrawal and withdrawal.at <= moment else None

    def if_not_withdrawn(self, moment: datetime) -> Edition | None:
        return None if self.withdrawal_by(moment) else self

    def get_absolute_url(self) -> str:
        return reverse("edition-detail", kwargs={"slug": self.notice.slug, "label": self.label})

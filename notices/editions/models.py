"""Notices and their editions: what we say, and what we said on any day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.freezing import AppendOnly
from notices.firm.slugs import KeepsOldSlugs
from notices.safeguards.models import Safeguard


class Foundation(models.Model):
    """A legal ground that notices lean on: framework, clauses, contract or law."""

    class Kind(models.TextChoices):
        FRAMEWORK = "framework", _("framework")
        CLAUSES = "clauses", _("standard contractual clauses")
        CONTRACT = "contract", _("contract")
        LAW = "law", _("law")

    class State(models.TextChoices):
        STANDS = "stands", _("stands")
        FALLEN = "fallen", _("has fallen")

    key = models.SlugField(_("key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=160)
    source_url = models.URLField(_("source"), max_length=300, blank=True)
    checked_on = models.DateField(_("checked on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STANDS)
    fallen_on = models.DateField(_("fallen on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        name_de: str
        name_en: str
        note_de: str
        note_en: str

    class Meta:
        verbose_name = _("legal foundation")
        verbose_name_plural = _("legal foundations")
        ordering = ["kind", "key"]
        constraints = [
            models.CheckConstraint(
                name="foundation_fallen_has_a_day",
                condition=Q(state="stands", fallen_on__isnull=True)
                | Q(state="fallen", fallen_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Notice(KeepsOldSlugs):
    """A text with an address; its editions say what it says when."""

    slug_kind = "notice"

    class Kind(models.TextChoices):
        LETTER = "letter", _("letter")
        PRIVACY = "privacy", _("privacy notice")
        IMPRINT = "imprint", _("imprint")
        WEBSITE_PRIVACY = "website_privacy", _("privacy of this website")
        ACCESSIBILITY = "accessibility", _("accessibility statement")
        EASY = "easy", _("simply explained")

    # Kinds with an address of their own: one of each per site, not in the list of notices.
    SINGLE_KINDS = (Kind.IMPRINT, Kind.WEBSITE_PRIVACY, Kind.ACCESSIBILITY, Kind.EASY)

    key = models.SlugField(_("key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    review_due = models.DateField(_("next review due"), null=True, blank=True)
    safeguards = models.ManyToManyField(
        Safeguard, blank=True, related_name="notices", verbose_name=_("claims these safeguards")
    )
    foundations = models.ManyToManyField(
        Foundation, blank=True, related_name="notices", verbose_name=_("leans on")
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        slug_de: str
        slug_en: str
        title_de: str
        title_en: str

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(name="notice_slug_de_is_unique", fields=["slug_de"]),
            models.UniqueConstraint(name="notice_slug_en_is_unique", fields=["slug_en"]),
            models.UniqueConstraint(
                name="notice_single_kinds_are_single",
                fields=["kind"],
                condition=Q(kind__in=["imprint", "website_privacy", "accessibility", "easy"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_single(self) -> bool:
        return self.kind in self.SINGLE_KINDS

    def get_absolute_url(self) -> str:
        if self.is_single:
            return reverse(f"page-{self.kind.replace('_', '-')}")
        return reverse("notice-detail", kwargs={"slug": self.slug})

    def in_force_at(self, moment: datetime) -> Edition | None:
        """Return the edition in force at `moment`; withdrawing it revives no earlier one."""
        started = Edition.objects.came_into_force_by(moment).filter(notice=self)
        newest = started.in_force_order().select_related("notice", "withdrawal").first()
        return newest.if_not_withdrawn(moment) if newest else None


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
        *("title", "title_de", "title_en", "summary", "summary_de", "summary_en"),
        *("text", "text_de", "text_en", "change_note", "change_note_de", "change_note_en"),
        *("html_de", "html_en", "summary_html_de", "summary_html_en"),
        *("digest", "english_made_from"),
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
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    english_made_from = models.CharField(max_length=64, blank=True, editable=False)
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
    html_de = models.TextField(blank=True, editable=False)
    html_en = models.TextField(blank=True, editable=False)
    summary_html_de = models.TextField(blank=True, editable=False)
    summary_html_en = models.TextField(blank=True, editable=False)
    digest = models.CharField(_("digest"), max_length=64, blank=True, editable=False)
    previous_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = EditionQuerySet.as_manager()

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        title_de: str
        title_en: str
        summary_de: str
        summary_en: str
        text_de: str
        text_en: str
        change_note_de: str
        change_note_en: str

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
                    & ~Q(html_de="")
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.label or self.get_status_display()}"

    def is_frozen(self) -> bool:
        """Ask the stored row: the one in memory may already say `published`."""
        if self._state.adding:
            return False
        stored = type(self).objects.filter(pk=self.pk).values_list("status", flat=True).first()
        return stored == self.Status.PUBLISHED

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


class Withdrawal(AppendOnly):
    """An edition is no longer ours to stand by; its page stays and says so."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(_("withdrawn at"), default=timezone.now)
    reason = models.CharField(_("public reason"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        reason_de: str
        reason_en: str

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")

    def __str__(self) -> str:
        return f"{self.edition}"


class Redaction(AppendOnly):
    """Personal data were removed from a published edition; the digests prove which change it was.

    What was removed stands nowhere, not even here.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="redactions")
    at = models.DateTimeField(_("redacted at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300)
    fields = models.JSONField(_("redacted texts"), default=list, blank=True)
    old_digest = models.CharField(max_length=64)
    new_digest = models.CharField(max_length=64, blank=True, editable=False)
    role = models.CharField(_("role"), max_length=40, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        constraints = [
            models.CheckConstraint(
                name="redaction_changes_the_digest", condition=~Q(new_digest=F("old_digest"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition}"


class EditionPdfQuerySet(models.QuerySet["EditionPdf"]):
    def current(self) -> EditionPdfQuerySet:
        """Leave out documents that still hold what was redacted since."""
        redacted = Redaction.objects.filter(
            edition=OuterRef("edition"), at__gte=OuterRef("made_at")
        )
        return self.exclude(Exists(redacted))

    def outdated(self) -> EditionPdfQuerySet:
        redacted = Redaction.objects.filter(
            edition=OuterRef("edition"), at__gte=OuterRef("made_at")
        )
        return self.filter(Exists(redacted))


class EditionPdf(AppendOnly):
    """An edition as a document, made once; it goes only when its edition is redacted.

    It stands in the database and not in a folder: every machine serves it and a backup has it.
    """

    frozen_when = (
        "NOT EXISTS (SELECT 1 FROM editions_redaction r"
        " WHERE r.edition_id = OLD.edition_id AND r.at >= OLD.made_at)"
    )

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(_("language"), max_length=2)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = EditionPdfQuerySet.as_manager()

    class Meta:
        verbose_name = _("PDF of an edition")
        verbose_name_plural = _("PDFs of editions")
        constraints = [
            models.UniqueConstraint(
                name="edition_pdf_once_per_language", fields=["edition", "language"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} ({self.language})"

    def is_frozen(self) -> bool:
        stored = type(self).objects.filter(pk=self.pk)
        return not self._state.adding and not stored.outdated().exists()


class ClaimReason(AppendOnly):
    """Why an edition was published although a safeguard that it claims was not simply on."""

    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="claim_reasons",
        verbose_name=_("edition"),
    )
    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, related_name="+", verbose_name=_("safeguard")
    )
    # What readers saw beside the safeguard at that moment; "unrecorded" is no state of theirs.
    state = models.CharField(_("state then"), max_length=10)
    reason = models.CharField(_("reason"), max_length=500)
    role = models.CharField(_("role"), max_length=40)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("reason for a claim")
        verbose_name_plural = _("reasons for claims")
        ordering = ["edition", "safeguard__position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="claim_reason_one_per_safeguard", fields=["edition", "safeguard"]
            ),
            models.CheckConstraint(name="claim_reason_is_written", condition=~Q(reason="")),
            models.CheckConstraint(
                name="claim_reason_has_a_state",
                condition=Q(state__in=["off", "exception", "due", "unrecorded"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.safeguard}"

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly

from .edition import Edition
from .redaction import Redaction


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
    """An edition as a document, made once; it goes only when what it says is no longer right.

    That is when its edition is redacted, and when a legal basis fell that it does not say has.

    It stands in the database and not in a folder: every machine serves it and a backup has it.
    """

    frozen_when = (
        "NOT EXISTS (SELECT 1 FROM editions_redaction r"
        " WHERE r.edition_id = OLD.edition_id AND r.at >= OLD.made_at)"
        " AND OLD.fallen = '' AND NOT EXISTS (SELECT 1 FROM editions_edition e"
        " JOIN editions_notice_foundations t ON t.notice_id = e.notice_id"
        " JOIN editions_foundation f ON f.id = t.foundation_id"
        " WHERE e.id = OLD.edition_id AND f.state = 'fallen')"
    )

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(_("language"), max_length=10)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    # Which legal bases it says have fallen, with their days.
    fallen = models.CharField(max_length=500, blank=True, default="")
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
        if self._state.adding or self.fallen:
            return False
        fallen = self.edition.notice.foundations.filter(state="fallen")
        stored = type(self).objects.filter(pk=self.pk)
        return not fallen.exists() and not stored.outdated().exists()

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly

from .edition import Edition


class EditionHtml(AppendOnly):
    """An edition as readers see it in one language, rendered when it was published."""

    # Only between the row of a redaction and the new digest of its edition.
    admitted_when = (
        "EXISTS (SELECT 1 FROM editions_redaction r JOIN editions_edition e ON e.id = r.edition_id "
        "WHERE e.id = OLD.edition_id AND r.old_digest = e.digest AND r.new_digest <> '' "
        "AND r.id = (SELECT MAX(n.id) FROM editions_redaction n WHERE n.edition_id = e.id))"
    )
    admitted_columns = ("text", "summary")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="html_rows")
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(blank=True)
    summary = models.TextField(blank=True)

    class Meta:
        verbose_name = _("rendered text of an edition")
        verbose_name_plural = _("rendered texts of editions")
        constraints = [
            models.UniqueConstraint(
                name="edition_html_once_per_language", fields=["edition", "language"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} ({self.language})"

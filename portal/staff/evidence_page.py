"""Export the evidence of a period from the staff pages: choose days, get one file."""

from __future__ import annotations

import logging
import tempfile
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from notices.firm import audit
from notices.firm.admin_base import DayInput, MomentInput
from notices.firm.audit import Act
from notices.firm.days import day_of
from notices.firm.inputs.days import DayField, MomentField
from notices.firm.models import AuditEntry
from portal.evidence import packing
from portal.evidence.gathering import count_editions
from portal.evidence.periods import Period, PeriodError, period_of
from portal.evidence.verify import sum_of_pieces

logger = logging.getLogger(__name__)

EXPORT = "editions.export_edition"
# What a page may be asked for; the command has no such bounds.
MOST_DAYS = 1100
MOST_EDITIONS = 1000
LATEST = 5


class ExportForm(forms.Form):
    """Two days, both included, and on request what was known at an earlier moment."""

    first = DayField(label=_("First day"), widget=DayInput)
    last = DayField(label=_("Last day"), widget=DayInput, help_text=_("Both days are included."))
    known_at = MomentField(
        label=_("As it was known at"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty means: all that is recorded today, later entries too."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last, known_at = (cleaned.get(name) for name in ("first", "last", "known_at"))
        if first and last and not self.errors:
            try:
                period = period_of(
                    str(first),
                    str(last),
                    known_at.isoformat() if known_at else "",
                    now=timezone.now(),
                )
            except PeriodError as error:
                raise forms.ValidationError(str(error)) from error
            if period.days > MOST_DAYS or count_editions(period) > MOST_EDITIONS:
                raise forms.ValidationError(
                    _("This is too much for one file here. Please choose a shorter period.")
                )
            cleaned["period"] = period
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(EXPORT, raise_exception=True)
def export_page(request: HttpRequest) -> HttpResponseBase:
    """Ask for the period; on POST send the file and record that it was made."""
    today = day_of(timezone.now())
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        initial={"first": today - timedelta(days=364), "last": today},
    )
    if form.is_valid():
        try:
            return send(request, form.cleaned_data["period"])
        except OSError as error:
            logger.error("Evidence could not be exported: %s", error.strerror)
            form.add_error(None, _("The portal has no room left to make this file."))
    made = AuditEntry.objects.filter(act=Act.EVIDENCE_EXPORTED)
    context = {
        "title": _("Export evidence"),
        "form": form,
        "exports": made.select_related("by")[:LATEST],
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/export.html", context, status=status)


def send(request: HttpRequest, period: Period) -> HttpResponse | FileResponse:
    """Make the file where it vanishes by itself and send it piece by piece."""
    # Closed by the response once it is sent; nothing of it stays on the disk.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        packing.write(file, period)
        file.seek(0)
        digest = sum_of_pieces(file)
        audit.record(
            Act.EVIDENCE_EXPORTED,
            f"{period.first} – {period.last}",
            by=request.user,
            sha256=digest,
            as_known_at=period.known_at.isoformat() if period.known_at else "",
        )
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = f"nachweis-{period.first}-bis-{period.last}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")

"""A setting changed at Zoom: report it, see what readers will see, publish; confirm as a second."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices.firm.admin_base import record
from notices.firm.audit import Act
from notices.firm.inputs.turns import as_text
from notices.firm.languages import all_columns
from notices.safeguards import recording
from notices.safeguards.board import timelines
from notices.safeguards.board.words import state_word
from notices.safeguards.by_hand import evidence_files, reported_rows, reporting
from notices.safeguards.models import Attestation, EvidenceFile, Finding, Safeguard, Source

from .consequences import consequences
from .report_form import FILE_SENTENCES, SENTENCES, ReportForm

REPORT = "safeguards.add_promise"
CONFIRM = "safeguards.confirm_attestation"
SEE_FILES = "safeguards.view_evidencefile"

FIELD_OF = {
    reporting.InTheFuture: "seen_at",
    reporting.NeedsAReason: "note",
    reporting.ReadFromAccount: "value",
    reporting.StillReturned: "value",
}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(REPORT, raise_exception=True)
def report(request: HttpRequest) -> HttpResponse:
    """Take a report in two steps: the form, then a review of what readers will see."""
    by: User = request.user  # type: ignore[assignment]
    if request.method != "POST":
        initial = {name: request.GET.get(name) for name in ("safeguard", "value")}
        return _form_page(request, ReportForm(initial=initial, by=by))
    form = ReportForm(request.POST.dict(), request.FILES, by=by)
    if "_back" in request.POST:
        # Back from the review: everything typed is still there, nothing is wrong.
        return _form_page(request, ReportForm(initial=request.POST.dict(), by=by))
    if not form.is_valid():
        return _form_page(request, form)
    if "_publish" not in request.POST:
        return _review_page(request, form)
    try:
        waiting = _store(request, form.cleaned_data)
    except reporting.RecordingError as error:
        form.add_error(FIELD_OF.get(type(error)), SENTENCES[type(error)])
        return _form_page(request, form)
    except evidence_files.Gone:
        form.add_error("file", FILE_SENTENCES[evidence_files.Gone])
        return _form_page(request, form)
    if waiting and waiting.accepted is None:
        messages.success(
            request, _("Handed over. It is public as soon as a second person confirms.")
        )
    else:
        messages.success(request, _("Published. Readers see it from now on."))
    return HttpResponseRedirect(reverse("admin:index"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CONFIRM, raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report as its reporter saw it; confirm it as the second person or turn it down."""
    attestation = get_object_or_404(Attestation, pk=pk)
    if request.method != "POST":
        return _decide_page(request, attestation)
    try:
        if "_confirm" in request.POST:
            as_read = request.POST.get("as_read", "")
            reporting.confirm(attestation, by=request.user, as_read=as_read)  # type: ignore[arg-type]
            messages.success(request, _what_holds(attestation.safeguard))
        elif "_turn_down" in request.POST:
            reason = " ".join(request.POST.get("reason", "").split())[:300]
            reporting.turn_down(attestation, by=request.user, reason=reason)  # type: ignore[arg-type]
            messages.success(request, _("Turned down. Nothing of it is public."))
        else:
            return HttpResponse(status=400)
    except reporting.TurnedDownWithoutReason as error:
        messages.error(request, SENTENCES[type(error)])
        return _decide_page(request, attestation)
    except reporting.RecordingError as error:
        messages.error(request, f"{_not_confirmed(attestation)} {SENTENCES[type(error)]}")
    return HttpResponseRedirect(reverse("admin:index"))


@require_POST
@permission_required(REPORT, raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let whoever made a report think again."""
    attestation = get_object_or_404(Attestation, pk=pk)
    try:
        reporting.take_back(attestation, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Taken back. Nothing has been changed."))
    except reporting.RecordingError as error:
        messages.error(request, SENTENCES[type(error)])
    return HttpResponseRedirect(reverse("admin:index"))


@require_POST
@permission_required(REPORT, raise_exception=True)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise again what the account does, in one step."""
    safeguard = get_object_or_404(Safeguard, pk=pk)
    try:
        reporting.lift_promise(safeguard, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Promised again. If the account does less, you are told."))
    except reporting.RecordingError as error:
        messages.error(request, SENTENCES[type(error)])
    return HttpResponseRedirect(reverse("admin:index"))


@require_safe
@permission_required(SEE_FILES, raise_exception=True)
def evidence_file(request: HttpRequest, sha256: str) -> HttpResponse:
    """Hand out an evidence file to be stored, never to be shown as a page of this portal."""
    row = get_object_or_404(EvidenceFile, sha256=sha256)
    try:
        content = evidence_files.content_of(row)
    except evidence_files.Gone as error:
        raise Http404 from error
    name = f"nachweis-{row.uploaded_at:%Y-%m-%d}-{row}{evidence_files.extension_of(row.media_type)}"
    return HttpResponse(
        content,
        content_type=row.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


@transaction.atomic
def _store(request: HttpRequest, data: dict[str, Any]) -> Attestation | None:
    by: User = request.user  # type: ignore[assignment]
    file = evidence_files.adopt(data["kept_file"], by) if data["kept_file"] else None
    if data["is_only_check"]:
        recording.record_check(
            [data["safeguard"]],
            at=data["seen_at"] or timezone.now(),
            source=Source.HAND,
            role=reporting.role_of(by),
            by=by,
        )
        message = reported_rows.evidence_of(data["note"], file)
        record(request, Act.SAFEGUARD_CHECKED, data["safeguard"], message)
        return None
    waiting = reporting.report_change(
        data["safeguard"],
        data["value"],
        by=by,
        **all_columns("reason", data),
        seen_at=data["seen_at"],
        lock=Finding.Lock(data["lock"]),
        note=data["note"],
        evidence_file=file,
    )
    if waiting:
        waiting.refresh_from_db()
    return waiting


def _state_now(safeguard: Safeguard) -> str:
    situation = timelines.load_now().situation(safeguard, timezone.now())
    return state_word(situation.state) if situation else gettext("no record yet")


def _what_holds(safeguard: Safeguard) -> str:
    """Say what readers see after a confirmation: read from the result, not from the request."""
    return gettext("Confirmed. Readers see from now on: %(state)s.") % {
        "state": _state_now(safeguard)
    }


def _not_confirmed(report: Attestation) -> str:
    """Say that nothing was confirmed, and what holds instead."""
    return gettext("Not confirmed: by now it holds: %(state)s.") % {
        "state": _state_now(report.safeguard)
    }


def _newest_reading(safeguard: Safeguard) -> str:
    newest = safeguard.findings.last()
    if newest is None:
        return gettext("The newest reading: none so far")
    return gettext("The newest reading: %(words)s, %(moment)s (%(source)s)") % {
        "words": newest.get_verdict_display(),
        "moment": as_text(newest.seen_at),
        "source": newest.get_source_display(),
    }


def _decide_page(request: HttpRequest, report: Attestation) -> HttpResponse:
    if report.decided_at is not None or (
        settings.FOUR_EYES and report.reported_by_id == request.user.pk
    ):
        why = reporting.SamePerson if report.decided_at is None else reporting.AlreadyDecided
        messages.info(request, SENTENCES[why])
        return HttpResponseRedirect(reverse("admin:index"))
    now = timezone.now()
    context = {
        "report": report,
        "newest_reading": _newest_reading(report.safeguard),
        "consequences": consequences(
            timelines.load_since(report.seen_at),
            report,
            now,
            is_only_check=False,
            four_eyes=settings.FOUR_EYES,
        ),
        "title": _("Confirm a report"),
    }
    return TemplateResponse(request, "admin/report_decide.html", context)


def _form_page(request: HttpRequest, form: ReportForm) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/report.html",
        {"form": form, "title": _("Setting changed"), "subtitle": None},
    )


def _review_page(request: HttpRequest, form: ReportForm) -> HttpResponse:
    now = timezone.now()
    data = form.cleaned_data
    seen_at = data["seen_at"]
    read = timelines.load_since(seen_at) if seen_at else timelines.load_now()
    report = Attestation(
        safeguard=data["safeguard"],
        value=data["value"],
        lock=data["lock"],
        seen_at=seen_at or now,
        reported_by=form.by,
        reported_at=now,
        **all_columns("reason", data),
    )
    return TemplateResponse(
        request,
        "admin/report_review.html",
        {
            "form": form,
            "safeguard": data["safeguard"],
            "seen_at": data["seen_at"],
            "consequences": consequences(
                read,
                report,
                now,
                is_only_check=data["is_only_check"],
                four_eyes=settings.FOUR_EYES,
            ),
            "title": _("Is this right?"),
        },
    )

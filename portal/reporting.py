"""A setting changed at Zoom: report it, see what readers will see, publish; confirm as a second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
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
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices.firm.staff import MomentInput, record, refuse_join_link
from notices.safeguards import board, evidence, recording
from notices.safeguards.models import Attestation, EvidenceFile, Finding, Safeguard, Source
from notices.safeguards.rereading import request_reread
from notices.safeguards.states import Lock, Situation, State

from .consequences import consequences

REPORT = "safeguards.add_promise"
CONFIRM = "safeguards.confirm_attestation"
SEE_FILES = "safeguards.view_evidencefile"

SENTENCES = {
    recording.InTheFuture: _("This moment lies in the future. Report the change once it is made."),
    recording.NeedsAReason: _(
        "This was more than 24 hours ago. Please note how you know since when it holds."
    ),
    recording.SamePerson: _("You reported this yourself. Another person has to confirm it."),
    recording.ReadFromAccount: _(
        "This is read from the Zoom account. A check is asked for and runs within minutes."
    ),
    recording.AlreadyDecided: _("Somebody has decided about this report already."),
}
FILE_SENTENCES: dict[type[evidence.EvidenceError], Any] = {
    evidence.TooLarge: _("This file is larger than 5 MB. Please choose a smaller one."),
    evidence.WrongKind: _(
        "This is no PNG, JPEG or PDF, or it is not what its name says. Please choose another file."
    ),
    evidence.Gone: _("The file is no longer there. Please choose it again."),
}
FIELD_OF = {
    recording.InTheFuture: "seen_at",
    recording.NeedsAReason: "note",
    recording.ReadFromAccount: "value",
}
UNCHANGED = "unchanged"
# What readers are told when a check found nothing new.
RENEWED = ("Geprüft, die Einstellung ist unverändert.", "Checked, the setting is unchanged.")


class ReportForm(forms.Form):
    """Seven fields: what, how, since when, why, and how we know."""

    safeguard: forms.ModelChoiceField[Safeguard] = forms.ModelChoiceField(
        label=_("Which safeguard?"),
        queryset=Safeguard.objects.all(),
        empty_label=_("Please choose"),
    )
    value = forms.ChoiceField(
        label=_("What is set at Zoom now?"),
        widget=forms.RadioSelect,
        choices=[
            (UNCHANGED, _("Unchanged: I only checked it")),
            ("on", _("Protection is on")),
            ("exception", _("Protection is on, with an exception")),
            ("off", _("Protection is off")),
            ("retired", _("Zoom no longer offers this setting")),
        ],
    )
    lock = forms.ChoiceField(
        label=_("Is it locked at Zoom?"),
        choices=[
            (Lock.UNKNOWN.value, _("I do not know")),
            (Lock.LOCKED.value, _("Yes, locked for everyone")),
            (Lock.UNLOCKED.value, _("No, hosts can change it")),
            (Lock.NOT_LOCKABLE.value, _("Zoom offers no lock")),
        ],
        help_text=_("At Zoom, a small padlock stands beside a locked setting."),
    )
    seen_at = forms.DateTimeField(
        label=_("Since when?"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty means: since now."),
    )
    reason_de = forms.CharField(
        label=_("Reason, German"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"lang": "de"}),
        help_text=_("One sentence, readers see it. Example: Der Warteraum ist jetzt für alle an."),
    )
    reason_en = forms.CharField(
        label=_("Reason, English"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"lang": "en"}),
        help_text=_("Example: The waiting room is now on for everyone."),
    )
    note = forms.CharField(
        label=_("How do you know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Only for us. Example: Im Zoom-Konto nachgesehen, Bildschirmfoto im Ordner Zoom."
        ),
    )

    file = forms.FileField(
        label=_("File that shows it"),
        required=False,
        help_text=_("Only for us: a screenshot (PNG or JPEG) or a PDF of at most 5 MB."),
    )
    # What was uploaded in an earlier step, so that nobody has to choose it again.
    kept_file = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    @property
    def kept(self) -> evidence.Kept | None:
        """Return the file that waits for this report."""
        try:
            return evidence.kept(self["kept_file"].value() or "", self.by)
        except evidence.Gone:
            return None

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                token = evidence.keep(upload, self.by)
            except evidence.EvidenceError as error:
                raise forms.ValidationError(FILE_SENTENCES[type(error)]) from error
            # Stored even if another field is wrong: the next step must find it.
            self.data = {**self.data, "kept_file": token}
        return upload

    def clean_kept_file(self) -> evidence.Kept | None:
        if self.cleaned_data.get("kept_file") and self.kept is None:
            self.data = {**self.data, "kept_file": ""}
            self.add_error("file", FILE_SENTENCES[evidence.Gone])
        return self.kept

    def clean_seen_at(self) -> Any:
        seen_at = self.cleaned_data["seen_at"]
        if seen_at and seen_at > timezone.now():
            raise forms.ValidationError(SENTENCES[recording.InTheFuture])
        return seen_at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("reason_de", "reason_en"):
            try:
                refuse_join_link(data.get(name, ""))
            except forms.ValidationError as error:
                self.add_error(name, error)
        seen_at = data.get("seen_at")
        is_old = seen_at and timezone.now() - seen_at > timedelta(hours=24)
        if is_old and not data.get("note", "").strip():
            self.add_error("note", SENTENCES[recording.NeedsAReason])
        data["is_only_check"] = False
        if data.get("value") == UNCHANGED and data.get("safeguard"):
            if recording.is_read_from_account(data["safeguard"]):
                self._ask_the_account()
            else:
                self._take_what_is_known(data)
        elif self._needs_check(data):
            self._ask_the_account()
        elif not data.get("reason_de", "").strip():
            self.add_error("reason_de", _("Please tell readers in one sentence why."))
        return data

    def _needs_check(self, data: dict[str, Any]) -> bool:
        safeguard, value = data.get("safeguard"), data.get("value")
        return bool(safeguard and value and recording.needs_check(safeguard, value))

    def _ask_the_account(self) -> None:
        request_reread()
        self.add_error("value", SENTENCES[recording.ReadFromAccount])

    def _take_what_is_known(self, data: dict[str, Any]) -> None:
        """Turn "unchanged" into the state that is on record."""
        situation = board.load().situation(data["safeguard"], timezone.now())
        if situation is None or situation.state is State.RETIRED or situation.last_known is None:
            self.add_error(
                "value", _("Nothing is on record for this safeguard. Please say what is set now.")
            )
            return
        if situation.last_known is State.OFF or _differs_below(situation):
            # Still weaker than promised: the check is new, the deviation stays open.
            data["is_only_check"] = True
        data["value"] = situation.last_known.value
        if data["lock"] == Lock.UNKNOWN.value:
            data["lock"] = situation.lock.value
        for name, sentence in zip(("reason_de", "reason_en"), RENEWED, strict=True):
            data[name] = data.get(name) or sentence


def _differs_below(situation: Situation) -> bool:
    return situation.finding is not None and situation.finding.differs_below


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
    except recording.RecordingError as error:
        form.add_error(FIELD_OF.get(type(error)), SENTENCES[type(error)])
        return _form_page(request, form)
    except evidence.Gone:
        form.add_error("file", FILE_SENTENCES[evidence.Gone])
        return _form_page(request, form)
    if waiting and waiting.accepted is None:
        messages.success(
            request, _("Handed over. It is public as soon as a second person confirms.")
        )
    else:
        messages.success(request, _("Published. Readers see it from now on."))
    return HttpResponseRedirect(reverse("admin:index"))


@require_POST
@permission_required(CONFIRM, raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a reported state as the second person, or turn it down."""
    attestation = get_object_or_404(Attestation, pk=pk)
    try:
        if "_confirm" in request.POST:
            recording.confirm(attestation, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Confirmed. Readers see it from now on."))
        elif "_turn_down" in request.POST:
            recording.turn_down(attestation, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Turned down. Nothing of it is public."))
        else:
            return HttpResponse(status=400)
    except recording.RecordingError as error:
        messages.error(request, SENTENCES[type(error)])
    return HttpResponseRedirect(reverse("admin:index"))


@require_safe
@permission_required(SEE_FILES, raise_exception=True)
def evidence_file(request: HttpRequest, sha256: str) -> HttpResponse:
    """Hand out an evidence file to be stored, never to be shown as a page of this portal."""
    row = get_object_or_404(EvidenceFile, sha256=sha256)
    try:
        content = evidence.content_of(row)
    except evidence.Gone as error:
        raise Http404 from error
    name = f"nachweis-{row.uploaded_at:%Y-%m-%d}-{row}{evidence.extension_of(row.media_type)}"
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
    file = evidence.adopt(data["kept_file"], by) if data["kept_file"] else None
    if data["is_only_check"]:
        recording.record_check(
            [data["safeguard"]],
            at=data["seen_at"] or timezone.now(),
            source=Source.HAND,
            role=recording.role_of(by),
            by=by,
        )
        message = recording.evidence_of(data["note"], file)
        record(request, "safeguard-checked", data["safeguard"], message)
        return None
    waiting = recording.report_change(
        data["safeguard"],
        data["value"],
        by=by,
        reason_de=data["reason_de"],
        reason_en=data["reason_en"],
        seen_at=data["seen_at"],
        lock=Finding.Lock(data["lock"]),
        note=data["note"],
        evidence_file=file,
    )
    if waiting:
        waiting.refresh_from_db()
    return waiting


def _form_page(request: HttpRequest, form: ReportForm) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/report.html",
        {"form": form, "title": _("Setting changed"), "subtitle": None},
    )


def _review_page(request: HttpRequest, form: ReportForm) -> HttpResponse:
    now = timezone.now()
    data = form.cleaned_data
    return TemplateResponse(
        request,
        "admin/report_review.html",
        {
            "form": form,
            "safeguard": data["safeguard"],
            "seen_at": data["seen_at"],
            "consequences": consequences(board.load(), data, now, four_eyes=settings.FOUR_EYES),
            "title": _("Is this right?"),
        },
    )

"""Staff pages that propose instead of saving, and the page on which a second person decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from notices.lib import redaction

from ..admin_base import ReadOnly, StaffAdmin
from ..inputs.yes_no import yes_or_no
from ..models import ProposedChange
from . import proposing, redacting
from .proposing import Values

NO_PHRASES = _(
    "Please write at least one and at most 20 passages, each with at least 3 characters."
)
DECIDE = "firm.decide_proposedchange"
ACCEPTED: Any = yes_or_no("accepted", _("confirmed"))
SENTENCES = {
    proposing.DecidedAlready: _("Somebody has decided about this change already."),
    proposing.SamePerson: _("You proposed this change. Another person has to confirm it."),
    proposing.NotYours: _("Somebody else proposed this change, so you cannot take it back."),
    proposing.NotRead: _("Please read both values on this page before you decide."),
    proposing.NoLongerFits: _(
        "What is stored was changed since. Please turn this down and propose it anew."
    ),
    proposing.NeedsAReason: _("Please say why you turn it down."),
}


class SecondPersonNeeded(Exception):
    """Saving this would make something better for readers by one person alone."""

    def __init__(self, row: models.Model, before: Values, after: Values) -> None:
        super().__init__(row)
        self.row, self.before, self.after = row, before, after


class ProposingAdmin(StaffAdmin):
    """A form whose changes of some fields wait for a second person, with all else in it."""

    second_person_for: tuple[str, ...] = ()

    def only_warns(self, before: Values, after: Values) -> bool:
        """Say whether readers can only be told something worse by this change."""
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except SecondPersonNeeded as needed:
            return _proposed(request, needed)

    def restore(self, request: HttpRequest, row: Any) -> HttpResponse:
        try:
            return super().restore(request, row)
        except SecondPersonNeeded as needed:
            return _proposed(request, needed)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        # What waits is known only with the rows of other tables below: `save_related` decides.
        form.instance_was = type(obj)._default_manager.filter(pk=obj.pk).first() if change else None
        names = [name for name in form.cleaned_data if self._is_stored(name)]
        if change:
            names = [name for name in names if name in form.changed_data]
        stored = form.instance_was
        form.before = proposing.values_of(stored, names) if stored else {}
        after = {name: _plain(form.cleaned_data[name]) for name in names}
        form.after = proposing.as_stored(after)
        form.is_guarded = bool(set(names) & set(self.second_person_for)) and not self.only_warns(
            form.before, form.after
        )
        if not (form.is_guarded and settings.FOUR_EYES):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        row, stored = form.instance, form.instance_was
        before, after, is_better = self.tied_rows(row, formsets)
        form.is_guarded = form.is_guarded or is_better
        if form.is_guarded:
            form.before |= before if stored else {}
            form.after |= after
        if form.is_guarded and settings.FOUR_EYES:
            raise SecondPersonNeeded(stored or row, form.before, form.after)
        super().save_related(request, form, formsets, change)
        if form.is_guarded:
            proposing.keep_decided(row, form.before, form.after, by=request.user)  # type: ignore[arg-type]

    def tied_rows(self, row: Any, formsets: Sequence[Any]) -> tuple[Values, Values, bool]:
        """Return what is tied to `row`, what would be, and whether that is better for readers."""
        return {}, {}, False

    def _is_stored(self, name: str) -> bool:
        try:
            self.opts.get_field(name)
        except FieldDoesNotExist:
            return False
        return True


class ProposedChangeAdmin(ReadOnly):
    """Listing what waits, and deciding about one change with both values of every field."""

    list_display = ["subject", "proposed_by", "proposed_at", ACCEPTED, "decided_by"]
    list_filter = ["accepted"]
    list_select_related = ["proposed_by", "decided_by"]
    fields = ["subject", "proposed_by", "proposed_at", ACCEPTED, "decided_by", "reason"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide))
        take_back = self.admin_site.admin_view(require_POST(self.take_back))
        redact = self.admin_site.admin_view(require_POST(self.redact))
        return [
            path("<int:pk>/entscheiden/", view, name="firm_proposedchange_decide"),
            path("<int:pk>/zuruecknehmen/", take_back, name="firm_proposedchange_take_back"),
            path("<int:pk>/schwaerzen/", redact, name="firm_proposedchange_redact"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        change: ProposedChange = context["original"]
        context["rows"] = proposing.fields_of(change)
        context["may_decide"] = (
            change.decided_at is None
            and request.user.has_perm(DECIDE)
            and (change.proposed_by_id != request.user.pk or not settings.FOUR_EYES)
        )
        context["may_take_back"] = (
            change.decided_at is None and change.proposed_by_id == request.user.pk
        )
        context["may_redact"] = request.user.has_perm(redacting.REDACT)
        return super().render_change_form(request, context, *args, **kwargs)

    def redact(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put a mark in the place of personal data, here and in every other proposal."""
        if not request.user.has_perm(redacting.REDACT):
            raise PermissionDenied
        change = get_object_or_404(ProposedChange, pk=pk)
        phrases = redaction.phrases_in(request.POST.get("phrases", "")[:2000])
        reason = " ".join(request.POST.get("reason", "")[:300].split())
        if not phrases:
            messages.error(request, NO_PHRASES)
        elif not reason or any(one.casefold() in reason.casefold() for one in phrases):
            messages.error(request, _("Please say why, without repeating what has to go."))
        elif "_confirm" not in request.POST and (planned := redacting.plan(phrases)):
            return self._ask_before_redacting(request, change, planned, reason)
        elif said := redacting.redact_everywhere(phrases, reason=reason, by=request.user):  # type: ignore[arg-type]
            messages.success(request, " ".join(said))
        else:
            messages.error(request, _("None of these passages is in a proposal."))
        return HttpResponseRedirect(to_change(change))

    def _ask_before_redacting(
        self,
        request: HttpRequest,
        change: ProposedChange,
        planned: list[redacting.Planned],
        reason: str,
    ) -> HttpResponse:
        count = sum(len(one.hits) for one in planned)
        words = ngettext(
            "The words stand in %(count)d place.", "The words stand in %(count)d places.", count
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Redact personal data"),
            "original": change,
            "hits_sentence": words % {"count": count},
            "proposals": planned,
            "phrases": request.POST["phrases"],
            "reason": reason,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/firm/proposedchange/redact_review.html", context)

    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let whoever proposed a change think again."""
        if not request.user.has_perm("firm.view_proposedchange"):
            raise PermissionDenied
        change = get_object_or_404(ProposedChange, pk=pk)
        try:
            proposing.take_back(change, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Taken back. Nothing has been changed."))
        except proposing.ProposingError as error:
            messages.error(request, SENTENCES[type(error)])
        return HttpResponseRedirect(to_change(change))

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm a proposed change or turn it down."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        change = get_object_or_404(ProposedChange, pk=pk)
        as_read = request.POST.get("as_read", "")
        try:
            if "_confirm" in request.POST:
                proposing.confirm(change, by=request.user, as_read=as_read)  # type: ignore[arg-type]
                messages.success(request, _("Confirmed. Readers see it from now on."))
            else:
                proposing.turn_down(
                    change,
                    by=request.user,  # type: ignore[arg-type]
                    as_read=as_read,
                    reason=request.POST.get("reason", "")[:300],
                )
                messages.success(request, _("Turned down. Nothing has been changed."))
        except proposing.ProposingError as error:
            messages.error(request, SENTENCES[type(error)])
        return HttpResponseRedirect(to_change(change))


def _proposed(request: HttpRequest, needed: SecondPersonNeeded) -> HttpResponse:
    """Let wait what cannot be saved by one person; what was half saved is rolled back by now."""
    change = proposing.propose(
        needed.row,
        needed.before,
        needed.after,
        by=request.user,  # type: ignore[arg-type]
    )
    messages.success(request, _("Kept. It becomes public once a second person agrees."))
    return HttpResponseRedirect(to_change(change))


def to_change(change: ProposedChange) -> str:
    return reverse("admin:firm_proposedchange_change", args=[change.pk])


def _plain(value: Any) -> Any:
    if isinstance(value, models.QuerySet):
        return sorted(row.pk for row in value)
    return value.pk if isinstance(value, models.Model) else value

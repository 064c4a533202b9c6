"""Staff page "Übersetzungen": all texts in one language, their state, and the way out and back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices.editions import drafting
from notices.editions.models import Edition
from notices.editions.review import text_sources
from notices.editions.review.translation_state import Translation
from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import FURTHER, column, name_of

from . import importing, xliff
from .units import CURRENT, MISSING, STALE, STATES, Unit, units

SEE = "editions.change_edition"
TO_DO = (MISSING, STALE)
UNREADABLE = gettext_lazy(
    "This is no XLIFF file from this page in this language, or it is larger than 2 MB."
)


class BackForm(forms.Form):
    """The file that a translator sent back."""

    file = forms.FileField(
        label=gettext_lazy("File from the translator"),
        help_text=gettext_lazy("XLIFF 1.2, made from the file that you saved here."),
        widget=forms.FileInput(attrs={"accept": ".xlf,.xliff"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEE, raise_exception=True)
def board(request: HttpRequest, language: str) -> HttpResponse:
    """Show what is to be translated; on POST try a file, or take it over."""
    _require(language)
    form = BackForm(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        try:
            found = xliff.read(form.cleaned_data["file"].read(), language)
            plan = importing.plan(found, language, request.user)  # type: ignore[arg-type]
        except xliff.Unreadable:
            form.add_error("file", UNREADABLE)
    if plan is not None and "_take_over" in request.POST:
        count = importing.take_over(plan, by=request.user)  # type: ignore[arg-type]
        _tell(request, count, plan)
        return HttpResponseRedirect(reverse("admin:translations", args=[language]))
    found_units = list(units(language, request.user))
    counts = Counter(unit.state for unit in found_units)
    shown = request.GET.get("stand", "")
    wanted = (shown,) if shown in STATES else TO_DO
    context = {
        "title": _("Translations: %(name)s") % {"name": name_of(language)},
        "language": language,
        "others": [(one, name_of(one)) for one in FURTHER if one != language],
        "form": form,
        "plan": plan,
        "rows": [(unit, _changes(unit)) for unit in found_units if unit.state in wanted],
        "filters": [(state, word, counts[state]) for state, word in STATES.items()],
        "shown": shown,
        "done": counts[CURRENT],
        "all": len(found_units),
    }
    return TemplateResponse(request, "admin/translating/board.html", context)


@require_safe
@permission_required(SEE, raise_exception=True)
def export(request: HttpRequest, language: str) -> HttpResponse:
    """Hand out what is missing or older, or with `alle` everything, for a translator."""
    _require(language)
    wanted = STATES if "alle" in request.GET else TO_DO
    found = [unit for unit in units(language, request.user) if unit.state in wanted]
    return HttpResponse(
        xliff.write(found, language),
        content_type="application/x-xliff+xml",
        headers={"Content-Disposition": f'attachment; filename="lupe-{language}.xlf"'},
    )


@require_POST
@permission_required(SEE, raise_exception=True)
def still_right(request: HttpRequest, language: str) -> HttpResponse:
    """Note that one translation still says what the German text says now."""
    _require(language)
    known = {unit.key: unit for unit in units(language, request.user)}
    unit = known.get(request.POST.get("key", ""))
    if unit is None or not unit.may_be_confirmed:
        messages.error(request, _("Nothing was noted: this text has changed meanwhile."))
    elif isinstance(unit.row, Edition):
        drafting.confirm(unit.row, language, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Noted: the translation is still right."))
    else:
        text_sources.confirm(unit.row, column(unit.field, language))
        name = audit.name_of_row(unit.row)
        audit.record(Act.EDITION_TRANSLATION_CONFIRMED, name, by=request.user, language=language)
        messages.success(request, _("Noted: the translation is still right."))
    return HttpResponseRedirect(reverse("admin:translations", args=[language]))


def _require(language: str) -> None:
    if language not in FURTHER:
        raise Http404


def _changes(unit: Unit) -> Any:
    """Return what changed in German since, where the text it was made from is kept."""
    is_whole_edition = isinstance(unit.row, Edition) and unit.field == "text"
    if unit.state != STALE or not is_whole_edition:
        return None
    return Translation(unit.row, unit.language)  # type: ignore[arg-type]


def _tell(request: HttpRequest, count: int, plan: importing.Plan) -> None:
    told = ngettext(
        "Translations of %(n)d text are taken over.",
        "Translations of %(n)d texts are taken over.",
        count,
    )
    messages.success(request, told % {"n": count})
    for conflict in plan.conflicts:
        messages.warning(request, f"{conflict.name}: {conflict.why}")

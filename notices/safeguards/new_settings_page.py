"""Where two people say what a new setting of Zoom does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from notices.firm.inputs.one_line import OneLineField

from . import new_settings
from .models import SettingStatement

SAY = "safeguards.add_settingstatement"
CONFIRM = "safeguards.confirm_attestation"
CAPTURES, HARMLESS = "captures", "harmless"
SENTENCES = {
    new_settings.SamePerson: _("You said this yourself. Another person has to confirm it."),
    new_settings.NotRead: _("Please read on this page what was said before you confirm it."),
    new_settings.Outdated: _("Somebody has said something else since. Please read it first."),
    new_settings.NotNew: _("The account does not return a new setting of this name any more."),
}
LEVELS = {
    "account": _("the account"),
    "user": _("single accounts"),
    "group": _("groups"),
    "meeting": _("single meetings"),
}


class StatementForm(forms.Form):
    """What one new setting does, and whether it captures."""

    path = OneLineField(widget=forms.HiddenInput, max_length=200)
    what_it_does = OneLineField(
        label=_("What does it do?"),
        max_length=300,
        help_text=_("One sentence, only for us. Example: Farbe des Rahmens um das Bild."),
    )
    captures = forms.ChoiceField(
        label=_("Can it capture a meeting or pass it on?"),
        widget=forms.RadioSelect,
        choices=[
            (CAPTURES, _("Yes. Readers see at once that something is captured.")),
            (HARMLESS, _("No. This counts once a second person confirms it.")),
        ],
    )

    def __init__(self, one: new_settings.NewSetting, data: Any = None) -> None:
        super().__init__(data, initial={"path": one.path}, auto_id=f"id_{one.path}_%s")
        self.setting = one

    @property
    def level_words(self) -> str:
        """Return where the setting stands, in words."""
        return ", ".join(str(LEVELS.get(level, level)) for level in self.setting.levels)

    @property
    def captures_word(self) -> Any:
        """Return what was last said of it, as the choice says it."""
        said = self.setting.statement
        key = CAPTURES if said and said.captures else HARMLESS
        return dict(self.fields["captures"].choices)[key]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SAY, raise_exception=True)
def new_settings_page(request: HttpRequest) -> HttpResponse:
    """List the new settings; take what somebody says of one, or that a second person agrees."""
    if request.method == "POST" and "_confirm" in request.POST:
        return _confirm(request)
    found = {one.path: one for one in new_settings.found()}
    asked = found.get(request.POST.get("path", ""))
    forms_of = [
        StatementForm(one, request.POST if one is asked else None) for one in found.values()
    ]
    if request.method == "POST":
        if asked is None:
            messages.error(request, SENTENCES[new_settings.NotNew])
            return _back()
        form = next(one for one in forms_of if one.setting is asked)
        if form.is_valid():
            new_settings.say(
                asked.path,
                captures=form.cleaned_data["captures"] == CAPTURES,
                what_it_does=form.cleaned_data["what_it_does"],
                by=request.user,  # type: ignore[arg-type]
            )
            messages.success(request, _("Kept. The next check counts it."))
            return _back()
    context = {
        "title": _("New settings at Zoom"),
        "forms": forms_of,
        "may_confirm": request.user.has_perm(CONFIRM),
    }
    return TemplateResponse(request, "admin/new_settings.html", context)


def _confirm(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(CONFIRM):
        raise PermissionDenied
    pk = request.POST["_confirm"]
    statement = get_object_or_404(SettingStatement, pk=pk if pk.isdecimal() else None)
    try:
        as_read = request.POST.get("as_read", "")
        new_settings.confirm(statement, by=request.user, as_read=as_read)  # type: ignore[arg-type]
        messages.success(request, _("Confirmed. The next check counts it."))
    except new_settings.StatementError as error:
        messages.error(request, SENTENCES[type(error)])
    return _back()


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:new-settings"))

"""The form of a report that a setting changed at Zoom, and what it says when it cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import MomentInput, refuse_join_link
from notices.firm.inputs.days import MomentField
from notices.firm.inputs.one_line import OneLineField
from notices.firm.languages import CODES, column, columns, direction, help_for, name_of
from notices.safeguards import recording
from notices.safeguards.board import timelines
from notices.safeguards.by_hand import evidence_files, reporting
from notices.safeguards.check_requests import request_reread
from notices.safeguards.models import Promise, Safeguard
from notices.safeguards.states import Lock, Situation, State

SENTENCES = {
    reporting.InTheFuture: _("This moment lies in the future. Report the change once it is made."),
    reporting.NeedsAReason: _(
        "This was more than 24 hours ago. Please note how you know since when it holds."
    ),
    reporting.SamePerson: _("You reported this yourself. Another person has to confirm it."),
    reporting.ReadFromAccount: _(
        "This is read from the Zoom account. A check is asked for and runs within minutes."
    ),
    reporting.NotRead: _("Please read the report on this page before you confirm it."),
    reporting.AlreadyDecided: _("Somebody has decided about this report already."),
    reporting.Overtaken: _(
        "Something newer was reported or found since. Please turn this report down."
    ),
    reporting.StillReturned: _(
        "The Zoom account still returns this setting, so Zoom still offers it."
    ),
    reporting.TurnedDownWithoutReason: _("Please say why you turn it down."),
    reporting.NotYours: _("Somebody else made this report, so you cannot take it back."),
    reporting.NothingToLift: _("Here the account does not do more than we promise."),
}
FILE_SENTENCES: dict[type[evidence_files.EvidenceError], Any] = {
    evidence_files.FileTooLarge: _("This file is larger than 5 MB. Please choose a smaller one."),
    evidence_files.WrongKind: _(
        "This is no PNG, JPEG or PDF, or it is not what its name says. Please choose another file."
    ),
    evidence_files.NoRoom: _(
        "The portal has no room left for this file. Report without it, or tell whoever runs the "
        "portal."
    ),
    evidence_files.Gone: _("The file is no longer there. Please choose it again."),
}
UNCHANGED = "unchanged"
# What readers are told when a check found nothing new.
RENEWED = ("Geprüft, die Einstellung ist unverändert.", "Checked, the setting is unchanged.")
REASON_HELP = _("One sentence, readers see it. Example: Der Warteraum ist jetzt für alle an.")


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
            (Promise.Value.ON, _("Protection is on")),
            (Promise.Value.EXCEPTION, _("Protection is on, with an exception")),
            (Promise.Value.OFF, _("Protection is off")),
            (Promise.Value.RETIRED, _("Zoom no longer offers this setting")),
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
    seen_at = MomentField(
        label=_("Since when?"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty means: since now."),
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
    kept_file = OneLineField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        helped = help_for(
            "reason", REASON_HELP, _("Example: The waiting room is now on for everyone.")
        )
        for language in CODES:
            name = column("reason", language)
            self.fields[name] = OneLineField(
                label=_("Reason, %(language)s") % {"language": name_of(language)},
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"lang": language, "dir": direction(language)}),
                help_text=helped[name],
            )

    @property
    def reasons(self) -> list[forms.BoundField]:
        """Return the field for the reason in each language."""
        return [self[name] for name in columns("reason")]

    @property
    def typed(self) -> list[forms.BoundField]:
        """Return what the review carries along; a file can only be sent once."""
        return [field for field in self if field.name != "file"]

    @property
    def kept(self) -> evidence_files.Kept | None:
        """Return the file that waits for this report."""
        try:
            return evidence_files.kept(self["kept_file"].value() or "", self.by)
        except evidence_files.Gone:
            return None

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                token = evidence_files.keep(upload, self.by)
            except evidence_files.EvidenceError as error:
                raise forms.ValidationError(FILE_SENTENCES[type(error)]) from error
            # Stored even if another field is wrong: the next step must find it.
            self.data = {**self.data, "kept_file": token}
        return upload

    def clean_kept_file(self) -> evidence_files.Kept | None:
        if self.cleaned_data.get("kept_file") and self.kept is None:
            self.data = {**self.data, "kept_file": ""}
            self.add_error("file", FILE_SENTENCES[evidence_files.Gone])
        return self.kept

    def clean_seen_at(self) -> Any:
        seen_at = self.cleaned_data["seen_at"]
        if seen_at and seen_at > timezone.now():
            raise forms.ValidationError(SENTENCES[reporting.InTheFuture])
        return seen_at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in columns("reason"):
            try:
                refuse_join_link(data.get(name, ""))
            except forms.ValidationError as error:
                self.add_error(name, error)
        seen_at = data.get("seen_at")
        is_old = seen_at and timezone.now() - seen_at > timedelta(hours=24)
        if is_old and not data.get("note", "").strip():
            self.add_error("note", SENTENCES[reporting.NeedsAReason])
        data["is_only_check"] = False
        if data.get("value") == UNCHANGED and data.get("safeguard"):
            if recording.is_read_from_account(data["safeguard"]):
                self._ask_the_account()
            else:
                self._take_what_is_known(data)
        elif self._needs_check(data):
            self._ask_the_account()
        elif self._is_not_retired(data):
            self.add_error("value", SENTENCES[reporting.StillReturned])
        elif not data.get(column("reason"), "").strip():
            self.add_error(column("reason"), _("Please tell readers in one sentence why."))
        return data

    def _needs_check(self, data: dict[str, Any]) -> bool:
        safeguard, value = data.get("safeguard"), data.get("value")
        return bool(safeguard and value and reporting.needs_check(safeguard, value))

    def _is_not_retired(self, data: dict[str, Any]) -> bool:
        safeguard = data.get("safeguard")
        if safeguard is None or data.get("value") != Promise.Value.RETIRED:
            return False
        return reporting.is_returned(safeguard)

    def _ask_the_account(self) -> None:
        request_reread()
        self.add_error("value", SENTENCES[reporting.ReadFromAccount])

    def _take_what_is_known(self, data: dict[str, Any]) -> None:
        """Turn "unchanged" into the state that is on record."""
        situation = timelines.load_now().situation(data["safeguard"], timezone.now())
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
        for name, sentence in zip(columns("reason"), RENEWED, strict=True):
            data[name] = data.get(name) or sentence


def _differs_below(situation: Situation) -> bool:
    return situation.finding is not None and situation.finding.differs_below

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import refuse_join_link
from notices.firm.languages import CODES, column, columns, help_for

from ..models import AnswerTie, Explanation, QuickAnswer, Safeguard, Wording

MOST_QUICK_ANSWERS = 5


class SafeguardForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Safeguard
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **help_for(
                "name", _("Short, for lists. Example: Warteraum"), _("Example: Waiting room")
            ),
            **help_for(
                "slug",
                _("The part of the address after the #. Example: warteraum"),
                _("Example: waiting-room"),
            ),
            **help_for(
                "zoom_name",
                _("Exactly as in Zoom's settings. Example: Warteraum"),
                _("Exactly as in Zoom's settings. Example: Waiting Room"),
            ),
            "max_age_days": _("So many days after a check readers see “Check due”. Example: 90"),
            "position": _("Smaller numbers stand further up. Example: 3"),
            "key": _("For the program, never changed later. Example: waiting_room"),
            "provider": _("Empty means Zoom. Once somebody has reported it, it stays."),
            "checked_by": _("By hand means: somebody of you looks it up at Zoom."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # Only what no reader has seen may stay off the page: a deviation is never hidden.
        if "listed" in self.changed_data and not data.get("listed") and self._has_records():
            self.add_error(
                "listed",
                _(
                    "Readers see this safeguard, so it stays on the page. "
                    "If Zoom no longer offers it, report that under “Setting changed”."
                ),
            )
        return data

    def _has_records(self) -> bool:
        safeguard = self.instance
        return bool(safeguard.pk and (safeguard.promises.exists() or safeguard.findings.exists()))


class QuickAnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = QuickAnswer
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **help_for(
                "question",
                _("What people ask first. Example: Wird aufgezeichnet?"),
                _("Example: Is it recorded?"),
            ),
            **help_for(
                "question_past",
                _("The same about a past day. Example: Wurde aufgezeichnet?"),
                _("Example: Was it recorded?"),
            ),
            "position": _("Smaller numbers stand further up. Example: 1"),
            "key": _("For the program, never changed later. Example: recording"),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        beside = QuickAnswer.objects.filter(provider=data.get("provider"))
        if self.instance._state.adding and beside.count() >= MOST_QUICK_ANSWERS:
            raise forms.ValidationError(
                _("There are five quick answers already. More would not fit on a phone.")
            )
        return data


class AnswerTieFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """New safeguards behind an answer, each once."""

    def clean(self) -> None:
        super().clean()
        ties = AnswerTie.objects.filter(quick_answer=self.instance.pk)
        tied = set(ties.values_list("safeguard", flat=True))
        for form in self.extra_forms:
            safeguard = form.cleaned_data.get("safeguard") if form.is_valid() else None
            if safeguard and safeguard.pk in tied:
                form.add_error("safeguard", _("This answer depends on it already."))
            elif safeguard:
                tied.add(safeguard.pk)


class WordingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new text for one state; the old one stays for past days."""

    class Meta:
        model = Wording
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "safeguard": _("Choose this or a quick answer, not both."),
            "state": _("For which state readers see this text."),
            **help_for(
                "text",
                _(
                    "What we say, at most 60 characters. "
                    "Example: Das Treffen wird nicht aufgezeichnet."
                ),
                _("Example: The meeting is not recorded."),
            ),
            **help_for(
                "meaning",
                _(
                    "What people notice. "
                    "Example: Niemand kann einen Mitschnitt in der Cloud starten."
                ),
            ),
            **help_for(
                "past", _("Only for quick answers. Example: Nein. Es wurde nicht aufgezeichnet.")
            ),
            **help_for(
                "sentence",
                _(
                    "Only for quick answers, for invitations. "
                    "Example: Das Treffen wird nicht aufgezeichnet."
                ),
            ),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") == Wording.For.NAME:
            self.add_error("state", _("A name is changed where it stands, not here."))
        if bool(data.get("safeguard")) == bool(data.get("quick_answer")):
            raise forms.ValidationError(
                _("Choose either a safeguard or a quick answer that this text is for.")
            )
        if data.get("quick_answer"):
            for name in (column("past"), column("sentence")):
                if not data.get(name):
                    self.add_error(name, _("A quick answer needs this text too."))
        for field in ("text", "meaning", "past", "sentence"):
            for language in CODES:
                name = f"{field}_{language}"
                try:
                    refuse_join_link(data.get(name) or "")
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return data


class ExplanationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A public explanation of a deviation that is open now."""

    class Meta:
        model = Explanation
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "finding": _("Only deviations that are open now can be explained."),
            **help_for(
                "text",
                _(
                    "Readers see this beside the deviation. "
                    "Example: Zoom hat die Einstellung zurückgesetzt. "
                    "Wir stellen sie heute wieder ein."
                ),
            ),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in columns("text"):
            refuse_join_link(data.get(name) or "")
        return data

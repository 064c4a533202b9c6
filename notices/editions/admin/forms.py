from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import MarkdownInput, check_markdown, refuse_join_link
from notices.firm.inputs.made_from_title import MadeFromTitle
from notices.firm.inputs.turns import SeenField, TakesTurns
from notices.firm.languages import (
    CODES,
    FURTHER,
    REQUIRED,
    column,
    columns,
    field_of,
    help_for,
    language_of,
    name_of,
    text_of,
)
from notices.firm.models import Organisation

from ..integrity.digests import is_stale
from ..models import Edition, Foundation, Notice
from .act_forms import LOW, TALL, declared
from .review_form import gap_names

STILL_RIGHT = "still_right"
TITLE_HELP = help_for(
    "title",
    _("Example: Datenschutzhinweise für Videotreffen"),
    _("Example: Privacy notice for video meetings"),
)


class NoticeForm(MadeFromTitle):
    class Meta:
        model = Notice
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **TITLE_HELP,
            **help_for(
                "slug",
                _(
                    "The last part of the address. The old one goes on working. "
                    "Example: videotreffen"
                ),
                _("Example: video-meetings"),
            ),
            "review_due": _("On this day you are reminded to read the text again."),
            "safeguards": _("Their state today stands beside the text."),
            "foundations": _("If one of them falls, this text is listed as affected."),
            "key": _("For the program, never changed later. Example: video-meetings"),
        }


class FoundationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Foundation
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **help_for("name", _("Example: Standardvertragsklauseln der EU-Kommission")),
            "source_url": _("Where it can be read, an official page if there is one."),
            "checked_on": _("When somebody last looked whether it still stands."),
            "fallen_on": _("Only if it has fallen: the day of the ruling or of the end."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        fallen = data.get("state") == Foundation.State.FALLEN
        if fallen and not data.get("fallen_on"):
            self.add_error("fallen_on", _("Please say on which day it fell."))
        if not fallen and data.get("fallen_on"):
            self.add_error("fallen_on", _("It stands, so it has no such day. Leave this empty."))
        return data


class StillRightField(forms.BooleanField):
    """Whether a translation still says what its source says, although that was changed."""

    def __init__(self, language: str) -> None:
        super().__init__(
            label=format_lazy(
                _("The text in {language} is still right"), language=lazy(name_of, str)(language)
            ),
            required=False,
            help_text=_("Tick this if the change of the German text needs no change here."),
        )


StillRight = declared({column(STILL_RIGHT, code): StillRightField(code) for code in FURTHER})


class EditionForm(TakesTurns, StillRight, forms.ModelForm):  # type: ignore[type-arg, misc, valid-type]
    """A draft, its languages side by side."""

    seen = SeenField(required=False)

    despite_gaps = forms.BooleanField(
        label=_("Hand it over although something is missing"),
        required=False,
        help_text=_(
            "Only for privacy notices. Needed if the list above names something that is missing."
        ),
    )

    signed_by = forms.MultipleChoiceField(
        label=_("Signed by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their names stand under the letter, as they are today, for ever."),
    )

    class Meta:
        model = Edition
        fields: list[str] = []  # the fieldsets of the admin choose
        widgets = {
            "summary": MarkdownInput(attrs=LOW),
            "text": MarkdownInput(attrs=TALL),
        }
        help_texts = {
            "notice": _("Each notice has at most one draft."),
            **TITLE_HELP,
            **help_for(
                "summary",
                _("What matters most, in a few lines. It never says more than the text."),
            ),
            **help_for(
                "text", _("## starts a heading, - a point in a list, [word](address) a link.")
            ),
            **help_for(
                "change_note",
                _("For readers, one sentence. Example: Neuer Abschnitt zum Warteraum."),
                _("Example: New section about the waiting room."),
            ),
            "in_force_from": _("Empty means: from the moment it is approved."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read before the form fills the instance with what was typed.
        self._stale = [one for one in FURTHER if is_stale(self.instance, one)]
        self._written = [one for one in FURTHER if text_of(self.instance, "text", one)]
        self._offer_signatures()
        for language in set(FURTHER) - set(self._stale):
            self.fields.pop(column(STILL_RIGHT, language), None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in columns("text", "summary"):
            self._try(check_markdown, name, data)
        for name in columns("title", "text", "summary", "change_note"):
            self._try(refuse_join_link, name, data)
        notice = data.get("notice")
        if notice and notice.editions.exclude(status="published").exists():
            self.add_error(
                "notice", _("This notice has a draft already. Please go on working on that one.")
            )
        self._ask_about_gaps(data)
        return data

    def _offer_signatures(self) -> None:
        """Let the firms that share this portal sign a letter; one firm needs no signature."""
        firms = Organisation.objects.current()
        if not (self.instance.pk and self.instance.notice.is_signed and firms.other_firms):
            self.fields.pop("signed_by", None)
            return
        names = [firm.legal_name for firm in firms.firms]
        # Whoever signed the last edition may have another name by now.
        names += [name for name in self.instance.signed_by if name not in names]
        self.fields["signed_by"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    def _ask_about_gaps(self, data: dict[str, Any]) -> None:
        """Name what is missing, before somebody else spends time on the text."""
        notice = data.get("notice") or (self.instance.notice if self.instance.pk else None)
        if "_submit" not in self.data or notice is None or data.get("despite_gaps"):
            return
        texts = {language: data.get(column("text", language)) or "" for language in CODES}
        names = gap_names(notice.kind, texts)
        if names:
            self.add_error(
                "despite_gaps",
                _("Missing: %(names)s. Please add it, or tick here to hand it over like this.")
                % {"names": "; ".join(names)},
            )

    def _try(self, check: Any, name: str, data: dict[str, Any]) -> None:
        try:
            check(data.get(name) or "")
        except forms.ValidationError as error:
            self.add_error(name, error)

    @property
    def right(self) -> list[str]:
        """Return the translations that are those of the text as it now stands."""
        return [one for one in FURTHER if self._kept_up(one) or self._is_ticked(one)]

    def _is_ticked(self, language: str) -> bool:
        return bool(self.cleaned_data.get(column(STILL_RIGHT, language)))

    def _kept_up(self, language: str) -> bool:
        """Say whether a translation was edited along with what changed in its source.

        A note on what is new, written in that language, says nothing about the text beside it.
        """
        if any(language_of(name) == REQUIRED for name in self.taken):
            # Somebody else changed the source meanwhile: this translation has not seen that.
            return False
        source, translated = (
            {field_of(name) for name in self.changed_data if language_of(name) == one}
            - {STILL_RIGHT}
            for one in (REQUIRED, language)
        )
        if language in self._stale or language not in self._written:
            return "text" in translated
        return bool(translated) and source <= translated

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.firm.staff import MarkdownInput, MomentInput, check_markdown, refuse_join_link

from .colliding import DRAFT_FIELDS, Difference, as_text, differences, draft_digest, stored_texts
from .confirming import gap_names
from .digests import english_is_stale
from .models import Edition, Foundation, Notice

LANGUAGES = ("de", "en")
TALL = {"rows": 24}
LOW = {"rows": 8}


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Notice
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "title_de": _("Example: Datenschutzhinweise für Videotreffen"),
            "title_en": _("Example: Privacy notice for video meetings"),
            "slug_de": _(
                "The last part of the address. The old one goes on working. Example: videotreffen"
            ),
            "slug_en": _("Example: video-meetings"),
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
            "name_de": _("Example: Standardvertragsklauseln der EU-Kommission"),
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


class SeenField(forms.CharField):
    """What was stored when somebody began to type; nobody edits it."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class EditionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A draft, German on the left and English on the right."""

    seen = SeenField(required=False)

    english_still_right = forms.BooleanField(
        label=_("The English text is still right"),
        required=False,
        help_text=_("Tick this if the change of the German text needs no change in English."),
    )

    despite_gaps = forms.BooleanField(
        label=_("Hand it over although something is missing"),
        required=False,
        help_text=_(
            "Only for privacy notices. Needed if the list above names something that is missing."
        ),
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
            "title_de": _("Example: Datenschutzhinweise für Videotreffen"),
            "title_en": _("Example: Privacy notice for video meetings"),
            "summary_de": _("What matters most, in a few lines. It never says more than the text."),
            "text_de": _("## starts a heading, - a point in a list, [word](address) a link."),
            "change_note_de": _(
                "For readers, one sentence. Example: Neuer Abschnitt zum Warteraum."
            ),
            "change_note_en": _("Example: New section about the waiting room."),
            "in_force_from": _("Empty means: from the moment it is approved."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read before the form fills the instance with what was typed.
        self._was_stale = english_is_stale(self.instance)
        self._had_english = bool(self.instance.text_en)
        self._stored = stored_texts(self.instance)
        self._stored_digest = draft_digest(self.instance)
        self.differences: list[Difference] = []
        if self.instance.pk:
            self.fields["seen"].initial = self._stored_digest
        else:
            self.fields.pop("seen", None)
        if not self._was_stale:
            self.fields.pop("english_still_right", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for language in LANGUAGES:
            for field in ("text", "summary"):
                self._try(check_markdown, f"{field}_{language}", data)
            for field in ("title", "text", "summary", "change_note"):
                self._try(refuse_join_link, f"{field}_{language}", data)
        notice = data.get("notice")
        if notice and notice.editions.exclude(status="published").exists():
            self.add_error(
                "notice", _("This notice has a draft already. Please go on working on that one.")
            )
        self._ask_about_gaps(data)
        self._notice_a_second_editor(data)
        return data

    def _notice_a_second_editor(self, data: dict[str, Any]) -> None:
        """Refuse once if somebody saved other words since this page was opened.

        A form without `seen` has seen nothing. The refused page carries what is stored now, so
        that saving it is a decision.
        """
        if "seen" not in self.fields or data.get("seen") == self._stored_digest:
            return
        changed = [name for name in DRAFT_FIELDS if name in self.changed_data]
        # A value that the form refuses is shown as it was typed.
        typed = {name: as_text(data.get(name, self[name].data)) for name in changed}
        labels = {name: str(self[name].label) for name in changed}
        self.differences = differences(self._stored, typed, labels)
        if not self.differences:
            return
        self.data = {name: self.data.get(name) for name in self.data} | {
            "seen": self._stored_digest
        }
        self.add_error(
            None,
            _(
                "Somebody else has saved this draft since you opened it. Nothing of yours is "
                "saved yet and nothing is lost: your words are still in the fields. "
                "Compare, then save again; what stands in the fields then replaces what is stored."
            ),
        )
        for difference in self.differences:
            self.add_error(difference.name, _("Something else is stored here by now."))

    def _ask_about_gaps(self, data: dict[str, Any]) -> None:
        """Name what is missing, before somebody else spends time on the text."""
        notice = data.get("notice") or (self.instance.notice if self.instance.pk else None)
        if "_submit" not in self.data or notice is None or data.get("despite_gaps"):
            return
        texts = {language: data.get(f"text_{language}") or "" for language in LANGUAGES}
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
    def english_was_edited(self) -> bool:
        """Say whether English kept up with what changed in German.

        A note on what is new, written in English, says nothing about the text beside it.
        """
        german = {name[:-3] for name in self.changed_data if name.endswith("_de")}
        english = {name[:-3] for name in self.changed_data if name.endswith("_en")}
        if self._was_stale or not self._had_english:
            return "text" in english
        return bool(english) and german <= english


class ReviewForm(forms.Form):
    """What a reviewer decides about an edition."""

    in_force_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty means: from now on."),
    )
    comment = forms.CharField(
        label=_("Comment for the author"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Needed only if you return the text. Example: Abschnitt 3 nennt ein altes Datum."
        ),
    )


class CorrectionForm(forms.Form):
    """The texts of a published edition with a typing error put right."""

    title_de = forms.CharField(label=_("Title (German)"), max_length=120)
    title_en = forms.CharField(label=_("Title (English)"), max_length=120, required=False)
    summary_de = forms.CharField(
        label=_("In short (German)"), required=False, widget=MarkdownInput(attrs=LOW), strip=False
    )
    summary_en = forms.CharField(
        label=_("In short (English)"), required=False, widget=MarkdownInput(attrs=LOW), strip=False
    )
    text_de = forms.CharField(
        label=_("Text (German)"), widget=MarkdownInput(attrs=TALL), strip=False
    )
    text_en = forms.CharField(
        label=_("Text (English)"), required=False, widget=MarkdownInput(attrs=TALL), strip=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, text in data.items():
            try:
                refuse_join_link(text)
                if not name.startswith("title"):
                    check_markdown(text)
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data


class WithdrawForm(forms.Form):
    """Why an edition is withdrawn, for readers."""

    reason_de = forms.CharField(
        label=_("Public reason (German)"),
        max_length=300,
        help_text=_(
            "One sentence for readers. Example: Abschnitt 3 nannte einen falschen Empfänger."
        ),
    )
    reason_en = forms.CharField(label=_("Public reason (English)"), max_length=300, required=False)

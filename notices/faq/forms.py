from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.firm import days
from notices.firm.admin_base import MarkdownInput, check_markdown, refuse_join_link
from notices.firm.inputs.made_from_title import MadeFromTitle
from notices.firm.languages import CODES, REQUIRED, help_for
from notices.lib.same_meaning import OneWordAlone, SilentWord, words_of_list

from .models import Question, Synonyms, Topic


class TopicForm(MadeFromTitle):
    class Meta:
        model = Topic
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **help_for("title", _("Example: Vor dem Treffen"), _("Example: Before the meeting")),
            **help_for(
                "slug",
                _("The part of the address after the #. Example: vorher"),
                _("Example: before"),
            ),
            "position": _("Smaller numbers stand further up. Example: 1"),
            "key": _("For the program, never changed later. Example: before"),
        }


class QuestionForm(MadeFromTitle):
    titled = "question"

    class Meta:
        model = Question
        fields: list[str] = []  # the fieldsets of the admin choose
        widgets = {
            "answer": MarkdownInput(attrs={"rows": 10}),
            "asked_as": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            **help_for(
                "question",
                _("As people ask it. Example: Kann ich ohne Konto teilnehmen?"),
                _("Example: Can I take part without an account?"),
            ),
            **help_for(
                "answer",
                _(
                    "The answer comes first: Ja, Nein or a number. "
                    "A blank line starts a new paragraph."
                ),
            ),
            **help_for(
                "asked_as",
                _(
                    "For the search only, never shown: how people put it in their own words, "
                    "one way on each line. Example: Muss ich etwas herunterladen?"
                ),
            ),
            "lead": _(
                "If this is chosen, today's answer stands first by itself. "
                "Then write nothing about what is switched on."
            ),
            "safeguards": _("Their state today stands below the answer."),
            "reviewed_on": _("The day on which somebody of you last read it; readers see it."),
            **help_for(
                "slug",
                _("The last part of the address. The old one goes on working. Example: ohne-konto"),
                _("Example: no-account"),
            ),
            "position": _("Smaller numbers stand further up. Example: 1"),
            "key": _("For the program, never changed later. Example: no-account"),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reviewed_on") and data["reviewed_on"] > days.today():
            self.add_error("reviewed_on", _("This day lies in the future."))
        for language in CODES:
            name = f"answer_{language}"
            try:
                check_markdown(data.get(name) or "")
                refuse_join_link(data.get(name) or "")
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data


class SynonymsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Synonyms
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "words": _(
                "At least two words with commas between them. A search for one of them also "
                "finds the others. Example: Passwort, Kennwort, Kenncode, PIN"
            ),
        }

    def clean_words(self) -> str:
        try:
            return ", ".join(words_of_list(self.cleaned_data["words"], self._language()))
        except OneWordAlone as error:
            raise forms.ValidationError(
                _("One word alone says nothing. Write at least two, with a comma between them.")
            ) from error
        except SilentWord as error:
            raise forms.ValidationError(
                _("A search pays no attention to “%(word)s”. Please take it out."),
                params={"word": error.word},
            ) from error

    def _language(self) -> str:
        return self.cleaned_data.get("language") or REQUIRED

"""What is asked on the way from a letter to a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.editions.models import Edition, Notice
from notices.firm.admin_base import MarkdownInput, check_markdown, refuse_join_link
from notices.firm.inputs.one_line import guard
from notices.firm.languages import REQUIRED, column, direction
from notices.lib import letters
from notices.lib.letters import Fault, Letter, LetterError
from notices.lib.markdown.limits import MAX_CHARACTERS
from notices.safeguards.models import Safeguard

TITLE, TEXT = column("title"), column("text")
ENDINGS = ",".join(letters.ENDINGS)
SENTENCES = {
    Fault.EMPTY: _("This file is empty."),
    Fault.TOO_LARGE: _("This file is too large: at most 5 MB."),
    Fault.UNKNOWN_ENDING: _(
        "Letters are read from .docx, .odt, .html, .txt and .md. Save yours as one of them."
    ),
    Fault.OTHER_INSIDE: _("The name of this file says one kind, and another kind is inside."),
    Fault.OLD_WORD: _(
        "This is an old or a locked file of Word. Save it as .docx without a password."
    ),
    Fault.IS_PDF: _("A PDF knows no paragraphs. Choose the file from which it was made."),
    Fault.BROKEN: _("This file is damaged. Open it in your word processor and save it again."),
    Fault.UNPACKS_TOO_LARGE: _("This file unpacks to far more than a letter. Nothing was read."),
    Fault.HAS_MACROS: _("This file holds programs (macros). Save it without them."),
    Fault.HAS_ENTITIES: _(
        "This file reaches for other files, as no letter does. Nothing was read."
    ),
    Fault.LOCKED: _("This file is locked with a password. Save it without one."),
    Fault.TOO_TANGLED: _("This file is too long or too tangled for a letter. Paste its text."),
    Fault.NO_WORDS: _("There are no words in it. A picture of a letter cannot be read."),
}


class LetterForm(forms.Form):
    """A letter as a file, or its text pasted."""

    file = forms.FileField(
        label=_("The letter as a file"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        help_text=_(".docx, .odt, .html, .txt or .md, at most 5 MB. The file itself is not kept."),
    )
    pasted = forms.CharField(
        label=_("Or its text, pasted"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    letter: Letter

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file, pasted = data.get("file"), data.get("pasted") or ""
        if self.errors:
            return data
        if file is None and not pasted.strip():
            self.add_error("file", _("Please choose a file or paste a text."))
            return data
        try:
            if file is None:
                self.letter = letters.typed(pasted)
            else:
                # One more than allowed tells a file that is too large, and no more is read.
                self.letter = letters.read(file.name, file.read(letters.LARGEST + 1))
        except LetterError as error:
            self.add_error("pasted" if file is None else "file", SENTENCES[error.code])
            return data
        if len(self.letter.text) > MAX_CHARACTERS:
            self.add_error("file", SENTENCES[Fault.TOO_TANGLED])
        return data


class DraftForm(forms.Form):
    """The letter as a draft of a notice, and which safeguards it claims."""

    notice: forms.ModelChoiceField[Notice] = forms.ModelChoiceField(
        label=_("It becomes the new edition of"),
        queryset=Notice.objects.none(),
        help_text=_("A notice that has a draft already is not offered."),
    )
    safeguards: forms.ModelMultipleChoiceField[Safeguard] = forms.ModelMultipleChoiceField(
        label=_("The text claims these safeguards"),
        queryset=Safeguard.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marked = {"lang": REQUIRED, "dir": direction(REQUIRED)}
        self.fields[TITLE] = guard(
            forms.CharField(
                label=_("Title"),
                max_length=Edition._meta.get_field("title").max_length,
                widget=forms.TextInput(attrs=marked),
            )
        )
        self.fields[TEXT] = forms.CharField(
            label=_("Text"),
            strip=False,
            widget=MarkdownInput(attrs={"rows": 24, **marked}),
            help_text=_("## starts a heading, - a point in a list, [word](address) a link."),
        )
        with_draft = Edition.objects.exclude(status=Edition.Status.PUBLISHED)
        free = Notice.objects.exclude(pk__in=with_draft.values("notice"))
        self.fields["notice"].queryset = free  # type: ignore[attr-defined]
        self.fields["safeguards"].queryset = Safeguard.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        checks = ((TITLE, refuse_join_link), (TEXT, refuse_join_link), (TEXT, check_markdown))
        for name, check in checks:
            try:
                check(data.get(name) or "")
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data

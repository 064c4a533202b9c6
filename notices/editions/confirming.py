"""What a reviewer is asked before an edition is published with something open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notices.lib import reading_ease
from notices.lib.reading_ease import Hints

from . import completeness, english
from .claims import OpenClaim, open_claims
from .completeness import Line
from .models import Edition


class ConfirmationForm(forms.Form):
    """One question for each thing that is open: English, and every claim that is not simply on.

    Nothing is asked of a reviewer who returns the text, so the fields are never required here;
    `publish` names what is missing.
    """

    def __init__(self, edition: Edition, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.claims: list[OpenClaim] = open_claims(edition.notice, timezone.now())
        if not english.is_current(edition):
            self.fields["without_english"] = forms.BooleanField(
                label=_("Publish without a current English text"),
                required=False,
                help_text=(
                    _("Readers of the English page see the older English text, and that it is.")
                    if edition.text_en
                    else _("Readers of the English page see the German text, marked as German.")
                ),
            )
        for claim in self.claims:
            self.fields[_field(claim)] = forms.CharField(
                label=gettext("%(name)s (%(state)s): why does the text stay right?")
                % {"name": claim.name, "state": claim.state_word},
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_(
                    "Kept with the edition, not public. "
                    "Example: Der Text sagt selbst, dass bei Belegprüfungen aufgezeichnet wird."
                ),
            )

    @property
    def without_english(self) -> bool:
        return bool(self.cleaned_data.get("without_english"))

    @property
    def claims_reasons(self) -> dict[str, str]:
        return {claim.key: self.cleaned_data.get(_field(claim), "") for claim in self.claims}


class Reading:
    """What staff are shown beside a draft: gaps, English, reading ease."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._texts = {"de": edition.text_de or "", "en": edition.text_en or ""}

    @cached_property
    def checklist(self) -> list[Line]:
        return completeness.checklist(self.edition.notice.kind, self._texts)

    @property
    def gaps(self) -> list[Line]:
        return [line for line in self.checklist if line.missing_in]

    @property
    def gaps_sentence(self) -> str:
        count = len(self.gaps)
        return ngettext(
            "%(count)d thing is missing that a privacy notice must say:",
            "%(count)d things are missing that a privacy notice must say:",
            count,
        ) % {"count": count}

    @cached_property
    def source(self) -> Edition | None:
        """Return the edition whose German text the English one was made from, if it is known."""
        return english.german_source(self.edition)

    @cached_property
    def german_changes(self) -> Sequence[Any]:
        return english.german_changes(self.edition, self.source) if self.source else []

    @cached_property
    def hints(self) -> list[tuple[str, Hints]]:
        """Return the hints per language, for texts that could be easier to read."""
        found = [(language, reading_ease.hints(text)) for language, text in self._texts.items()]
        return [(language, hints) for language, hints in found if not hints.is_easy]


def gap_names(kind: str, texts: Mapping[str, str]) -> list[str]:
    """Return what `texts` of a notice do not say, by name and language."""
    words = {"de": gettext("German"), "en": gettext("English")}
    lines = completeness.checklist(kind, texts)
    return [
        f"{line.name} ({', '.join(words[language] for language in line.missing_in)})"
        for line in lines
        if line.missing_in
    ]


def _field(claim: OpenClaim) -> str:
    return f"claim_{claim.key}"

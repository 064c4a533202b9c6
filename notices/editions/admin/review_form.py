"""What a reviewer is asked before an edition is published with something open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import FURTHER, column, name_of, texts_of
from notices.lib import reading_ease
from notices.lib.reading_ease import Hints

from ..models import Edition
from ..review import completeness, translation_state
from ..review.claims import OpenClaim, open_claims
from ..review.completeness import Line
from ..review.translation_state import Translation


class ConfirmationForm(forms.Form):
    """One question for each thing that is open: translations, claims that are not simply on.

    Nothing is asked of a reviewer who returns the text, so the fields are never required here;
    `publish` names what is missing.
    """

    def __init__(self, edition: Edition, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.claims: list[OpenClaim] = open_claims(edition.notice, timezone.now())
        for language in translation_state.not_current(edition):
            self.fields[column("without", language)] = forms.BooleanField(
                label=gettext("Publish without a current text in %(language)s")
                % {"language": name_of(language)},
                required=False,
                help_text=(
                    _("Readers of that page see the German text, marked as German.")
                    if translation_state.lacks(edition, language)
                    else _("Readers of that page see the older text, and that it is older.")
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
    def without(self) -> list[str]:
        """Return the languages in which nothing, or something older, may be published."""
        return [one for one in FURTHER if self.cleaned_data.get(column("without", one))]

    @property
    def claims_reasons(self) -> dict[str, str]:
        return {claim.key: self.cleaned_data.get(_field(claim), "") for claim in self.claims}


class DraftNotes:
    """What staff are shown beside a draft: gaps, translations, reading ease."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._texts = texts_of(edition, "text")

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
    def translations(self) -> list[Translation]:
        """Return the translations that are missing or older than their source."""
        languages = translation_state.not_current(self.edition)
        return [Translation(self.edition, language) for language in languages]

    @cached_property
    def hints(self) -> list[tuple[str, Hints]]:
        """Return the hints per language, for texts that could be easier to read."""
        found = [
            (language, reading_ease.hints(text, language)) for language, text in self._texts.items()
        ]
        return [(language, hints) for language, hints in found if not hints.is_easy]


def gap_names(kind: str, texts: Mapping[str, str]) -> list[str]:
    """Return what `texts` of a notice do not say, by name and language."""
    lines = completeness.checklist(kind, texts)
    return [f"{line.name} ({line.missing_words})" for line in lines if line.missing_in]


def _field(claim: OpenClaim) -> str:
    return f"claim_{claim.key}"

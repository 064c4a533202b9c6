"""The form of everything that is set at Zoom: a row for each setting, a tick for each page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.firm.admin_base import refuse_join_link
from notices.firm.inputs.one_line import OneLineField
from notices.firm.languages import CODES, REQUIRED, column, direction, localised, name_of
from notices.safeguards.models import Promise, Safeguard

from .all_safeguards import Looked, Standing, standings
from .zoom_pages import ZoomPage, in_zooms_order

VALUES = (
    ("", gettext_lazy("–")),
    (Promise.Value.ON, gettext_lazy("So it is with us")),
    (Promise.Value.EXCEPTION, gettext_lazy("So it is, with an exception")),
    (Promise.Value.OFF, gettext_lazy("It is different")),
    (Promise.Value.RETIRED, gettext_lazy("Zoom no longer offers this setting")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One setting under Zoom's name, what it should be, and the field for what it is."""

    standing: Standing
    name: Any
    claim: Any
    field: forms.BoundField | None


@dataclass(frozen=True, slots=True)
class PageRows:
    """One page of Zoom with its settings, and the tick for all that nobody singled out."""

    page: ZoomPage
    rows: list[Row]
    rest: forms.BoundField | None


class LookedForm(forms.Form):
    """What somebody saw at Zoom, page by page."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.standings = standings()
        by_pk = {one.safeguard.pk: one for one in self.standings}
        found = in_zooms_order(one.safeguard for one in self.standings)
        self._pages = [(page, [by_pk[one.pk] for one in rows]) for page, rows in found]
        for number, (page, rows) in enumerate(self._pages):
            asked = [one for one in rows if not (one.is_read or one.is_waiting)]
            for one in asked:
                self.fields[_value(one.safeguard)] = forms.ChoiceField(
                    label=str(localised(one.safeguard, "zoom_name")),
                    choices=VALUES,
                    required=False,
                )
            if any(one.is_open for one in asked):
                self.fields[f"rest_{number}"] = forms.BooleanField(
                    label=_("%(page)s: looked up, all the rest is so with us")
                    % {"page": page.title},
                    required=False,
                )

    @property
    def pages(self) -> Iterator[PageRows]:
        """Yield the pages in Zoom's order."""
        claims = _claims()
        for number, (page, rows) in enumerate(self._pages):
            yield PageRows(
                page,
                [
                    Row(
                        one,
                        localised(one.safeguard, "zoom_name"),
                        claims.get(one.safeguard.pk),
                        self._field(_value(one.safeguard)),
                    )
                    for one in rows
                ],
                self._field(f"rest_{number}"),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.seen():
            raise forms.ValidationError(
                _("Please tick a page that you looked up, or choose something in a row.")
            )
        return data

    def seen(self) -> list[tuple[Safeguard, str]]:
        """Return what was chosen in a row, and "on" for the rest of each ticked page."""
        found = []
        for number, (_page, rows) in enumerate(self._pages):
            rest = self.cleaned_data.get(f"rest_{number}")
            for one in rows:
                value = self.cleaned_data.get(_value(one.safeguard))
                if value:
                    found.append((one.safeguard, value))
                elif rest and one.is_open:
                    found.append((one.safeguard, str(Promise.Value.ON)))
        return found

    def _field(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None


class ReasonsForm(forms.Form):
    """What readers are told about each setting that was singled out."""

    def __init__(self, seen: list[tuple[Safeguard, str]], data: Any = None) -> None:
        super().__init__(data)
        self.usual = [one for one, value in seen if value == Promise.Value.ON]
        self.singled_out = [(one, value) for one, value in seen if value != Promise.Value.ON]
        for safeguard, _value_chosen in self.singled_out:
            for language in CODES:
                self.fields[_reason(safeguard, language)] = OneLineField(
                    label=_("Reason, %(language)s") % {"language": name_of(language)},
                    max_length=200,
                    required=language == REQUIRED,
                    validators=[refuse_join_link],
                    widget=forms.TextInput(attrs={"lang": language, "dir": direction(language)}),
                )

    @property
    def rows(self) -> Iterator[tuple[Safeguard, Any, list[forms.BoundField]]]:
        """Yield each setting that was singled out, its value in words, and its reasons."""
        words = dict(VALUES)
        for safeguard, value in self.singled_out:
            fields = [self[_reason(safeguard, language)] for language in CODES]
            yield safeguard, words[value], fields

    def looked(self) -> list[Looked]:
        usual = [Looked(one, Promise.Value.ON) for one in self.usual]
        return usual + [
            Looked(
                one,
                value,
                {
                    column("reason", language): self.cleaned_data[_reason(one, language)]
                    for language in CODES
                },
            )
            for one, value in self.singled_out
        ]


def _value(safeguard: Safeguard) -> str:
    return f"value_{safeguard.pk}"


def _reason(safeguard: Safeguard, language: str) -> str:
    return column(f"reason_{safeguard.pk}", language)


def _claims() -> dict[int, Any]:
    """Return by safeguard what readers are told when it is on: what should be set."""
    found = {}
    for one in Safeguard.objects.prefetch_related("wordings"):
        told = [words for words in one.wordings.all() if words.state == Promise.Value.ON]
        if told:
            found[one.pk] = localised(told[-1], "text")
    return found

"""Several people, one form: nobody overwrites what they never saw.

A form carries, for each of its fields, the digest of the value it was opened with. When it comes
back it is compared with what is stored by then: a field that only others changed takes their
value, a field that both changed is shown with both values, and nothing is saved until the person
has chosen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.lib.diff import Block, compare

from .one_line import OneLineField

SEEN = "seen"
TAKE = "take"
# A button of the page that gives a form back after a session has ended.
REFILL = "_refill"
VALUES = (
    *(forms.BooleanField, forms.ChoiceField, forms.IntegerField, forms.DateField),
    *(forms.DateTimeField, forms.TimeField),
)
CHANGED_MEANWHILE = _(
    "Somebody else has saved this since you opened it. Nothing of yours is "
    "saved yet and nothing is lost: your words are still in the fields. "
    "Compare, then save again; what stands in the fields then replaces what is stored."
)


@dataclass(frozen=True)
class Difference:
    """One field of a form: what is stored, what was typed, and how the words differ."""

    name: str
    label: str
    stored: str
    typed: str
    # How the field is called in the page, and the box that takes what is stored.
    field_id: str = ""
    take_name: str = ""

    @property
    def blocks(self) -> list[Block]:
        """Return the paragraphs that differ; all of them if only the breaks between them do."""
        blocks = compare(self.stored, self.typed)
        return [block for block in blocks if block.kind != "same"] or blocks


class SeenField(OneLineField):
    """Digests of what was stored when somebody began to type; nobody edits it."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class TakesTurns(forms.BaseModelForm):  # type: ignore[type-arg]
    """Compare what comes back with what is stored by then; the caller holds the row's lock."""

    seen = SeenField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences: list[Difference] = []
        self.taken: list[str] = []
        if self.instance._state.adding:
            return
        # Now: validation fills the instance with what was typed.
        self._stored = {name: self._as_sent(name, self._initial(name)) for name in self._compared()}
        now = json.dumps({name: digest(value) for name, value in self._stored.items()})
        self.fields[SEEN].initial = now
        if self.is_bound:
            self._compare(now)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if REFILL in self.data:
            self.add_error(None, _("This is not saved yet. Please look at it, then save it."))
        if self.differences:
            self.add_error(None, CHANGED_MEANWHILE)
        for difference in self.differences:
            self.add_error(difference.name, _("Something else is stored here by now."))
        return data

    def _compare(self, now: str) -> None:
        """Take what only others changed; note what both changed."""
        seen = _read(self.data.get(self.add_prefix(SEEN), ""))
        wanted = set(_listed(self.data, self.add_prefix(TAKE)))
        for name, stored in self._stored.items():
            typed = self._typed(name)
            is_mine = seen.get(name) != digest(typed)
            is_theirs = seen.get(name) != digest(stored)
            if typed == stored:
                continue
            if name in wanted or (is_theirs and not is_mine):
                self.taken.append(name)
            elif is_theirs:
                self.differences.append(self._difference(name))
        if self.taken or self.differences:
            # What is shown now has been seen, so that saving it is a decision.
            self._put({SEEN: now, **{name: self._stored[name] for name in self.taken}})

    def _compared(self) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if name != SEEN and not field.disabled and not isinstance(field, forms.FileField)
        ]

    def told(self) -> list[list[str]]:
        """Return label, old and new value of each choice, number and day that was changed.

        Not of texts: what people wrote must stay where it can be redacted or erased.
        """
        found = []
        for name in self.changed_data:
            field = self.fields[name]
            if name in getattr(self, "_stored", {}) and _is_no_text(field):
                one = self._difference(name)
                found.append([one.label, one.stored, one.typed])
        return found

    def _initial(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    def _as_sent(self, name: str, value: Any) -> Any:
        """Return a stored value as the browser sends it back."""
        field = self.fields[name]
        prepared = field.prepare_value(value)
        if isinstance(field.widget, forms.CheckboxInput):
            return bool(prepared)
        return _plain(_format(field.widget, prepared))

    def _typed(self, name: str) -> Any:
        field = self.fields[name]
        value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return value if isinstance(value, bool) else _plain(value)

    def _put(self, values: Mapping[str, Any]) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            key = self.add_prefix(name)
            if value is False or value == []:
                data.pop(key, None)
            elif isinstance(value, list) and hasattr(data, "setlist"):
                data.setlist(key, value)
            else:
                data[key] = "on" if value is True else value
        self.data = data

    def _difference(self, name: str) -> Difference:
        bound = self[name]
        return Difference(
            name,
            str(bound.label),
            self._in_words(name, self._stored[name], self._initial(name)),
            self._in_words(name, self._typed(name), None),
            bound.auto_id,
            self.add_prefix(TAKE),
        )

    def _in_words(self, name: str, sent: Any, value: Any) -> str:
        """Return a value as people read it."""
        field = self.fields[name]
        if isinstance(sent, bool):
            return gettext("yes") if sent else gettext("no")
        if isinstance(field, forms.ModelChoiceField):
            chosen = sent if isinstance(sent, list) else [sent]
            rows = field.queryset.filter(pk__in=[one for one in chosen if one.isdecimal()])  # type: ignore[union-attr]
            return "\n\n".join(str(field.label_from_instance(row)) for row in rows)
        if isinstance(field, forms.ChoiceField):
            words = {str(key): str(word) for key, word in _flat(field.choices)}
            chosen = sent if isinstance(sent, list) else [sent]
            return "\n\n".join(str(words.get(one, one)) for one in chosen)
        if isinstance(field, (forms.DateField, forms.DateTimeField)) and value is None and sent:
            try:
                value = field.to_python(sent)
            except forms.ValidationError:
                return str(sent)
        return as_text(value) if isinstance(value, date) else as_text(str(sent))


@cache
def taking_turns(form: Any) -> Any:
    """Return `form` as one that lets several people take turns."""
    if issubclass(form, TakesTurns):
        return form
    # The field is named here again: the metaclass of forms reads it from the class itself.
    return type(form)(form.__name__, (TakesTurns, form), {SEEN: SeenField(required=False)})


def as_text(value: date | datetime | str | None) -> str:
    """Return what stands in a field, as people read it."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return (value or "").replace("\r\n", "\n").strip()


def digest(value: Any) -> str:
    """Return a short digest of a value as a browser sends it."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _is_no_text(field: forms.Field) -> bool:
    # Rows of other tables bear names.
    return isinstance(field, VALUES) and not isinstance(field, forms.ModelChoiceField)


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set)):
        return sorted(str(one) for one in value if one not in (None, ""))
    return str(value).replace("\r\n", "\n").strip()


def _format(widget: Any, value: Any) -> Any:
    """Return the value that the widget puts into the page; of one choice the choice itself."""
    # The admin wraps choices of related rows.
    widget = getattr(widget, "widget", widget)
    shown = widget.format_value(value)
    is_many = getattr(widget, "allow_multiple_selected", False)
    return (shown or [""])[0] if isinstance(shown, (list, tuple)) and not is_many else shown


def _listed(data: Any, name: str) -> Iterable[str]:
    return data.getlist(name) if hasattr(data, "getlist") else ()


def _read(seen: str) -> dict[str, str]:
    try:
        read = json.loads(seen or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, word in choices:
        if isinstance(word, (list, tuple)):
            found += word
        else:
            found.append((key, word))
    return found

"""How one record is stored: by the rules of the form that staff have, or as a proposal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.forms import modelform_factory
from django.utils import translation
from django.utils.translation import gettext as _

from notices.editions import drafting
from notices.editions.foundations import record_fall
from notices.editions.integrity.digests import note_source
from notices.editions.models import Edition, Foundation
from notices.editions.publishing import PublishingError, freeze
from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.inputs.one_line import guard
from notices.firm.languages import field_of as field_behind
from notices.firm.languages import in_columns, in_each, language_of
from notices.firm.models import ProposedChange
from notices.firm.proposals import proposing
from notices.firm.proposals.proposal_admin import ProposingAdmin
from notices.firm.storage.append_only import FrozenRow
from notices.safeguards.models import Promise, QuickAnswer, Safeguard, Wording
from notices.safeguards.recording import record_promise

from .exporting import Record
from .kinds import CURRENT, Kind, is_translated, stored_in

# Set apart from the form: for the program, or once all rows are there.
NOT_IN_FORM = {CURRENT, "signed_by", "related", "notice"}


class Refused(Exception):
    """A record cannot be stored; each reason begins with the field, after its record."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class Mode(Enum):
    """What shall remain: nothing, everything, or everything as the start of a new portal."""

    PLAN = "plan"
    KEEP = "keep"
    START = "start"


class Store:
    """Stores records for one person, with a second one where readers would see it better."""

    def __init__(self, by: User | None, mode: Mode, is_guarded: bool, now: datetime) -> None:
        self.by, self.mode, self.is_guarded, self.now = by, mode, is_guarded, now

    def save(
        self,
        kind: Kind,
        row: models.Model | None,
        wanted: Record,
        named: Mapping[str, Any],
        stored: Record | None,
    ) -> models.Model | None:
        """Store a record and return its row, or None if it waits for a second person."""
        for name in kind.fixed:
            if stored and stored[name] != wanted[name]:
                raise Refused([f".{name}: This stays as it is once it is stored."])
        if kind.model is Edition:
            return self._save_text(kind, row, wanted, named)  # type: ignore[arg-type]
        if isinstance(row, QuickAnswer):
            # More can be tied to an answer; nothing is untied, or it could look better.
            tied = {*named["safeguards"], *row.safeguards.all()}
            named = {**named, "safeguards": sorted(tied, key=lambda one: one.pk)}
        # A wording is never changed: a new one counts from now on.
        is_new = row is None or kind.model is Wording
        instance = kind.model() if is_new else row
        form = _form(kind, instance, wanted, named)
        _require_valid(kind, form)
        names = [name for name in form.fields if is_new or name in form.changed_data]
        names = [name for name in names if _is_stored(kind.model, name)]
        # As it was: the form has filled the row in memory by now.
        was = kind.model._default_manager.get(pk=row.pk) if row and not is_new else None
        before = proposing.values_of(was, names) if was else {}
        after = proposing.as_stored({name: _plain(form.cleaned_data[name]) for name in names})
        needs_second = self.is_guarded and self._is_better(kind, before, after)
        if needs_second and settings.FOUR_EYES:
            self._propose(was or instance, before, after)  # type: ignore[arg-type]
            return None
        return self._store(form, is_new, before, after, keep_decided=needs_second)

    def _store(
        self,
        form: Any,
        is_new: bool,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        *,
        keep_decided: bool,
    ) -> models.Model:
        if hasattr(form.instance, "recorded_by_id") and self.by:
            form.instance.recorded_by = self.by
        try:
            row: models.Model = form.save()
        except FrozenRow as error:
            raise Refused([": This is final and cannot be changed."]) from error
        if self.mode == Mode.START and isinstance(row, Safeguard):
            # As our own starter does: the firm says it, and nobody has looked it up yet.
            words = in_columns("reason", in_each(lambda: _("Our records in this portal begin.")))
            record_promise(row, Promise.Value.ON, effective_from=self.now, **words)
        if self.by:
            if isinstance(row, Foundation) and {"state", "fallen_on"} & set(after):
                record_fall(row, by=self.by)
            if keep_decided:
                proposing.keep_decided(row, before, after, by=self.by)
            act = Act.CONTENT_ADDED if is_new else Act.CONTENT_CHANGED
            audit.record(act, audit.name_of_row(row), by=self.by)
        return row

    def _is_better(self, kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Ask the staff page of these rows, so that a file can do no more than a form."""
        page = admin.site.get_model_admin(kind.model)
        if not isinstance(page, ProposingAdmin):
            return False
        guarded = {*page.second_person_for, "safeguards"} & set(after)
        return bool(guarded) and not page.only_warns(before, after)

    def _propose(
        self, row: models.Model, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        waiting = ProposedChange.objects.filter(
            content_type=ContentType.objects.get_for_model(row), object_id=row.pk, decided_at=None
        )
        # A file that is taken twice asks once.
        if self.by and not any((one.before, one.after) == (before, after) for one in waiting):
            proposing.propose(row, before, after, by=self.by)

    def _save_text(
        self, kind: Kind, row: Edition | None, wanted: Record, named: Mapping[str, Any]
    ) -> Edition:
        """Write the text into the open draft or begin one; what is published stays."""
        draft = row if row and not row.is_published else Edition(notice=named["notice"])
        if draft.is_in_review:
            raise Refused([": This text lies with a second person. Decide about it first."])
        form = _form(kind, draft, wanted, named)
        _require_valid(kind, form)
        form.save(commit=False)
        draft.signed_by = wanted["signed_by"]
        right = wanted[CURRENT]
        try:
            if self.mode == Mode.START:
                draft.four_eyes = False
                draft.in_force_from = self.now
                note_source(draft, right)
                return freeze(draft, published_at=self.now)
            if self.by:
                return drafting.save(draft, by=self.by, right=right)
        except PublishingError as error:
            raise Refused([": This text was handed over or published meanwhile."]) from error
        return draft


def _form(kind: Kind, row: models.Model | None, wanted: Record, named: Mapping[str, Any]) -> Any:
    """Return the form of staff, filled with a record."""
    names = [name for name in kind.names if name not in NOT_IN_FORM]
    columns = [one for name in names for one in stored_in(kind, name)]
    made = modelform_factory(
        kind.model, form=kind.form, fields=columns, formfield_callback=_as_written
    )
    data: dict[str, Any] = {}
    for name in names:
        if is_translated(kind, name):
            texts = wanted[name]
            data |= {one: texts.get(language_of(one), "") for one in stored_in(kind, name)}
        elif name in named:
            data[name] = _plain(named[name])
        else:
            data[name] = wanted[name]
    return made(data, instance=row)


def _as_written(field: models.Field[Any, Any], **kwargs: Any) -> Any:
    if field.many_to_many:
        kwargs["widget"] = forms.SelectMultiple
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    found = field.formfield(**kwargs)
    if isinstance(found, forms.CharField):
        # Blanks at the end of a text are part of it: what comes in goes out again.
        found.strip = False
    return guard(found)


def _require_valid(kind: Kind, form: Any) -> None:
    # Reasons in the language of commands; what is stored stays in that of the site.
    with translation.override(settings.SOURCE_LANGUAGE):
        if form.is_valid():
            return
        raise Refused(list(_reasons(kind, form)))


def _reasons(kind: Kind, form: Any) -> Iterator[str]:
    for name, errors in form.errors.items():
        language = language_of(name) if name not in kind.names else None
        path = f".{field_behind(name)}.{language}" if language else f".{name}"
        for words in errors:
            yield f"{'' if name == '__all__' else path}: {words}"


def _is_stored(model: type[models.Model], name: str) -> bool:
    return name in {field.name for field in model._meta.get_fields()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | models.QuerySet):
        return sorted(one.pk if isinstance(one, models.Model) else one for one in value)
    return value.pk if isinstance(value, models.Model) else value

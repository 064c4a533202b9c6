"""The page of a row that tells what it said before, and brings an earlier state back.

Bringing back goes the way of an edit: the form checks it, what becomes better for readers waits
for a second person, the audit names it, and nobody overwrites what they have not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ..inputs.turns import SEEN, digest
from ..proposals.proposing import values_of
from .history import State, states_of
from .keeping import written_fields, written_ties


class WithEarlierStates(admin.ModelAdmin):  # type: ignore[type-arg]
    """A staff page whose rows can go back to what they said before."""

    # Rows of tables that only grow are followed by a new one instead of being written anew.
    restores_by_adding = False

    def earlier_states(self, request: HttpRequest, row: Any) -> list[State]:
        """Return what `row` said before, as far as the form of today can say it again."""
        names = self.restorable(request, row)
        return states_of(row, names) if names else []

    def restorable(self, request: HttpRequest, row: models.Model) -> list[str]:
        """Return the fields of the form that are kept."""
        shown = set(flatten_fieldsets(self.get_fieldsets(request, row)))
        kept = (*written_fields(type(row)), *written_ties(type(row)))
        return [name for name in kept if name in shown]

    def keeps_states(self, request: HttpRequest, row: Any) -> bool:
        """Say whether there is a way back for rows of this kind."""
        return row is not None and bool(self.restorable(request, row))

    def stored_now(self, request: HttpRequest, row: Any) -> Mapping[str, Any]:
        """Return what an earlier state is held against."""
        return values_of(row, self.restorable(request, row))

    def may_restore(self, request: HttpRequest, row: Any) -> bool:
        return self.has_change_permission(request, row)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST":
            # Of two people who bring something back the second one sees what the first one stored.
            with transaction.atomic():
                return self.restore(request, self.get_object(request, object_id))
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_or_change_permission(request, row):
            return super().history_view(request, object_id, extra_context)
        keeps = self.keeps_states(request, row)
        title = _("Earlier versions: %(name)s") if keeps else _("Changes: %(name)s")
        context = {
            "title": title % {"name": row},
            "states": self.earlier_states(request, row),
            "keeps_states": keeps,
            "may_restore": self.may_restore(request, row),
            "as_read": digest(self.stored_now(request, row)),
        }
        return super().history_view(request, object_id, {**context, **(extra_context or {})})

    @transaction.atomic
    def restore(self, request: HttpRequest, row: Any) -> HttpResponse:
        """Bring the state that was chosen back, if the page showed what is stored."""
        if row is None or not self.may_restore(request, row):
            raise PermissionDenied
        row = self.newest_of(row)
        states = {str(one.key): one for one in self.earlier_states(request, row)}
        state = states.get(request.POST.get("state", ""))
        if request.POST.get("as_read") != digest(self.stored_now(request, row)):
            return self._refused(
                request, _("Somebody has changed this meanwhile. Please look at it once more.")
            )
        if state is None or not state.values:
            return self._refused(request, _("This version is the one that is stored."))
        form = self._form_with(request, row, state.values)
        if not form.is_valid():
            wrong = [
                f"{form[name].label}: {error}" if name in form.fields else str(error)
                for name, errors in form.errors.items()
                for error in errors
            ]
            return self._refused(request, " ".join(wrong))
        return self._saved(request, form)

    def newest_of(self, row: Any) -> Any:
        """Return the row that holds what is said now."""
        return row

    def _refused(self, request: HttpRequest, why: str) -> HttpResponse:
        messages.error(request, why)
        return HttpResponseRedirect(request.path)

    def _form_with(self, request: HttpRequest, row: Any, values: Mapping[str, Any]) -> Any:
        """Return the form of the page as if `values` had been typed into it just now."""
        adding = self.restores_by_adding
        form_class = self.get_form(request, None if adding else row, change=not adding)
        opened: Any = form_class(instance=row)
        sent = {}
        for name in opened.fields:
            value = opened.get_initial_for_field(opened.fields[name], name)
            if name in values:
                value = row._meta.get_field(name).to_python(values[name])
            sent[name] = opened._as_sent(name, value)
        sent[SEEN] = opened.fields[SEEN].initial or "{}"
        data = {name: value for name, value in sent.items() if value is not False}
        return form_class(data) if adding else form_class(data, instance=row)

    def _saved(self, request: HttpRequest, form: Any) -> HttpResponse:
        """Do what the page does when its button is pressed."""
        change = not self.restores_by_adding
        row = self.save_form(request, form, change=change)
        self.save_model(request, row, form, change)
        self.save_related(request, form, [], change)
        message = self.construct_change_message(request, form, [], not change)
        (self.log_change if change else self.log_addition)(request, row, message)
        messages.success(request, _("This is what is stored again."))
        return HttpResponseRedirect(to_history(row))


def to_history(row: models.Model) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    return reverse(name, args=[row.pk])

"""Where one looks after a mistake: a summary that leads to each field, and no error hidden."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import flatten

from .turns import Difference


def open_where_wrong(adminform: Any) -> None:
    """Leave no error in a closed section, also where the field stands in a pair."""
    open_sections(adminform, set(adminform.form.errors))


def open_sections(adminform: Any, fields: set[str]) -> None:
    """Open each section that holds one of `fields`."""
    adminform.fieldsets = [
        (name, {**options, "classes": _without_collapse(options)})
        if set(flatten(options["fields"])) & fields
        else (name, options)
        for name, options in adminform.fieldsets
    ]


def _without_collapse(options: dict[str, Any]) -> list[str]:
    return [one for one in options.get("classes", ()) if one != "collapse"]


def wrong_fields(context: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return where each error of a page stands, how that field is called, and what is wrong."""
    return [one for form in _forms_of(context) for one in wrong_in(form)]


def wrong_in(form: Any) -> list[tuple[str, str, str]]:
    """Return the same for one form."""
    return [
        (form[name].id_for_label or form[name].auto_id, str(form[name].label), str(error))
        for name, errors in form.errors.items()
        if name in form.fields
        for error in errors
    ]


def _forms_of(context: dict[str, Any]) -> list[Any]:
    sets = context.get("inline_admin_formsets", ())
    inside = [form for one in sets for form in one.formset.forms]
    return [context["adminform"].form, *inside]


def differences_in(context: dict[str, Any]) -> list[Difference]:
    """Return what differs in the form of a page and in the rows inside it."""
    return [one for form in _forms_of(context) for one in getattr(form, "differences", ())]

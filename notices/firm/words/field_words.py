"""Words for fields that name none themselves: staff read them in lists, filters and forms.

Given when the program starts, not in the models: there, a word for people would be a migration
of tables that are frozen.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

WORDS = {
    "safeguard": _("safeguard"),
    "quick_answer": _("quick answer"),
    "finding": _("finding"),
    "meeting": _("meeting"),
    "edition": _("edition"),
    "community": _("community"),
    "recorded_by": _("recorded by"),
    "confirmed_by": _("confirmed by"),
    "decided_by": _("decided by"),
    "recorded_at": _("recorded at"),
}


def name_fields(models: Iterable[type[Model]]) -> None:
    """Give every field of `models` that has no words of its own those for its name."""
    for model in models:
        for field in model._meta.get_fields():
            if isinstance(field, Field) and field._verbose_name is None and field.name in WORDS:  # type: ignore[attr-defined]
                field.verbose_name = WORDS[field.name]

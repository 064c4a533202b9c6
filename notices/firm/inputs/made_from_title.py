"""Addresses and keys that nobody has to type: made from the title of a new row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify

from notices.firm.languages import CODES, column

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class MadeFromTitle(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose empty `slug` and `key` are made from the field named `titled`.

    What is there already stays: an address that was public goes on working.
    """

    titled = "title"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._made():
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, source in self._made().items():
            title = data.get(source) or ""
            if name in self.errors or data.get(name) or not title:
                continue
            stored = getattr(self.instance, name, "")
            data[name] = stored or self._free(name, title)
        return data

    def _made(self) -> dict[str, str]:
        """Return the fields of this form that are made, each with the field it is made from."""
        made = {column("slug", code): column(self.titled, code) for code in CODES}
        made["key"] = column(self.titled)
        return {name: source for name, source in made.items() if name in self.fields}

    def _free(self, name: str, title: str) -> str:
        """Return what an address says of `title`, with a number if another row has it already."""
        longest = self._meta.model._meta.get_field(name).max_length or 40
        base = slugify(title.translate(GERMAN))[: longest - 3].strip("-") or "text"
        rows = self._meta.model._default_manager.exclude(pk=self.instance.pk)
        found, number = base, 2
        while rows.filter(**{name: found}).exists():
            found, number = f"{base}-{number}", number + 1
        return found

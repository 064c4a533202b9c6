"""Addresses that were public once keep working after a rename."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .languages import CODES, column
from .models import OldSlug


class KeepsOldSlugs(models.Model):
    """A row with a slug per language whose former slugs are remembered when it is saved."""

    slug_kind: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)
        for language in CODES:
            now = getattr(self, column("slug", language))
            old = getattr(before, column("slug", language), None)
            # A slug that is taken back is current again, not old.
            OldSlug.objects.filter(kind=self.slug_kind, language=language, slug=now).delete()
            if old and old != now:
                OldSlug.objects.get_or_create(
                    kind=self.slug_kind,
                    language=language,
                    slug=old,
                    defaults={"object_id": self.pk},
                )

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remember the current addresses: they lead to the list from now on."""
        pk = self.pk
        deleted = super().delete(*args, **kwargs)
        for language in CODES:
            if slug := getattr(self, column("slug", language)):
                OldSlug.objects.get_or_create(
                    kind=self.slug_kind,
                    language=language,
                    slug=slug,
                    defaults={"object_id": pk},
                )
        return deleted

    def clean(self) -> None:
        super().clean()
        for language in CODES:
            slug = getattr(self, column("slug", language))
            taken = OldSlug.objects.filter(kind=self.slug_kind, language=language, slug=slug)
            if slug and taken.exclude(object_id=self.pk).exists():
                taken_before = _("Another page used this address before. Choose a new one.")
                raise ValidationError({column("slug", language): taken_before})


def current_for(kind: str, language: str, slug: str) -> int | None:
    """Return the id of the row that once had `slug`, or None."""
    return (
        OldSlug.objects.filter(kind=kind, language=language, slug=slug)
        .values_list("object_id", flat=True)
        .first()
    )


def old_anchors(
    kind: str, language: str, taken: Iterable[str], stamp: str = ""
) -> dict[int, list[str]]:
    """Return the former places of rows on their page, by row; `taken` are those now in use.

    Under a `stamp` of the site they are read once.
    """
    in_use = set(taken)
    found: dict[int, list[str]] = defaultdict(list)
    rows = _kept(stamp, kind, language) if stamp else _former(kind, language)
    for pk, slug in rows:
        if slug not in in_use:
            found[pk].append(slug)
    return found


@lru_cache(maxsize=8)
def _kept(_stamp: str, kind: str, language: str) -> Sequence[tuple[int, str]]:
    return _former(kind, language)


def _former(kind: str, language: str) -> Sequence[tuple[int, str]]:
    rows = OldSlug.objects.filter(kind=kind, language=language).order_by("slug")
    return tuple(rows.values_list("object_id", "slug"))

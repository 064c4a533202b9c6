"""Every text that is translated, field by field: what it says, and whether that is up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from notices.editions.integrity.digests import TEXT_FIELDS, is_stale, sha256_of
from notices.editions.models import Edition, Notice
from notices.editions.review.text_sources import (
    noted_sources,
    required_then,
    stale_columns,
    translated_fields,
)
from notices.firm.languages import column, is_missing, text_of
from notices.invitations.models import Meeting
from notices.lib.diff import Block, compare
from notices.safeguards.models import Wording

from ..start.texts import WRITTEN

MISSING, STALE, CURRENT = "missing", "stale", "current"
STATES: dict[str, Promise] = {
    MISSING: pgettext_lazy("translation", "missing"),
    STALE: pgettext_lazy("translation", "older than German"),
    CURRENT: pgettext_lazy("translation", "up to date"),
}
WORDING_FIELDS = ("text", "meaning", "past", "sentence")


@dataclass(frozen=True)
class Unit:
    """One field of one row in one language."""

    row: Model
    field: str
    language: str
    state: str
    # The German text that a translation left behind was made from, where it is kept.
    made_from: str = ""

    @property
    def key(self) -> str:
        """Return what names this text in a file: model, row and field."""
        return f"{self.row._meta.label_lower}:{self.row.pk}:{self.field}"

    @cached_property
    def source(self) -> str:
        return text_of(self.row, self.field)

    @cached_property
    def target(self) -> str:
        return text_of(self.row, self.field, self.language)

    @property
    def target_digest(self) -> str:
        """Return a digest of the translation as it is, which a file carries along."""
        return sha256_of(self.target)[:16]

    @property
    def kind(self) -> str:
        return str(self.row._meta.verbose_name)

    @property
    def field_name(self) -> str:
        return str(self.row._meta.get_field(self.field).verbose_name)  # type: ignore[union-attr]

    @property
    def state_word(self) -> Promise:
        return STATES[self.state]

    @property
    def changes(self) -> list[Block]:
        """Return what changed in German since, told in words."""
        if not self.made_from:
            return []
        return [one for one in compare(self.made_from, self.source) if one.kind != "same"]

    @property
    def is_in_review(self) -> bool:
        return isinstance(self.row, Edition) and self.row.is_in_review

    @property
    def may_be_confirmed(self) -> bool:
        """Say whether "still right" can be noted without writing anything."""
        is_closed = isinstance(self.row, Wording) or (
            isinstance(self.row, Edition) and not self.row.is_draft
        )
        return self.state == STALE and not is_closed

    @property
    def address(self) -> str:
        """Return the page where the translation is written."""
        page: Model = self.row
        if isinstance(page, Edition) and page.is_published:
            page = page.notice
        if isinstance(page, Wording):
            about = "safeguard" if page.safeguard_id else "quick_answer"
            pk = page.safeguard_id or page.quick_answer_id
            add = reverse("admin:safeguards_wording_add")
            return f"{add}?{about}={pk}&state={page.state}"
        meta = page._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[page.pk])


def units(language: str, user: User | AnonymousUser) -> Iterator[Unit]:
    """Yield every text that `user` may translate into `language`."""
    yield from _editions(language, user)
    sources = noted_sources()
    now = timezone.now()
    for model in WRITTEN:
        if not _may(user, "change", model):
            continue
        for row in model._default_manager.all():
            if isinstance(row, Meeting) and row.ends_at < now:
                continue
            noted = sources.get((model._meta.label_lower, row.pk), ())
            stale = stale_columns(row, noted)
            for field in translated_fields(model):
                name = column(field, language)
                was = required_then(row, name, noted) if name in stale else ""
                yield from _unit(row, field, language, name in stale, was)
    if _may(user, "add", Wording):
        yield from _wordings(language)


def _editions(language: str, user: User | AnonymousUser) -> Iterator[Unit]:
    """Yield of each notice what is being written, else what readers see."""
    if not _may(user, "change", Edition):
        return
    unpublished = Edition.objects.exclude(status=Edition.Status.PUBLISHED)
    being_written = {one.notice_id: one for one in unpublished.select_related("notice")}
    now = timezone.now()
    for notice in Notice.objects.all():
        edition = being_written.get(notice.pk) or notice.in_force_at(now)
        if edition is not None:
            for field in TEXT_FIELDS:
                yield from _unit(edition, field, language, is_stale(edition, language))


def _wordings(language: str) -> Iterator[Unit]:
    """Yield the newest words of each state; those before them show which side was left behind."""
    newest: dict[tuple[Any, ...], Wording] = {}
    behind: dict[tuple[Any, ...], dict[str, str]] = {}
    rows = Wording.objects.select_related("safeguard", "quick_answer")
    for row in rows.exclude(state=Wording.For.NAME):
        key = (row.safeguard_id, row.quick_answer_id, row.state)
        was = newest.get(key)
        left = behind.setdefault(key, {})
        for field in WORDING_FIELDS:
            if was is None or text_of(was, field, language) != text_of(row, field, language):
                left.pop(field, None)
            elif text_of(was, field) != text_of(row, field):
                left.setdefault(field, text_of(was, field))
        newest[key] = row
    for key, row in newest.items():
        for field in WORDING_FIELDS:
            is_behind = field in behind[key]
            yield from _unit(row, field, language, is_behind, behind[key].get(field, ""))


def _unit(
    row: Model, field: str, language: str, stale: bool, made_from: str = ""
) -> Iterator[Unit]:
    if is_missing(text_of(row, field)):
        return
    state = STALE if stale else CURRENT
    if is_missing(text_of(row, field, language)):
        state = MISSING
    yield Unit(row, field, language, state, made_from if state == STALE else "")


def _may(user: User | AnonymousUser, act: str, model: type[Model]) -> bool:
    return user.has_perm(f"{model._meta.app_label}.{act}_{model._meta.model_name}")

"""Which content stands in the file, under which names, and by what its records are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models

from notices.editions.admin.forms import FoundationForm, NoticeForm
from notices.editions.models import Edition, Foundation, Notice
from notices.faq.forms import QuestionForm, SynonymsForm, TopicForm
from notices.faq.models import Question, Synonyms, Topic
from notices.firm.admin_base import check_markdown, refuse_join_link
from notices.firm.forms import FirmForm, OrganisationForm
from notices.firm.languages import column, columns
from notices.firm.models import Firm, Organisation
from notices.invitations.forms import MeetingTypeForm
from notices.invitations.models import MeetingType
from notices.safeguards.admin.forms import QuickAnswerForm, SafeguardForm, WordingForm
from notices.safeguards.models import Provider, QuickAnswer, Safeguard, Wording
from notices.safeguards.models.names import NAME

# The languages of a text whose translation says what the required one says.
CURRENT = "current"


class ToolForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Provider
        fields: list[str] = []  # the kind below chooses


class SameMeaningForm(SynonymsForm):
    """The rule of the staff form; the list stays as it is written, for a record is known by it."""

    def clean_words(self) -> str:
        super().clean_words()
        return str(self.cleaned_data["words"])


class TextForm(forms.ModelForm):  # type: ignore[type-arg]
    """The text of a notice, with the rules that hold where drafts are written."""

    class Meta:
        model = Edition
        fields: list[str] = []  # the kind below chooses

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in columns("title", "summary", "text", "change_note"):
            try:
                if name in columns("summary", "text"):
                    check_markdown(data.get(name) or "")
                refuse_join_link(data.get(name) or "")
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data


@dataclass(frozen=True, slots=True)
class Kind:
    """One list of the file: its model, the form whose rules hold, and what a record says."""

    name: str
    model: type[models.Model]
    form: type[forms.ModelForm]  # type: ignore[type-arg]
    identity: tuple[str, ...]
    fields: tuple[str, ...]
    # What stays as it is once it is stored.
    fixed: tuple[str, ...] = ()
    # Records of a list without an order of its own stand in the order in which they were added.
    is_ordered: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.identity, *self.fields)


FIRM = (
    *("name", "legal_name", "service_name", "street", "postal_code", "city", "country"),
    *("phone", "phone_hours", "email", "website", "represented_by"),
    *("register_court", "register_number", "vat_id"),
)
OFFICER = (
    *("privacy_email", "dpo_title", "dpo_email", "dpo_phone", "dpo_address"),
    *("authority_name", "authority_address", "authority_url", "meeting_retention_months"),
)
TEXT = ("title", "summary", "text", "change_note", "in_force_from", "signed_by", CURRENT)

# In the order in which they are taken: what others name comes before them.
KINDS = (
    Kind("organisation", Organisation, OrganisationForm, (), (*FIRM, *OFFICER)),
    Kind(
        *("firms", Firm, FirmForm, ("legal_name",)),
        tuple(name for name in FIRM if name != "legal_name"),
    ),
    Kind("tools", Provider, ToolForm, ("name",), ("received",)),
    Kind(
        *("safeguards", Safeguard, SafeguardForm, ("key",)),
        (
            *("name", "zoom_name", "slug", "group", "position", "listed", "checked_by"),
            *("max_age_days", "letter_item", "provider"),
        ),
        ("letter_item", "provider"),
    ),
    Kind(
        *("quick_answers", QuickAnswer, QuickAnswerForm, ("key",)),
        ("question", "question_past", "position", "provider", "safeguards"),
        ("provider",),
    ),
    Kind(
        *("wordings", Wording, WordingForm, ("safeguard", "quick_answer", "state")),
        ("text", "meaning", "past", "sentence"),
    ),
    Kind(
        *("foundations", Foundation, FoundationForm, ("key",)),
        ("name", "kind", "state", "checked_on", "fallen_on", "source_url", "note"),
    ),
    Kind(
        *("notices", Notice, NoticeForm, ("key",)),
        ("title", "slug", "kind", "review_due", "safeguards", "foundations"),
        ("kind",),
    ),
    Kind("texts", Edition, TextForm, ("notice",), TEXT),
    Kind("topics", Topic, TopicForm, ("key",), ("title", "slug", "position")),
    Kind(
        *("questions", Question, QuestionForm, ("key",)),
        (
            *("topic", "question", "answer", "asked_as", "slug", "position", "lead"),
            *("safeguards", "foundations", "related", "reviewed_on"),
        ),
    ),
    Kind("synonyms", Synonyms, SameMeaningForm, ("language", "words"), ()),
    Kind(
        *("meeting_types", MeetingType, MeetingTypeForm, ("key",)),
        (
            *("name", "rules", "browser", "phone", "app", "lets_in_minutes_before"),
            *("has_minutes", "needs_resolution", "questions"),
        ),
        is_ordered=True,
    ),
)
KIND_OF = {kind.model: kind for kind in KINDS}
IN_COLUMNS = {
    kind.name: frozenset(
        name
        for name in kind.names
        if column(name) in {field.name for field in kind.model._meta.get_fields()}
    )
    for kind in KINDS
}


def field_of(kind: Kind, name: str) -> Any:
    return kind.model._meta.get_field(name)


def is_translated(kind: Kind, name: str) -> bool:
    return name in IN_COLUMNS[kind.name]


def stored_in(kind: Kind, name: str) -> tuple[str, ...]:
    """Return the columns of a field: one per language if it is translated."""
    return columns(name) if is_translated(kind, name) else (name,)


def named_kind(kind: Kind, name: str) -> Kind | None:
    """Return the kind that a field names records of, or None for a plain value."""
    if name == CURRENT:
        return None
    field = field_of(kind, name)
    return KIND_OF[field.related_model] if field.is_relation else None


def rows_of(kind: Kind) -> dict[str, models.Model]:
    """Return by identity the rows that count now: of texts and wordings the newest."""
    return {identity_of(kind, row): row for row in _rows(kind)}


def identity_of(kind: Kind, row: models.Model) -> str:
    """Return what tells `row` from others of its kind, as the file names it."""
    parts = []
    for name in kind.identity:
        value = getattr(row, name)
        named = named_kind(kind, name)
        if named is None:
            parts.append(str(value))
        elif value is not None:
            # Only where two kinds may stand does a reader need to know which one it is.
            prefix = f"{named.name}/" if len(kind.identity) > 1 else ""
            parts.append(prefix + identity_of(named, value))
    return "/".join(parts)


def _rows(kind: Kind) -> Iterator[models.Model]:
    if kind.model is Edition:
        for notice in Notice.objects.order_by("key"):
            editions = Edition.objects.filter(notice=notice).select_related("notice")
            draft = editions.exclude(status=Edition.Status.PUBLISHED).first()
            published = editions.filter(status=Edition.Status.PUBLISHED)
            newest = published.order_by("-in_force_from", "-number", "-correction").first()
            if row := draft or newest:
                yield row
        return
    rows: Any = kind.model._default_manager.all()
    if kind.model is Wording:
        rows = rows.exclude(state=NAME).select_related("safeguard", "quick_answer")
    # In the order of adding: of several wordings the newest is found last.
    yield from rows if kind.model is Wording else rows.order_by("pk")

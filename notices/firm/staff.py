"""What the staff pages of all apps share: both languages side by side, an audit, plain fields."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from django import forms
from django.contrib import admin
from django.db import models
from django.forms.renderers import BaseRenderer
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationBaseModelAdmin

from notices.lib import markdown
from notices.lib.giveaways import JOIN_LINK
from notices.lib.markdown import MarkdownError

from .models import AuditEntry

LANGUAGE_NAMES = {"de": _("German"), "en": _("English")}

MARKDOWN_ERRORS = {
    "too_long": _("The text is too long: at most %(limit)d characters are allowed."),
    "too_many_lines": _("The text has too many lines: at most %(limit)d are allowed."),
    "too_deep": _(
        "Lists and quotes are nested too deeply in line %(line)d: at most %(limit)d levels."
    ),
    "too_many_brackets": _(
        "Too many brackets are open at once in line %(line)d: at most %(limit)d."
    ),
    "too_many_footnotes": _(
        "There are too many footnote marks up to line %(line)d: at most %(limit)d."
    ),
    "too_many_definitions": _(
        "The definition list at line %(line)d is too long: "
        "put a blank line after at most %(limit)d entries."
    ),
    "table_too_large": _("The tables up to line %(line)d are too large: at most %(limit)d cells."),
    "run_too_long": _("The same sign stands more than %(limit)d times in a row in line %(line)d."),
    "too_much_emphasis": _(
        "The paragraph at line %(line)d has more than %(limit)d asterisks and underscores."
    ),
    "too_tangled": _(
        "The paragraph at line %(line)d has too many brackets: split it into shorter ones."
    ),
}


def refuse_join_link(text: str) -> None:
    """Raise a ValidationError if `text`, which will be public, lets anybody into a meeting."""
    if JOIN_LINK.search(text or ""):
        raise forms.ValidationError(
            _(
                "This link lets anybody into the meeting, and this text is public. "
                "Put the link into your invitation and take it out here."
            ),
            code="join_link",
        )


def check_markdown(text: str) -> None:
    """Raise a ValidationError that names the line if `text` cannot be shown as it is meant."""
    try:
        markdown.check(text or "")
    except MarkdownError as error:
        sentence = MARKDOWN_ERRORS.get(error.code, _("This text cannot be shown as Markdown."))
        raise forms.ValidationError(sentence, code=error.code, params=error.params) from error


class MomentInput(forms.DateTimeInput):
    """The browser's own field for day and time: it needs no script."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MarkdownInput(forms.Textarea):
    """A text field with a preview: a button that sends the form to a page of its own.

    Without script that page opens in a new tab, so nothing typed is lost; `preview.js` shows it
    below the field instead.
    """

    class Media:
        js = ["js/preview.js"]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        # Browsers send CRLF; left in, every text would count as edited.
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        language = LANGUAGE_NAMES.get(name[-2:], "")
        return format_html(
            '<div class="markdown">{}<button type="submit" class="quiet-button" name="field" '
            'value="{}" formaction="{}" formtarget="_blank" formnovalidate data-preview>{}</button>'
            '<div class="preview-place" aria-live="polite"></div></div>',
            super().render(name, value, attrs, renderer),
            name,
            reverse_lazy("admin:preview"),
            _("Show preview (%(language)s)") % {"language": language},
        )


PLAIN_FIELDS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput},
    models.DateField: {"form_class": forms.DateField, "widget": DayInput},
    models.URLField: {"assume_scheme": "https"},
    models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
}


class SideBySide(TranslationBaseModelAdmin):  # type: ignore[type-arg]
    """Fields without scripts of their own, each marked with the language of its text."""

    formfield_overrides = PLAIN_FIELDS

    def patch_translation_field(
        self,
        db_field: models.Field[Any, Any],
        field: forms.Field,
        request: HttpRequest,
        **kwargs: Any,
    ) -> None:
        super().patch_translation_field(db_field, field, request, **kwargs)
        if hasattr(db_field, "translated_field"):
            field.widget.attrs["lang"] = db_field.language  # type: ignore[attr-defined]


class Audited(admin.ModelAdmin):  # type: ignore[type-arg]
    """Write every change of content into the audit, which outlives a deleted user."""

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record(request, "content-added", obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record(request, "content-changed", obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        for obj in queryset:
            record(request, "content-deleted", obj)
        return super().log_deletions(request, queryset)


class StaffAdmin(SideBySide, Audited, TranslationAdmin):  # type: ignore[type-arg]
    """A form of our own content with German on the left and English on the right."""

    list_per_page = 50
    save_on_top = False
    view_on_site = False
    actions = None


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that may be looked at and nothing else."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AppendOnlyAdmin(StaffAdmin):
    """Rows that may be added and looked at, never changed."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.recorded_by = request.user
        super().save_model(request, obj, form, change)


@runtime_checkable
class AuditNamed(Protocol):
    """A row whose own words must not outlive it in the audit."""

    def audit_name(self) -> str: ...


def record(request: HttpRequest, act: str, obj: models.Model, message: Any = None) -> None:
    """Append one line to the audit about `obj`."""
    # Users by number: their names must vanish when they are erased.
    name = f"#{obj.pk}" if obj._meta.label == "auth.User" else str(obj)
    if isinstance(obj, AuditNamed):
        name = obj.audit_name()
    subject = f"{_first_upper(str(obj._meta.verbose_name))}: {name}"
    AuditEntry.objects.create(
        by_id=request.user.pk,
        act=act,
        subject=Truncator(subject).chars(200),
        detail={"message": message} if message else {},
    )


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]

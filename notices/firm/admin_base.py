"""What the staff pages of all apps share: languages side by side, an audit, plain fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.renderers import BaseRenderer
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationBaseModelAdmin

from notices.lib import markdown
from notices.lib.join_secrets import JOIN_LINK
from notices.lib.markdown import Fault, MarkdownError

from . import audit
from .audit import Act
from .earlier.history_page import WithEarlierStates
from .inputs.careful_lists import CarefulLists
from .inputs.one_line import guard
from .inputs.turns import SEEN, taking_turns
from .inputs.wrong import differences_in, open_where_wrong, wrong_fields
from .languages import direction, language_of, name_of

MARKDOWN_ERRORS = {
    Fault.TOO_NESTED: _("This text cannot be shown as Markdown."),
    Fault.TOO_LONG: _("The text is too long: at most %(limit)d characters are allowed."),
    Fault.TOO_MANY_LINES: _("The text has too many lines: at most %(limit)d are allowed."),
    Fault.TOO_DEEP: _(
        "Lists and quotes are nested too deeply in line %(line)d: at most %(limit)d levels."
    ),
    Fault.TOO_MANY_BRACKETS: _(
        "Too many brackets are open at once in line %(line)d: at most %(limit)d."
    ),
    Fault.TOO_MANY_FOOTNOTES: _(
        "There are too many footnote marks up to line %(line)d: at most %(limit)d."
    ),
    Fault.TOO_MANY_DEFINITIONS: _(
        "The definition list at line %(line)d is too long: "
        "put a blank line after at most %(limit)d entries."
    ),
    Fault.TABLE_TOO_LARGE: _(
        "The tables up to line %(line)d are too large: at most %(limit)d cells."
    ),
    Fault.RUN_TOO_LONG: _(
        "The same sign stands more than %(limit)d times in a row in line %(line)d."
    ),
    Fault.TOO_MUCH_EMPHASIS: _(
        "The paragraph at line %(line)d has more than %(limit)d asterisks and underscores."
    ),
    Fault.TOO_TANGLED: _(
        "The paragraph at line %(line)d has too many brackets: split it into shorter ones."
    ),
    Fault.DEAD_LINK: _(
        "The link to “%(words)s” in line %(line)d leads nowhere. "
        "An address begins with https://, with / for a page of this website, or is an e-mail."
    ),
    Fault.NO_TABLE: _(
        "Line %(line)d would not appear as a table: "
        "every row needs as many columns as the first one."
    ),
    Fault.LOST_WORDS: _(
        "“%(words)s” in line %(line)d would not appear. Please write it differently; "
        "“How it will appear” shows what readers get."
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
        raise forms.ValidationError(
            MARKDOWN_ERRORS[error.code], code=error.code, params=error.params
        ) from error


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
        language = language_of(name)
        return format_html(
            '<div class="markdown">{}<button type="submit" class="quiet-button" name="field" '
            'value="{}" formaction="{}" formtarget="_blank" formnovalidate data-preview>{}</button>'
            '<div class="preview-place" aria-live="polite"></div></div>',
            super().render(name, value, attrs, renderer),
            name,
            reverse_lazy("admin:preview"),
            _("How it will appear (%(language)s)")
            % {"language": name_of(language) if language else ""},
        )


PLAIN_FIELDS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput},
    models.DateField: {"form_class": forms.DateField, "widget": DayInput},
    models.URLField: {
        "assume_scheme": "https",
        "widget": forms.URLInput(attrs={"class": "vURLField"}),
    },
    models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
}


class TakingTurns(BaseModelAdmin):  # type: ignore[type-arg]
    """Staff pages and rows inside them whose forms notice what others saved meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form = taking_turns(self.form)


class TakingTurnsInline(TakingTurns):
    """Rows that are changed inside a page; each carries what it was opened with."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets, (None, {"fields": [SEEN]})]


class SideBySide(TranslationBaseModelAdmin):  # type: ignore[type-arg]
    """Fields without scripts of their own, each marked with the language of its text."""

    formfield_overrides = PLAIN_FIELDS

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        return guard(super().formfield_for_dbfield(db_field, request, **kwargs))

    def patch_translation_field(
        self,
        db_field: models.Field[Any, Any],
        field: forms.Field,
        request: HttpRequest,
        **kwargs: Any,
    ) -> None:
        super().patch_translation_field(db_field, field, request, **kwargs)
        if hasattr(db_field, "translated_field"):
            language = db_field.language  # type: ignore[attr-defined]
            field.widget.attrs |= {"lang": language, "dir": direction(language)}


class Audited(TakingTurns, CarefulLists, WithEarlierStates):
    """Write every change of content into the audit, which outlives a deleted user.

    Several people take turns: what is saved is compared with what is stored by then.
    """

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        if request.method == "POST":
            # Before it is read: of two saves the second one sees what the first one stored.
            self._lock(object_id)
        return super().get_object(request, object_id, from_field)

    def _lock(self, object_id: str) -> None:
        try:
            pk = self.opts.pk.to_python(unquote(object_id))
        except ValidationError:
            return
        self.lock_row(pk)

    def lock_row(self, pk: Any) -> None:
        # An order by another table would lock rows there, too.
        list(self.model._base_manager.select_for_update().filter(pk=pk).order_by().values("pk"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["differences"] = differences_in(context)
        context["wrong"] = wrong_fields(context)
        # One way to go on: who wants a second row presses the button of the list.
        context["show_save_and_add_another"] = False
        context["keeps_states"] = self.keeps_states(request, context.get("original"))
        open_where_wrong(context["adminform"])
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if taken := getattr(form, "taken", None):
            names = ", ".join(str(form[name].label) for name in taken)
            messages.info(
                request,
                _("Somebody else has changed this meanwhile, and it stays so: %(names)s")
                % {"names": names},
            )
        super().save_related(request, form, formsets, change)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        return guard(super().formfield_for_dbfield(db_field, request, **kwargs))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # The history of the row tells who wrote it anew.
        obj.saved_by = request.user
        super().save_model(request, obj, form, change)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        told = getattr(form, "told", None)
        # What vanishes with its row must not stay in the audit.
        if told and not add and not isinstance(form.instance, audit.AuditNamed):
            request.told = told()  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record(request, Act.CONTENT_ADDED, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record(request, Act.CONTENT_CHANGED, obj, message, values=getattr(request, "told", None))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        for obj in queryset:
            record(request, Act.CONTENT_DELETED, obj)
        return super().log_deletions(request, queryset)


class StaffAdmin(SideBySide, Audited, TranslationAdmin):  # type: ignore[type-arg]
    """A form of our own content with its languages side by side."""

    list_per_page = 50
    save_on_top = False
    view_on_site = False
    actions = None


class ReadOnly(CarefulLists):
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


def record(
    request: HttpRequest, act: Act, row: models.Model, message: Any = None, values: Any = None
) -> None:
    """Append one line to the audit about `row`, with old and new `values` if there are any."""
    detail = {name: one for name, one in (("message", message), ("values", values)) if one}
    audit.record(act, audit.name_of_row(row), by=request.user, **detail)

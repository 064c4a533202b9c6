from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from notices.firm.admin_base import Audited, StaffAdmin
from notices.firm.inputs.wrong import open_sections
from notices.firm.languages import FURTHER, column, columns, name_of
from notices.firm.models import Firm

from .. import drafting, publishing
from ..act_sentences import sentence
from ..integrity.digests import is_stale
from ..models import Edition, Notice
from ..pages import preview_links
from ..pages.comparing import SECTIONS
from ..review import correction_offers
from ..review.completeness import is_checked
from ..review.translation_state import lacks
from .act_pages import EditionPage, to_edition
from .correct import correct, seen_correction, take_over
from .draft import restore, still_right, take_back, too_late
from .filters import Stand
from .forms import STILL_RIGHT, EditionForm
from .redaction_page import redact_page
from .review import decide, review_context
from .review_form import DraftNotes
from .withdraw import withdraw

FOLDED = ["collapse"]


@admin.register(Edition)
class EditionAdmin(StaffAdmin):
    """Drafts are written here; each other act has a page of its own."""

    form = EditionForm
    list_display = ["notice", "edition_label", "status", "in_force_from", "language_state"]
    list_filter = [Stand, "status", "notice"]
    list_select_related = ["notice"]
    search_fields = columns("title", "text")

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        is_signed = obj and obj.notice.is_signed and (obj.signed_by or Firm.objects.exists())
        signed = ["signed_by"] if is_signed else []
        if obj is None or obj.status == Edition.Status.DRAFT:
            return _of_a_draft(obj, signed)
        fields = [*map(columns, ("title", "summary", "text", "change_note")), "in_force_from"]
        if obj.status != Edition.Status.REVIEW:
            return [(None, {"fields": [*fields, *signed]})]
        # Whoever decides has the same text above, rendered and compared; not who signs it.
        folded = (_("All fields"), {"fields": fields, "classes": FOLDED})
        return [(None, {"fields": signed}), folded] if signed else [folded]

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        is_open = obj is None or obj.status == Edition.Status.DRAFT
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        is_open = obj is not None and obj.status == Edition.Status.DRAFT
        return is_open and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        acts: list[tuple[str, str, EditionPage]] = [
            ("korrigieren/", "correct", partial(correct, self)),
            ("zurueckziehen/", "withdraw", partial(withdraw, self)),
            ("wiederherstellen/", "restore", require_POST(partial(restore, self))),
            ("zuruecknehmen/", "take_back", require_POST(partial(take_back, self))),
            ("gesehen/", "seen", require_POST(partial(seen_correction, self))),
            ("uebernehmen/<int:correction>/", "take_over", require_POST(partial(take_over, self))),
            ("entscheiden/", "decide", require_POST(partial(decide, self))),
            ("schwaerzen/", "redact", partial(redact_page, self.admin_site)),
            ("stimmt-noch/<language>/", "still_right", require_POST(partial(still_right, self))),
        ]
        return [
            *(
                path(
                    f"<int:pk>/{address}",
                    self.admin_site.admin_view(page),
                    name=f"editions_edition_{name}",
                )
                for address, name, page in acts
            ),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Let the writers of a draft take turns: each is compared with what is stored by then."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                edition = self.get_object(request, unquote(object_id)) if object_id else None
                gone = edition is None or edition.status != Edition.Status.DRAFT
                if object_id and gone and super().has_change_permission(request, edition):
                    return too_late(self, request, edition, self._form_of(request, edition))
                return super().changeform_view(request, object_id, form_url, extra_context)
        except drafting.DraftIsOpen as error:
            # Somebody began one while this page was open; what was typed is given back.
            return too_late(self, request, error.draft, self._form_of(request, error.draft))

    def lock_row(self, pk: Any) -> None:
        """Lock the notice first, as every step of an edition does, then the draft."""
        notice = Edition.objects.order_by().filter(pk=pk).values_list("notice_id", flat=True)
        list(Notice.objects.select_for_update().order_by().filter(pk__in=list(notice)))
        super().lock_row(pk)

    def _form_of(self, request: HttpRequest, edition: Edition | None) -> type[EditionForm]:
        return EditionAdmin.get_form(self, request, edition, change=True)  # type: ignore[return-value]

    def save_model(
        self, request: HttpRequest, obj: Edition, form: EditionForm, change: bool
    ) -> None:
        drafting.save(obj, by=request.user, right=form.right)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Edition) -> None:
        drafting.discard(obj, by=request.user)  # type: ignore[arg-type]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                if self.get_object(request, unquote(object_id)) is None:
                    # Somebody else discarded it first.
                    raise publishing.NotADraft(object_id)
                return super().delete_view(request, object_id, extra_context)
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
            return HttpResponseRedirect(reverse("admin:editions_edition_changelist"))

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        # Past `Audited`: the verb has written that line already.
        return super(Audited, self).log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        if request.POST.get("_autosave"):
            # Every half a minute, while somebody types; whoever saves or hands over is on record.
            return None
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        return super(Audited, self).log_deletions(request, queryset)

    def response_add(
        self, request: HttpRequest, obj: Edition, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._submitted(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        return self._submitted(request, obj) or super().response_change(request, obj)

    def _submitted(self, request: HttpRequest, edition: Edition) -> HttpResponse | None:
        if "_submit" not in request.POST:
            return None
        try:
            publishing.submit(edition, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Saved and handed over for approval."))
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
        return to_edition(edition)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        edition: Edition | None = kwargs.get("obj") or context.get("original")
        context["may_submit"] = edition is None or self.has_change_permission(request, edition)
        if edition and edition.pk:
            context["is_own"] = publishing.has_written(edition, request.user)  # type: ignore[arg-type]
            context["reading"] = DraftNotes(edition)
            if context["may_submit"]:
                shown = show_changes(context["adminform"].form, context["reading"])
                open_sections(context["adminform"], shown)
            if edition.status != Edition.Status.PUBLISHED:
                token = preview_links.make_token(edition)
                context["preview_link"] = reverse("edition-preview", kwargs={"token": token})
            context["came_back"] = publishing.last_comment(edition)
            if edition.status == Edition.Status.DRAFT:
                context["offers"] = correction_offers.offers(edition)
            if edition.status == Edition.Status.REVIEW:
                context |= review_context(request, edition)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("edition"))
    def edition_label(self, edition: Edition) -> str:
        return edition.label or "–"

    @admin.display(description=_("Translations"))
    def language_state(self, edition: Edition) -> str:
        return ", ".join(f"{name_of(one)}: {_state_word(edition, one)}" for one in FURTHER)


def _state_word(edition: Edition, language: str) -> str:
    if lacks(edition, language):
        return gettext("missing")
    return gettext("older than German") if is_stale(edition, language) else gettext("up to date")


def _of_a_draft(draft: Edition | None, signed: list[str]) -> list[Any]:
    """Return what is written each time, and folded below it what seldom is.

    The first edition of a text needs its title and has nothing new to tell; a later one brings
    its title along.
    """
    is_first = draft is None or not _has_published(draft)
    fields: list[Any] = ["notice"] if draft is None else []
    if is_first:
        fields += map(columns, ("title", "summary", "text"))
        seldom: list[Any] = [columns("change_note"), "in_force_from"]
        name = _("What is new, and from when it holds")
    else:
        fields += map(columns, ("text", "change_note"))
        seldom = [*map(columns, ("title", "summary")), "in_force_from"]
        name = _("Title, summary, and from when it holds")
    if draft is not None:
        fields += [column(STILL_RIGHT, one) for one in FURTHER if is_stale(draft, one)]
    if draft is None or is_checked(draft.notice.kind):
        # Opens by itself when something is missing.
        seldom.append("despite_gaps")
    return [(None, {"fields": [*fields, *signed]}), (name, {"fields": seldom, "classes": FOLDED})]


def _has_published(draft: Edition) -> bool:
    return bool(Edition.objects.published().filter(notice=draft.notice_id).exists())


def show_changes(form: EditionForm, reading: DraftNotes) -> set[str]:
    """Put beside each translated field what changed in its source; return these fields."""
    fields = {name: field for field, name in SECTIONS}
    shown = set()
    for translation in reading.translations:
        for section in translation.changes:
            name = column(fields[section.name], translation.language)
            field = form[name]
            field.help_text = render_to_string(
                "admin/editions/_source_change.html", {"section": section, "help": field.help_text}
            )
            shown.add(name)
    return shown

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from notices.firm.staff import ReadOnly, StaffAdmin, record
from notices.lib import markdown

from . import corrections, offering, previewing, publishing
from .colliding import DRAFT_TEXTS, as_text, differences, draft_digest, stored_texts
from .comparing import SECTIONS, Comparison, compare_editions
from .completeness import is_checked
from .confirming import ConfirmationForm, Reading
from .digests import TEXT_FIELDS, english_is_stale, german_source_digest
from .forms import (
    CorrectionForm,
    EditionForm,
    FoundationForm,
    NoticeForm,
    ReviewForm,
    WithdrawForm,
)
from .foundations import record_fall
from .models import ClaimReason, Edition, Foundation, Notice, Withdrawal
from .redaction_page import redact_page

SENTENCES = {
    publishing.NotADraft: _("This edition is no longer a draft."),
    publishing.NotInReview: _("This edition is not waiting for approval."),
    publishing.SameAuthorAndReviewer: _(
        "You wrote this edition. Another person has to approve it."
    ),
    publishing.InForceTooEarly: _("An edition cannot be in force before it is published."),
    publishing.EnglishNotCurrent: _(
        "The English text is missing or older than German. "
        "Please tick below that it is to be published so, or return it."
    ),
    publishing.ClaimsNeedReasons: _(
        "Please write a reason for each of these safeguards: %(names)s"
    ),
    publishing.NotPublished: _("This edition is not published yet."),
    publishing.NotTheNewestRow: _("This edition was corrected. Please take its newest correction."),
    publishing.AlreadyWithdrawn: _("This edition was withdrawn already."),
    publishing.NoLongerInForce: _(
        "A later edition is in force. Correcting this one changes nothing."
    ),
    publishing.TextChanged: _(
        "The text was changed since you opened this page. Please read it once more."
    ),
    publishing.ReasonMissing: _("Please tell readers why, in German at least."),
    offering.DoesNotFit: _(
        "These words do not stand in the draft like that. Please correct by hand."
    ),
    publishing.DraftIsOpen: _("There is a draft already. Finish or delete it first."),
    publishing.ChangesTheMeaning: _(
        "This is more than a typing error, so a second person has to approve it."
    ),
}
PUBLISH = "editions.publish_edition"


@admin.register(Foundation)
class FoundationAdmin(StaffAdmin):
    form = FoundationForm
    list_display = ["name", "kind", "state", "checked_on"]
    list_filter = ["kind", "state", "checked_on"]
    search_fields = ["name_de", "name_en", "key"]
    fieldsets = [
        (
            None,
            {"fields": [("name_de", "name_en"), ("kind", "state"), ("checked_on", "fallen_on")]},
        ),
        (
            _("More"),
            {"classes": ["collapse"], "fields": ["source_url", ("note_de", "note_en"), "key"]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Foundation | None = None) -> list[str]:
        return ["key"] if obj else []

    def save_model(self, request: HttpRequest, obj: Foundation, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if {"state", "fallen_on"} & set(form.changed_data):
            record_fall(obj, by=request.user.pk)


class EditionInline(admin.TabularInline):  # type: ignore[type-arg]
    """The editions of a notice, each with a link."""

    model = Edition
    fields = ("status", "label", "in_force_from", "published_at")
    readonly_fields = fields
    template = "admin/_rows.html"
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("edition"))
    def label(self, edition: Edition) -> str:
        return edition.label or "–"


@admin.register(Notice)
class NoticeAdmin(StaffAdmin):
    form = NoticeForm
    list_display = ["title", "kind", "review_due"]
    list_filter = ["kind", "review_due"]
    search_fields = ["title_de", "title_en", "key"]
    fieldsets = [
        (
            None,
            {"fields": [("title_de", "title_en"), ("slug_de", "slug_en"), "kind", "review_due"]},
        ),
        (
            _("What the text rests on"),
            {"classes": ["collapse"], "fields": ["safeguards", "foundations", "key"]},
        ),
    ]
    inlines = [EditionInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Notice | None = None) -> list[str]:
        return ["key", "kind"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.new_edition))
        return [
            path("<int:pk>/neue-fassung/", view, name="editions_notice_new_edition"),
            *super().get_urls(),
        ]

    def new_edition(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin a draft with the text of the newest edition, or go on with the open one."""
        if not request.user.has_perm("editions.add_edition"):
            raise PermissionDenied
        notice = get_object_or_404(Notice, pk=pk)
        draft = notice.editions.exclude(status=Edition.Status.PUBLISHED).first()
        if draft is None:
            draft = begin_draft(notice, request.user.pk)
            record(request, "edition-begun", draft)
            messages.success(request, _("This is your draft. Nothing of it is public yet."))
        else:
            messages.info(request, _("There is a draft already. Please go on working on it."))
        return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[draft.pk]))


@admin.register(Edition)
class EditionAdmin(StaffAdmin):
    form = EditionForm
    list_display = ["notice", "edition_label", "status", "in_force_from", "language_state"]
    list_filter = ["status", "notice"]
    list_select_related = ["notice"]
    search_fields = ["title_de", "title_en", "text_de", "text_en"]

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        fields: list[Any] = [
            ("title_de", "title_en"),
            ("summary_de", "summary_en"),
            ("text_de", "text_en"),
            ("change_note_de", "change_note_en"),
            "in_force_from",
        ]
        if obj is None:
            fields.insert(0, "notice")
        elif obj.status == Edition.Status.DRAFT and english_is_stale(obj):
            fields.append("english_still_right")
        if obj is None or (obj.status == Edition.Status.DRAFT and is_checked(obj.notice.kind)):
            fields.append("despite_gaps")
        return [(None, {"fields": fields})]

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        is_open = obj is None or obj.status == Edition.Status.DRAFT
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        is_open = obj is not None and obj.status == Edition.Status.DRAFT
        return is_open and super().has_delete_permission(request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Let the writers of a draft take turns: each is compared with what is stored by then."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            edition = self.get_object(request, unquote(object_id))
            if edition:
                # The notice first, as every step of an edition does, then the draft.
                Notice.objects.select_for_update().get(pk=edition.notice_id)
                edition = Edition.objects.select_for_update().filter(pk=edition.pk).first()
            gone = edition is None or edition.status != Edition.Status.DRAFT
            if gone and super().has_change_permission(request, edition):
                return self._too_late(request, edition)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _too_late(self, request: HttpRequest, edition: Edition | None) -> HttpResponse:
        """Say that there is no draft to save into any more, and give back what was typed."""
        typed = {name: as_text(request.POST[name]) for name in DRAFT_TEXTS if name in request.POST}
        stored = stored_texts(edition) if edition else {}
        form = EditionAdmin.get_form(self, request, edition, change=True)
        labels = {name: str(field.label) for name, field in form.base_fields.items()}
        return TemplateResponse(
            request,
            "admin/editions/edition/too_late.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Not saved: this is no longer a draft"),
                "opts": self.opts,
                "original": edition,
                "differences": differences(stored, typed, labels),
            },
            status=409,
        )

    def save_model(
        self, request: HttpRequest, obj: Edition, form: EditionForm, change: bool
    ) -> None:
        obj.written_by_id = obj.written_by_id or request.user.pk
        if form.english_was_edited or form.cleaned_data.get("english_still_right"):
            obj.english_made_from = german_source_digest(obj)
        super().save_model(request, obj, form, change)
        obj.writers.add(request.user.pk)  # type: ignore[arg-type]

    def response_add(
        self, request: HttpRequest, obj: Edition, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._submitted(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        return self._submitted(request, obj) or super().response_change(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        edition: Edition | None = kwargs.get("obj") or context.get("original")
        context["may_submit"] = edition is None or self.has_change_permission(request, edition)
        if edition and edition.pk:
            context["english_is_stale"] = english_is_stale(edition)
            context["english_is_missing"] = not edition.text_en
            context["is_own"] = publishing.has_written(edition, request.user)  # type: ignore[arg-type]
            context["reading"] = Reading(edition)
            if context["english_is_stale"] and context["may_submit"]:
                show_german_changes(context["adminform"].form, context["reading"])
            if edition.status != Edition.Status.PUBLISHED:
                token = previewing.make_token(edition)
                context["preview_link"] = reverse("edition-preview", kwargs={"token": token})
            context["came_back"] = publishing.last_comment(edition)
            if edition.status == Edition.Status.DRAFT:
                context["offers"] = offering.offers(edition)
            if edition.status == Edition.Status.REVIEW:
                context["rendered"] = rendered(edition)
                context["in_force"] = edition.notice.in_force_at(timezone.now())
                context["as_read"] = draft_digest(edition)
                context["comparisons"] = comparisons(context["in_force"], edition)
                if request.user.has_perm(PUBLISH):
                    # What was typed comes back with the question that was not answered.
                    asked = getattr(request, "asked_again", None)
                    context["review_form"], context["confirmations"] = asked or (
                        ReviewForm(initial={"in_force_from": edition.in_force_from}),
                        ConfirmationForm(edition),
                    )
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide))
        redact = self.admin_site.admin_view(partial(redact_page, self.admin_site))
        english = self.admin_site.admin_view(require_POST(self.english_is_right))
        correct = self.admin_site.admin_view(self.correct)
        withdraw = self.admin_site.admin_view(self.withdraw)
        restore = self.admin_site.admin_view(require_POST(self.restore))
        take_over = self.admin_site.admin_view(require_POST(self.take_over))
        return [
            path("<int:pk>/korrigieren/", correct, name="editions_edition_correct"),
            path("<int:pk>/zurueckziehen/", withdraw, name="editions_edition_withdraw"),
            path("<int:pk>/wiederherstellen/", restore, name="editions_edition_restore"),
            path(
                "<int:pk>/uebernehmen/<int:correction>/",
                take_over,
                name="editions_edition_take_over",
            ),
            path("<int:pk>/entscheiden/", view, name="editions_edition_decide"),
            path("<int:pk>/schwaerzen/", redact, name="editions_edition_redact"),
            path("<int:pk>/englisch-stimmt/", english, name="editions_edition_english"),
            *super().get_urls(),
        ]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve an edition in review, or return it with a comment."""
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        edition = get_object_or_404(Edition, pk=pk)
        form = ReviewForm(request.POST)
        confirmations = ConfirmationForm(edition, request.POST)
        back = HttpResponseRedirect(reverse("admin:editions_edition_change", args=[pk]))
        if not form.is_valid():
            messages.error(request, _("Please check the day and the time."))
            return self._ask_again(request, pk, form, confirmations)
        if not confirmations.is_valid():
            messages.error(request, _("A reason has at most 500 characters."))
            return self._ask_again(request, pk, form, confirmations)
        comment = form.cleaned_data["comment"]
        try:
            if "_publish" in request.POST:
                publishing.publish(
                    edition,
                    by=request.user,  # type: ignore[arg-type]
                    in_force_from=form.cleaned_data["in_force_from"],
                    without_english=confirmations.without_english,
                    claims_reasons=confirmations.claims_reasons,
                    as_read=request.POST.get("as_read", ""),
                )
                messages.success(request, _("The edition is approved."))
            elif not comment.strip():
                messages.error(request, _("Please tell the author what is missing."))
            else:
                publishing.send_back(edition, by=request.user, comment=comment)  # type: ignore[arg-type]
                messages.success(request, _("The edition is a draft again, with your comment."))
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
            if isinstance(error, publishing.EnglishNotCurrent | publishing.ClaimsNeedReasons):
                return self._ask_again(request, pk, form, confirmations)
        return back

    def english_is_right(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that the English text of a draft still says what the German one says."""
        edition = get_object_or_404(Edition, pk=pk)
        if not self.has_change_permission(request, edition):
            raise PermissionDenied
        try:
            publishing.confirm_english(edition, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Noted: the English text is still right."))
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
        return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[pk]))

    def _ask_again(
        self, request: HttpRequest, pk: int, form: ReviewForm, confirmations: ConfirmationForm
    ) -> HttpResponse:
        """Show the review page with everything that was typed."""
        shown = copy(request)
        shown.method = "GET"
        shown.asked_again = form, confirmations  # type: ignore[attr-defined]
        response = self.change_view(shown, str(pk))
        response.status_code = 422
        return response

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what differs, ask whether it changes the meaning, then publish or begin a draft."""
        if not request.user.has_perm("editions.add_edition"):
            raise PermissionDenied
        edition = get_object_or_404(Edition.objects.published(), pk=pk)
        old = {name: getattr(edition, name) or "" for name in publishing.CORRECTED_FIELDS}
        form = CorrectionForm(request.POST or None, initial=old)
        decision = None
        if request.method == "POST" and form.is_valid():
            texts = form.cleaned_data
            decision = corrections.decide(old, texts, publishing.names_never_corrected())
            answer = request.POST.get("meaning", "")
            try:
                if corrections.Reason.NOTHING in decision.reasons:
                    messages.error(request, _("You have changed nothing yet."))
                elif answer == "no":
                    row = publishing.correct(edition, by=request.user, texts=texts)  # type: ignore[arg-type]
                    messages.success(request, _("The correction is public."))
                    if row.notice.editions.exclude(status=Edition.Status.PUBLISHED).exists():
                        messages.info(
                            request,
                            _("There is an open draft. Please correct the same words there."),
                        )
                    return _to_edition(row)
                elif answer == "yes":
                    draft = publishing.restore(edition, by=request.user, texts=texts)  # type: ignore[arg-type]
                    messages.success(request, _("This is your draft. Nothing of it is public yet."))
                    return _to_edition(draft)
            except publishing.PublishingError as error:
                messages.error(request, sentence(error))
        context = {"form": form, "decision": decision, "title": _("Correct a typing error")}
        return self._act_page(request, "correct", edition, context)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the public reason, then withdraw."""
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        edition = get_object_or_404(Edition.objects.published(), pk=pk)
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                publishing.withdraw(edition, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
                messages.success(request, _("The edition is withdrawn. Its page says so."))
                return _to_edition(edition)
            except publishing.PublishingError as error:
                messages.error(request, sentence(error))
        context = {"form": form, "title": _("Withdraw an edition")}
        return self._act_page(request, "withdraw", edition, context)

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin a draft with the texts of this edition."""
        if not request.user.has_perm("editions.add_edition"):
            raise PermissionDenied
        edition = get_object_or_404(Edition.objects.published(), pk=pk)
        try:
            draft = publishing.restore(edition, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("This is your draft. Nothing of it is public yet."))
            return _to_edition(draft)
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
        return _to_edition(edition)

    def take_over(self, request: HttpRequest, pk: int, correction: int) -> HttpResponse:
        """Make the words of a published correction right in this draft, too."""
        edition = get_object_or_404(Edition, pk=pk)
        if not self.has_change_permission(request, edition):
            raise PermissionDenied
        row = get_object_or_404(
            Edition.objects.published(), pk=correction, notice=edition.notice_id, correction__gt=0
        )
        try:
            offering.take_over(edition, row, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The correction now stands in the draft, too."))
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
        return _to_edition(edition)

    def _act_page(
        self, request: HttpRequest, name: str, edition: Edition, context: dict[str, Any]
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/editions/edition/{name}.html",
            {
                **self.admin_site.each_context(request),
                **context,
                "opts": self.opts,
                "original": edition,
            },
        )

    def _submitted(self, request: HttpRequest, edition: Edition) -> HttpResponse | None:
        if "_submit" not in request.POST:
            return None
        try:
            publishing.submit(edition, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Saved and handed over for approval."))
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
        return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[edition.pk]))

    @admin.display(description=_("edition"))
    def edition_label(self, edition: Edition) -> str:
        return edition.label or "–"

    @admin.display(description=_("English"))
    def language_state(self, edition: Edition) -> str:
        if not edition.text_en:
            return gettext("missing")
        return gettext("older than German") if english_is_stale(edition) else gettext("up to date")


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnly):
    list_display = ["edition", "at", "recorded_by"]
    list_select_related = ["edition__notice", "recorded_by"]
    fields = ["edition", "at", "reason_de", "reason_en", "recorded_by"]


@admin.register(ClaimReason)
class ClaimReasonAdmin(ReadOnly):
    list_display = ["edition", "safeguard", "state", "reason", "role", "recorded_at"]
    list_select_related = ["edition__notice", "safeguard"]
    fields = ["edition", "safeguard", "state", "reason", "role", "recorded_at", "recorded_by"]


def sentence(error: publishing.PublishingError) -> str:
    """Return what staff are told about `error`."""
    words = str(SENTENCES[type(error)])
    if isinstance(error, publishing.ClaimsNeedReasons):
        return words % {"names": error.names}
    return words


def _to_edition(edition: Edition) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[edition.pk]))


def begin_draft(notice: Notice, author: int | None) -> Edition:
    """Store a draft with the texts of the newest edition of `notice`."""
    draft = Edition(notice=notice, title_de=notice.title_de, written_by_id=author)
    newest = Edition.objects.published().filter(notice=notice).in_force_order().first()
    if newest:
        for field in TEXT_FIELDS:
            for language in ("de", "en"):
                # What was new in the old edition is not new in the next one.
                text = "" if field == "change_note" else getattr(newest, f"{field}_{language}")
                setattr(draft, f"{field}_{language}", text or "")
        draft.english_made_from = (
            newest.english_made_from if english_is_stale(newest) else german_source_digest(draft)
        )
    draft.save()
    return draft


def show_german_changes(form: EditionForm, reading: Reading) -> None:
    """Put beside each English field what changed in German since that English was made."""
    fields = {name: field for field, name in SECTIONS}
    for section in reading.german_changes:
        field = form[f"{fields[section.name]}_en"]
        field.help_text = render_to_string(
            "admin/editions/_german_change.html", {"section": section, "help": field.help_text}
        )


def comparisons(in_force: Edition | None, edition: Edition) -> list[Comparison]:
    """Return how the text in force becomes that of `edition`, in each language that both have."""
    if in_force is None:
        return []
    found = [compare_editions(in_force, edition, language) for language in ("de", "en")]
    # Without English on one side the second comparison is the German one again.
    return found if found[1].language == "en" else found[:1]


def rendered(edition: Edition) -> dict[str, str]:
    """Return the text per language as readers will see it."""
    return {
        language: markdown.render(getattr(edition, f"text_{language}") or "", language)
        for language in ("de", "en")
    }

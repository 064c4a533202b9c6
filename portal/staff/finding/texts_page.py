"""Staff page "Ein Text soll geändert werden": every text with what one can do to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notices.editions.models import Edition, Notice
from notices.faq.models import Topic
from notices.firm.languages import FURTHER, name_of

CHANGE = "editions.change_edition"


@dataclass(frozen=True, slots=True)
class Text:
    """A notice, what of it is in force, and what is being written."""

    notice: Notice
    in_force: Edition | None
    unpublished: Edition | None


@require_safe
@permission_required(CHANGE, raise_exception=True)
def texts(request: HttpRequest) -> HttpResponse:
    """List the notices with their next step, and the questions by group."""
    now = timezone.now()
    unpublished = {
        edition.notice_id: edition
        for edition in Edition.objects.exclude(status=Edition.Status.PUBLISHED)
    }
    context = {
        "title": _("A text should change"),
        "texts": [
            Text(notice, notice.in_force_at(now), unpublished.get(notice.pk))
            for notice in Notice.objects.all()
        ],
        "languages": [(code, name_of(code)) for code in FURTHER],
        "topics": Topic.objects.prefetch_related("questions"),
    }
    return TemplateResponse(request, "admin/finding/texts.html", context)

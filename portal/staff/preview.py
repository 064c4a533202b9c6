"""Show staff how a Markdown text will look, with the renderer that readers get."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from notices.firm.admin_base import check_markdown
from notices.firm.languages import CODES
from notices.lib import markdown

FIELDS = {
    f"{field}_{language}": language for field in ("text", "summary", "answer") for language in CODES
}
MAY_WRITE = ("editions.change_edition", "faq.change_question")


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Render the field that the pressed button names; nothing is stored."""
    if not any(request.user.has_perm(permission) for permission in MAY_WRITE):
        raise PermissionDenied
    name = request.POST.get("field", "")
    language = FIELDS.get(name)
    if language is None:
        return HttpResponse(status=400)
    text = request.POST.get(name, "")
    errors: list[str] = []
    try:
        check_markdown(text)
    except ValidationError as error:
        errors = error.messages
    return TemplateResponse(
        request,
        "admin/preview.html",
        {
            "language": language,
            "errors": errors,
            "html": "" if errors else markdown.render(text, language),
        },
    )

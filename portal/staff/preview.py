"""Show staff how a Markdown text will appear, and line by line what becomes of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from notices.firm.admin_base import check_markdown
from notices.firm.languages import CODES
from notices.lib import markdown
from notices.lib.markdown import Kind, MarkdownError, Turn

BECOMES = {
    Kind.BULLETS: gettext_lazy("a list with bullets"),
    Kind.NUMBERS: gettext_lazy("a list with numbers"),
    Kind.TABLE: gettext_lazy("a table"),
    Kind.HEADING: gettext_lazy("a heading"),
    Kind.QUOTE: gettext_lazy("a quotation, set in from the edge"),
    Kind.CODE: gettext_lazy("a block that appears sign by sign as typed"),
    Kind.RULE: gettext_lazy("a line across the page"),
    Kind.FLOW: gettext_lazy("one paragraph; a blank line between them would part them"),
    Kind.TARGET: gettext_lazy("does not appear; it says where a link leads"),
    Kind.LINK: gettext_lazy("a link to %(words)s"),
    Kind.STRONG: gettext_lazy("words between stars or underscores stand out; those signs go"),
    Kind.SIGNS: gettext_lazy("quotation marks, dashes and dots are set as in print"),
    Kind.MARKS: gettext_lazy("signs for the layout, such as ` or \\*, do their work and go"),
    Kind.UNSEEN: gettext_lazy("signs that nobody sees are taken out"),
}
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
            # Also beside an error: what is lost shows best where it is missing.
            "html": markdown.render(text, language),
            "turns": _turns(text),
        },
    )


def _turns(text: str) -> list[str] | None:
    """Return a sentence for each place where lines change; None beyond the limits."""
    try:
        return [_told(one) for one in markdown.turns(text)]
    except MarkdownError:
        return None


def _told(turn: Turn) -> str:
    becomes = str(BECOMES[turn.kind]) % {"words": turn.words}
    if turn.first == turn.last:
        return _("Line %(first)d: %(becomes)s") % {"first": turn.first, "becomes": becomes}
    return _("Lines %(first)d to %(last)d: %(becomes)s") % {
        "first": turn.first,
        "last": turn.last,
        "becomes": becomes,
    }

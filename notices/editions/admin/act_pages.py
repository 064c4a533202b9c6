"""What the pages of all acts on an edition share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ..models import Edition

# The page of an act is a function of the admin that it belongs to.
EditionPage = Callable[..., HttpResponse]


def to_edition(edition: Edition) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[edition.pk]))


def act_page(
    page: ModelAdmin[Edition],
    request: HttpRequest,
    name: str,
    edition: Edition | None,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Show the page of one act about `edition`."""
    return TemplateResponse(
        request,
        f"admin/editions/edition/{name}.html",
        {
            **page.admin_site.each_context(request),
            **context,
            "opts": page.opts,
            "original": edition,
        },
        status=status,
    )

"""What a page that was opened just now says it has seen, for tests that post without a browser."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import RequestFactory

from notices.invitations.forms import MoveForm
from notices.invitations.models import Meeting


def seen(row: models.Model) -> str:
    """Return what the form of `row` would carry if its page were opened now."""
    row = type(row)._default_manager.get(pk=row.pk)
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    page = admin.site.get_model_admin(type(row))
    form = page.get_form(request, row, change=True)(instance=row)
    return str(form.get_initial_for_field(form.fields["seen"], "seen"))


def seen_inside(parent: models.Model, row: models.Model) -> str:
    """Return the same for `row`, which is changed inside the page of `parent`."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    page = admin.site.get_model_admin(type(parent))
    (inline,) = [
        one for one in page.get_inline_instances(request, parent) if isinstance(row, one.model)
    ]
    form = inline.get_formset(request, parent).form(instance=row)
    return str(form.get_initial_for_field(form.fields["seen"], "seen"))


def seen_date(meeting: Meeting) -> str:
    """Return what the page that moves `meeting` would carry if it were opened now."""
    row = Meeting.objects.get(pk=meeting.pk)
    return str(MoveForm(meeting=row).initial["seen"])

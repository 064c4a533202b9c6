"""What the first page of staff counts, and that every list and form opens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone

from notices.firm import jobs
from portal.setup import troubles
from tests.conftest import SignIn
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_question,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db


def test_the_start_page_counts_missing_translations(sign_in: SignIn) -> None:
    make_organisation()
    make_question("who", answer_en="")
    make_edition(status="draft", text_en="")
    client, _ = sign_in("editor")
    missing = client.get("/admin/").context["missing"]
    assert {one.name.split(":")[0][:5] for one in missing} == {"Frage", "Hinwe"}


def test_a_quiet_start_page_names_the_next_check(sign_in: SignIn) -> None:
    make_organisation()
    record_state(make_safeguard())
    client, user = sign_in("reviewer")
    User.objects.filter(pk=user.pk).update(email="pruefung@example.de")
    jobs.beat(timezone.now())
    troubles.note_backup(timezone.now())
    context = client.get("/admin/").context
    assert context["is_quiet"]
    assert context["next_check"] > timezone.now() + timedelta(days=80)


def test_every_list_and_form_opens_for_a_reviewer(sign_in: SignIn, starter: None) -> None:
    client, user = sign_in("reviewer")
    request = RequestFactory().get("/admin/")
    request.user = user
    for model, options in admin.site._registry.items():
        label = f"{model._meta.app_label}/{model._meta.model_name}"
        if label == "auth/user":
            continue
        assert client.get(f"/admin/{label}/", follow=True).status_code == 200, label
        row = model._default_manager.first()
        if row:
            page = client.get(f"/admin/{label}/{row.pk}/change/")
            assert page.status_code == 200, label
            assert " style=" not in page.content.decode(), label
        if options.has_add_permission(request):
            assert client.get(f"/admin/{label}/add/").status_code == 200, label


def test_what_somebody_handed_over_does_not_wait_for_themselves(sign_in: SignIn) -> None:
    make_organisation()
    client, reviewer = sign_in("reviewer")
    edition = make_edition(status="review", written_by=reviewer)
    page = client.get("/admin/")
    assert page.context["waiting"].count == 0
    assert [str(one.name) for one in page.context["handed_over"]] == [
        f"Neue Fassung: {edition.notice}"
    ]
    other, _ = sign_in("reviewer")
    assert other.get("/admin/").context["waiting"].editions == [edition]


def test_the_start_page_names_the_notices_to_be_read_again(sign_in: SignIn) -> None:
    make_organisation()
    today = timezone.localdate()
    due = make_notice("due", review_due=today)
    make_notice("later", review_due=today + timedelta(days=1))
    client, _ = sign_in("editor")
    page = client.get("/admin/")
    assert page.context["reviews_due"] == [due]
    assert "Wieder zu lesen" in page.content.decode()
    assert not page.context["is_quiet"]

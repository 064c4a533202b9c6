"""A draft for a reviewer without an account: signed, for seven days, for exactly one text."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notices.editions.models import Edition
from notices.editions.pages.preview_links import make_token
from tests.factories import make_edition, make_organisation

pytestmark = pytest.mark.django_db


def link(token: str) -> str:
    with translation.override("de"):
        return reverse("edition-preview", kwargs={"token": token})


@pytest.fixture
def draft() -> Edition:
    make_organisation()
    return make_edition(status="review", text_de="Noch geheim.", text_en="Still secret.")


def test_the_link_shows_both_languages_and_leaves_no_trace(client: Client, draft: Edition) -> None:
    response = client.get(link(make_token(draft)))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Noch geheim." in page
    assert "Still secret." in page
    assert 'content="noindex, nofollow"' in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]


def test_after_seven_days_it_is_gone(client: Client, draft: Edition) -> None:
    address = link(make_token(draft))
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        response = client.get(address)
    assert response.status_code == 410
    assert "Noch geheim." not in response.content.decode()


def test_a_changed_or_published_text_is_not_shown(client: Client, draft: Edition) -> None:
    address = link(make_token(draft))
    draft.text_de = "Anders."
    draft.save()
    response = client.get(address)
    assert response.status_code == 410
    assert "Anders." not in response.content.decode()


def test_a_forged_link_is_not_found(client: Client, draft: Edition) -> None:
    assert client.get(link(make_token(draft)[:-2] + "xx")).status_code == 404

"""Correct, withdraw, restore and the comment of a reviewer: through the staff pages."""

from __future__ import annotations

import pytest

from notices.editions import publishing
from notices.editions.models import Edition, Withdrawal
from tests.conftest import SignIn
from tests.factories import make_edition

pytestmark = pytest.mark.django_db


def address(edition: Edition, act: str) -> str:
    return f"/admin/editions/edition/{edition.pk}/{act}/"


def texts(edition: Edition, **changes: str) -> dict[str, str]:
    names = publishing.CORRECTED_FIELDS
    return {**{name: getattr(edition, name) or "" for name in names}, **changes}


def test_a_typing_error_is_shown_asked_about_and_published(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    edition = make_edition(text_de="Deutscher Texxt.")
    data = texts(edition, text_de="Deutscher Text.")
    page = client.post(address(edition, "korrigieren"), data).content.decode()
    assert "<del>Texxt.</del>" in page
    assert "Ändert das die Bedeutung?" in page
    assert Edition.objects.count() == 1
    client.post(address(edition, "korrigieren"), {**data, "meaning": "no"})
    assert Edition.objects.get(correction=1).text_de == "Deutscher Text."


def test_a_number_is_never_published_as_a_correction_whatever_is_answered(
    sign_in: SignIn,
) -> None:
    client, _ = sign_in("editor")
    edition = make_edition(text_de="Nach 30 Tagen.")
    data = texts(edition, text_de="Nach 90 Tagen.")
    response = client.post(address(edition, "korrigieren"), {**data, "meaning": "no"})
    assert 'value="no"' not in response.content.decode()
    assert Edition.objects.count() == 1
    client.post(address(edition, "korrigieren"), {**data, "meaning": "yes"})
    assert Edition.objects.get(status="draft").text_de == "Nach 90 Tagen."


def test_an_open_draft_is_never_overwritten_and_the_typed_text_stays(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    edition = make_edition()
    draft = make_edition(edition.notice, status="draft", text_de="Offener Entwurf.")
    data = texts(edition, text_de="Ganz anders.", meaning="yes")
    page = client.post(address(edition, "korrigieren"), data).content.decode()
    assert "Ganz anders." in page
    client.post(address(edition, "wiederherstellen"))
    draft.refresh_from_db()
    assert draft.text_de == "Offener Entwurf."


def test_only_a_reviewer_withdraws_and_says_why(sign_in: SignIn) -> None:
    edition = make_edition()
    editor, _ = sign_in("editor")
    reason = {"reason_de": "Ein Satz war falsch."}
    assert editor.post(address(edition, "zurueckziehen"), reason).status_code == 403
    reviewer, _ = sign_in("reviewer")
    reviewer.post(address(edition, "zurueckziehen"), {"reason_de": " "})
    assert not Withdrawal.objects.exists()
    reviewer.post(address(edition, "zurueckziehen"), reason)
    assert Withdrawal.objects.get().reason_de == "Ein Satz war falsch."


def test_an_old_edition_is_restored_as_a_draft(sign_in: SignIn) -> None:
    client, user = sign_in("editor")
    edition = make_edition(text_de="Alter Text.")
    client.post(address(edition, "wiederherstellen"))
    draft = Edition.objects.get(status="draft")
    assert (draft.text_de, draft.written_by) == ("Alter Text.", user)


def test_the_author_sees_the_comment_on_the_draft(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    _, reviewer = sign_in("reviewer")
    edition = make_edition(status="review", written_by=author)
    publishing.send_back(edition, by=reviewer, comment="Bitte die Empfänger nennen.")
    page = client.get(f"/admin/editions/edition/{edition.pk}/change/").content.decode()
    assert "Bitte die Empfänger nennen." in page

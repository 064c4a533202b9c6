"""Writing, handing over, approving: through the staff pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from notices.editions.integrity.digests import TEXT_FIELDS, is_stale
from notices.editions.models import Edition
from notices.editions.review.edit_conflicts import draft_digest
from notices.firm.models import AuditEntry
from tests.conftest import SignIn
from tests.factories import make_edition, make_notice
from tests.turns import seen

pytestmark = pytest.mark.django_db


def fields(edition: Edition, **changes: str) -> dict[str, str]:
    names = [f"{field}_{language}" for field in TEXT_FIELDS for language in ("de", "en")]
    texts = {name: getattr(edition, name) or "" for name in names}
    # The short texts of these tests say little of what a privacy notice must say.
    # As a page opened just now would send it.
    return {**texts, "despite_gaps": "on", "seen": seen(edition), **changes}


def change(edition: Edition) -> str:
    return f"/admin/editions/edition/{edition.pk}/change/"


def decide(edition: Edition) -> str:
    return f"/admin/editions/edition/{edition.pk}/entscheiden/"


def as_read(edition: Edition) -> str:
    """Return what the page of a reviewer sends about the text that it shows."""
    return draft_digest(Edition.objects.get(pk=edition.pk))


def approved(client: Client, edition: Edition) -> str:
    """Approve with every question answered, so that only a rule about people can refuse."""
    answers = {"_publish": "1", "without_en": "on", "as_read": as_read(edition)}
    return client.post(decide(edition), answers, follow=True).content.decode()


def begin(client: Client, published: Edition) -> Edition:
    client.post(f"/admin/editions/notice/{published.notice_id}/neue-fassung/")
    return Edition.objects.get(status="draft")


def test_a_new_edition_starts_from_the_published_text(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    draft = begin(client, make_edition())
    assert draft.text_de == "## Wozu\n\nDeutscher Text."
    assert draft.change_note_de == ""
    assert draft.written_by == author
    assert not is_stale(draft, "en")


def test_a_second_click_goes_on_with_the_same_draft(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    published = make_edition()
    begin(client, published)
    response = client.post(f"/admin/editions/notice/{published.notice_id}/neue-fassung/")
    assert response.headers["Location"] == change(Edition.objects.get(status="draft"))


def test_a_changed_german_text_makes_the_english_one_old(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    # Browsers send CRLF; that alone is no edit of the English text.
    unchanged = {"text_en": (draft.text_en or "").replace("\n", "\r\n")}
    client.post(change(draft), fields(draft, text_de="Neu.", **unchanged, _continue="1"))
    draft.refresh_from_db()
    assert is_stale(draft, "en")
    (told,) = client.get(change(draft)).context["reading"].translations
    assert (told.language, told.is_missing) == ("en", False)


def test_an_edited_english_text_or_a_tick_makes_it_current_again(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    client.post(change(draft), fields(draft, text_de="Neu.", _continue="1"))
    draft.refresh_from_db()
    client.post(change(draft), fields(draft, still_right_en="on", _continue="1"))
    draft.refresh_from_db()
    assert not is_stale(draft, "en")
    client.post(change(draft), fields(draft, text_de="Neuer.", text_en="New.", _continue="1"))
    draft.refresh_from_db()
    assert not is_stale(draft, "en")


def test_a_text_that_cannot_be_shown_is_refused_with_its_line(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    deep = "Anfang\n" + ">" * 30 + " tief"
    response = client.post(change(draft), fields(draft, text_de=deep, _continue="1"))
    assert "2" in str(response.context["adminform"].form.errors["text_de"])
    draft.refresh_from_db()
    assert draft.text_de != deep


def test_from_draft_to_public_with_two_people(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    client.post(change(draft), fields(draft, text_de="Ganz neu.", _submit="1"))
    draft.refresh_from_db()
    assert draft.status == "review"
    reviewer, other = sign_in("reviewer")
    assert change(draft) in reviewer.get("/admin/").content.decode()
    sent = {"_publish": "1", "without_en": "on", "as_read": as_read(draft)}
    reviewer.post(decide(draft), sent)
    draft.refresh_from_db()
    assert (draft.status, draft.approved_by) == ("published", other)
    assert "Ganz neu." in client.get(draft.get_absolute_url()).content.decode()


def test_nobody_approves_their_own_text(sign_in: SignIn) -> None:
    client, _ = sign_in("reviewer")
    draft = begin(client, make_edition())
    client.post(change(draft), fields(draft, text_de="Ganz neu.", _submit="1"))
    assert "Eine andere Person muss" in approved(client, draft)
    draft.refresh_from_db()
    assert draft.status == "review"


def test_who_wrote_first_does_not_approve_after_somebody_else_saved(sign_in: SignIn) -> None:
    writer, _ = sign_in("reviewer")
    draft = begin(writer, make_edition())
    second, _ = sign_in("reviewer")
    second.post(change(draft), fields(draft, text_de="Zweite Hand.", _submit="1"))
    for client in (writer, second):
        assert "Eine andere Person muss" in approved(client, draft)
        draft.refresh_from_db()
        assert draft.status == "review"
    third, _ = sign_in("reviewer")
    approved(third, draft)
    draft.refresh_from_db()
    assert draft.status == "published"


def test_an_editor_cannot_decide(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    edition = make_edition(status="review")
    assert client.post(decide(edition), {"_publish": "1"}).status_code == 403
    edition.refresh_from_db()
    assert edition.status == "review"


def test_returning_needs_a_comment_and_keeps_it(sign_in: SignIn) -> None:
    client, _ = sign_in("reviewer")
    edition = make_edition(status="review")
    client.post(decide(edition), {"_send_back": "1", "comment": " "})
    edition.refresh_from_db()
    assert edition.status == "review"
    client.post(decide(edition), {"_send_back": "1", "comment": "Bitte kürzer."})
    edition.refresh_from_db()
    assert edition.status == "draft"
    assert AuditEntry.objects.filter(detail__comment="Bitte kürzer.").exists()


@pytest.mark.parametrize("status", ["review", "published"])
def test_what_is_not_a_draft_cannot_be_changed(sign_in: SignIn, status: str) -> None:
    client, _ = sign_in("reviewer")
    edition = make_edition(status=status)
    assert client.get(change(edition)).status_code == 200
    sent = fields(edition, text_de="Anders.", _continue="1")
    assert client.post(change(edition), sent).status_code == 409
    edition.refresh_from_db()
    assert edition.text_de != "Anders."


def test_a_notice_has_one_draft(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = make_edition(make_notice("video"), status="draft")
    sent: dict[str, Any] = {**fields(draft), "notice": draft.notice_id}
    response = client.post("/admin/editions/edition/add/", sent)
    assert "notice" in response.context["adminform"].form.errors

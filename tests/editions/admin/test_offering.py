"""A correction is offered to the draft begun before it, and shown to reviewers afterwards."""

from __future__ import annotations

import pytest
from django.test import Client

from notices.editions import drafting, publishing
from notices.editions.integrity.digests import is_stale
from notices.editions.models import Edition
from tests.conftest import SignIn
from tests.factories import make_edition, make_organisation, make_user

pytestmark = pytest.mark.django_db
WRONG, RIGHT = "Der Texxt ist da.", "Der Text ist da."


def corrected(edition: Edition, text: str = RIGHT) -> Edition:
    return publishing.correct(edition, by=make_user("editor"), texts={"text_de": text})


def page_of(client: Client, edition: Edition) -> str:
    return client.get(f"/admin/editions/edition/{edition.pk}/change/").content.decode()


def take_over(client: Client, draft: Edition, row: Edition) -> None:
    client.post(f"/admin/editions/edition/{draft.pk}/uebernehmen/{row.pk}/")
    draft.refresh_from_db()


def test_the_open_draft_can_take_the_correction_over(sign_in: SignIn) -> None:
    client, user = sign_in("editor")
    edition = make_edition(text_de=WRONG)
    draft = make_edition(edition.notice, status="draft", text_de=f"{WRONG} Und mehr.")
    row = corrected(edition)
    page = page_of(client, draft)
    assert "Korrekturen, die in diesem Entwurf fehlen" in page
    assert "<ins>Text</ins>" in page
    take_over(client, draft, row)
    assert draft.text_de == f"{RIGHT} Und mehr."
    assert publishing.has_written(draft, user)
    assert "Korrekturen, die in diesem Entwurf fehlen" not in page_of(client, draft)


def test_words_that_are_not_there_are_left_to_a_person(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    edition = make_edition(text_de=WRONG)
    draft = make_edition(edition.notice, status="draft", text_de="Ganz anders.")
    row = corrected(edition)
    assert "In den Entwurf übernehmen" not in page_of(client, draft)
    take_over(client, draft, row)
    assert draft.text_de == "Ganz anders."


def test_english_stays_current_when_a_typing_error_is_taken_over(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    edition = make_edition(text_de=WRONG)
    draft = drafting.restore(edition, by=make_user("editor"))
    assert not is_stale(draft, "en")
    take_over(client, draft, corrected(edition))
    assert draft.text_de == RIGHT
    assert not is_stale(draft, "en")


def test_a_draft_in_review_takes_nothing_over(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    edition = make_edition(text_de=WRONG)
    draft = make_edition(edition.notice, status="review", text_de=WRONG)
    take_over(client, draft, corrected(edition))
    assert draft.text_de == WRONG


def test_reviewers_see_afterwards_what_was_corrected_without_them(sign_in: SignIn) -> None:
    make_organisation()
    corrected(make_edition(text_de=WRONG))
    reviewer, _ = sign_in("reviewer")
    page = reviewer.get("/admin/").content.decode()
    assert "Korrekturen ohne Freigabe" in page
    assert "<del>Texxt</del>" in page
    editor, _ = sign_in("editor")
    assert "Korrekturen ohne Freigabe" not in editor.get("/admin/").content.decode()


def test_readers_learn_that_a_correction_had_no_approval_and_needed_none() -> None:
    make_organisation()
    row = corrected(make_edition(text_de=WRONG))
    page = Client().get(row.get_absolute_url()).content.decode()
    assert "Sie ändert die Bedeutung nicht." in page


def test_the_review_page_shows_what_changes_in_both_languages(sign_in: SignIn) -> None:
    edition = make_edition(text_de="Alter Satz bleibt.", text_en="Old sentence stays.")
    draft = make_edition(
        edition.notice,
        status="review",
        text_de="Neuer Satz bleibt.",
        text_en="New sentence stays.",
    )
    client, _ = sign_in("reviewer")
    page = page_of(client, draft)
    assert "Verglichen mit Fassung 1, die jetzt gilt." in page
    for removed, added in (("Alter", "Neuer"), ("Old", "New")):
        assert f"</span>{removed}</del>" in page
        assert f"</span>{added}</ins>" in page


def test_the_review_page_of_a_first_edition_says_that_all_is_new(sign_in: SignIn) -> None:
    client, _ = sign_in("reviewer")
    assert "Der ganze Text ist neu." in page_of(client, make_edition(status="review"))

"""English that is older than German: asked about, said to readers, never silently replaced."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from notices.editions import drafting, publishing
from notices.editions.drafting import begin
from notices.editions.integrity.digests import is_stale
from notices.editions.models import Edition
from notices.editions.review.translation_state import changes_since, source_of
from notices.firm.models import AuditEntry
from tests.factories import make_edition, make_notice, make_organisation, make_user

pytestmark = pytest.mark.django_db


def next_draft(edition: Edition, **changes: str) -> Edition:
    draft = begin(edition.notice, by=make_user())
    for field, text in changes.items():
        setattr(draft, field, text)
    draft.save()
    return draft


def published(edition: Edition, by: User) -> Edition:
    edition.status = "review"
    edition.save()
    return publishing.publish(edition, by=by, without=["en"])


@pytest.mark.parametrize("change", [{"text_de": "Neu."}, {"text_en": ""}])
def test_stale_or_missing_english_is_a_decision(reviewer: User, change: dict[str, str]) -> None:
    draft = next_draft(make_edition(), **change)
    draft.status = "review"
    draft.save()
    with pytest.raises(publishing.TranslationNotCurrent):
        publishing.publish(draft, by=reviewer)
    draft.refresh_from_db()
    assert draft.status == "review"
    assert publishing.publish(draft, by=reviewer, without=["en"]).number == 2


def test_the_source_is_found_through_stale_editions(reviewer: User) -> None:
    first = make_edition()
    second = published(next_draft(first, text_de="## Wozu\n\nDeutscher Satz."), reviewer)
    third = next_draft(second, text_de="## Wozu\n\nDeutscher Satz mit mehr.")
    assert source_of(second, "en") == source_of(third, "en") == first
    (section,) = changes_since(third, first)
    runs = [run for stretch in section.stretches for block in stretch.blocks for run in block.runs]
    assert ("removed", "Deutscher Text.") in [(run.kind, run.text) for run in runs]
    assert ("added", "Deutscher Satz mit mehr.") in [(run.kind, run.text) for run in runs]


def test_an_unknown_source_is_said_to_be_unknown() -> None:
    draft = next_draft(make_edition())
    draft.made_from = {"en": "0" * 64}
    assert source_of(draft, "en") is None


def test_still_right_changes_the_stamp_and_no_text(reviewer: User) -> None:
    draft = next_draft(make_edition(), text_de="Neu.")
    english = draft.text_en
    draft = drafting.confirm(draft, "en", by=reviewer)
    draft.refresh_from_db()
    assert not is_stale(draft, "en")
    assert (draft.text_de, draft.text_en) == ("Neu.", english)
    assert AuditEntry.objects.get(act="edition-english-confirmed").by == reviewer
    # Who vouches for a text has a part in it and does not approve it.
    assert draft.writers.filter(pk=reviewer.pk).exists()


def test_nobody_restamps_what_is_no_draft(reviewer: User) -> None:
    with pytest.raises(publishing.NotADraft):
        drafting.confirm(make_edition(), "en", by=reviewer)


NOTE = "This is the translation of edition 1; the German edition 2 prevails."


def test_readers_of_english_learn_which_edition_they_read(client: Client, reviewer: User) -> None:
    make_organisation()
    first = make_edition(make_notice("zoom"))
    published(next_draft(first, text_de="Neu."), reviewer)
    for address in ("/en/notices/zoom/", "/en/notices/zoom/edition/2/"):
        page = client.get(address).content.decode()
        assert NOTE in page
        assert "English text." in page
        assert "/de/hinweise/zoom-de/" in page
    for address in ("/en/notices/zoom/edition/1/", "/de/hinweise/zoom-de/"):
        page = client.get(address).content.decode()
        assert "prevails" not in page
        assert "es gilt die deutsche Fassung" not in page


def test_a_single_page_says_it_too(client: Client, reviewer: User) -> None:
    make_organisation()
    first = make_edition(make_notice("imprint", kind="imprint"))
    published(next_draft(first, text_de="Neu."), reviewer)
    assert NOTE in client.get("/en/imprint/").content.decode()


def test_an_edition_without_english_is_shown_in_german_and_says_so(
    client: Client, reviewer: User
) -> None:
    make_organisation()
    first = make_edition(make_notice("zoom"))
    published(next_draft(first, text_en="", text_de="Nur deutsch."), reviewer)
    for address in ("/en/notices/zoom/", "/en/notices/zoom/edition/2/"):
        page = client.get(address).content.decode()
        assert "This part is only available in German so far." in page
        assert '<div class="text" lang="de"><p>Nur deutsch.' in page
        assert "prevails" not in page


def test_a_german_note_in_the_english_feed_says_that_it_is_german(client: Client) -> None:
    make_organisation()
    make_edition(make_notice(kind="letter"), change_note_de="Neu ist das.", change_note_en="")
    said = "Neu ist das. (This part is only available in German so far.)"
    assert said in client.get("/en/changes.atom").content.decode()
    assert "only available" not in client.get("/de/aenderungen.atom").content.decode()

"""Redaction is the one change a published edition admits."""

from __future__ import annotations

import pytest
from django.test import Client

from notices.editions import redacting
from notices.editions.integrity.chain import verify
from notices.editions.integrity.digests import is_stale
from notices.editions.models import Edition, Redaction
from notices.editions.redacting import plan, redact
from notices.firm.models import AuditEntry
from tests.editions.redacting.acting import PHRASES, TEXT, do, row_of
from tests.factories import make_edition, make_notice, make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_no_column_of_the_row_holds_the_words_any_more(edition: Edition) -> None:
    do(edition)
    stored = " ".join(str(value) for value in row_of(edition.pk).values()).casefold()
    for trace in ("erika", "probe@", "erika-probe"):
        assert trace not in stored
    assert "‹geschwärzt›" in stored
    assert "‹redacted›" in stored


def test_number_dates_roles_and_link_stay_and_the_rest_of_the_text_too(edition: Edition) -> None:
    before = row_of(edition.pk)
    do(edition)
    after = row_of(edition.pk)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {*Edition.admitted_columns, "html de", "html en"}
    assert "unter" in str(after["html de"])
    assert str(after["html de"]).count("<p>") == str(before["html de"]).count("<p>")


def test_the_row_of_the_redaction_tells_everything_but_the_words(edition: Edition) -> None:
    old = edition.digest
    redaction = do(edition)
    assert redaction.old_digest == old
    assert redaction.new_digest == Edition.objects.get(pk=edition.pk).digest
    assert redaction.fields == ["change_note_de", "text_de", "text_en", "title_de"]
    assert redaction.role == "reviewer"
    entry = AuditEntry.objects.get(act="edition-redacted")
    assert entry.subject == "video 1"
    assert "Erika" not in f"{entry.detail}{redaction.__dict__}"


def test_the_chain_still_holds_and_the_report_names_the_redaction(edition: Edition) -> None:
    do(edition)
    do(edition, ["Fragen"])
    make_edition(edition.notice)
    report = verify()
    assert report.problems == []
    assert [(one.notice, one.edition) for one in report.redactions] == [("video", "1")] * 2


def test_the_last_edition_can_be_redacted_and_followed(edition: Edition) -> None:
    last = Edition.objects.get(number=2)
    do(last, ["Deutscher Text"])
    make_edition(edition.notice)
    assert verify().problems == []


def test_readers_see_the_mark_on_every_page_and_in_the_feed(
    client: Client, edition: Edition
) -> None:
    make_organisation()
    do(edition)
    for address in (
        "/de/hinweise/video-de/fassung/1/",
        "/en/notices/video/edition/1/",
        "/de/hinweise/video-de/fassung/2/vergleich/1/",
        "/de/hinweise/video-de/",
        "/de/aenderungen.atom",
        "/de/archiv/",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert "erika" not in page.content.decode().casefold()
    words = client.get("/de/hinweise/video-de/fassung/1/").content.decode()
    assert "‹geschwärzt›" in words
    assert "haben wir personenbezogene Daten" in words


def test_an_english_text_that_was_up_to_date_stays_so(edition: Edition) -> None:
    do(edition)
    assert not is_stale(Edition.objects.get(pk=edition.pk), "en")


@pytest.mark.parametrize(
    ("phrases", "error"),
    [
        (["Nirgends"], redacting.NotFound),
        (["Fragen beantwortet Frau Erika Probe"], redacting.StillThere),
    ],
)
def test_what_would_not_be_gone_is_refused_and_nothing_is_stored(
    edition: Edition, phrases: list[str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        do(edition, phrases)
    assert not Redaction.objects.exists()
    assert Edition.objects.get(pk=edition.pk).text_de == TEXT


def test_a_draft_is_changed_not_redacted() -> None:
    with pytest.raises(redacting.NotPublished):
        do(make_edition(status="draft"), ["Deutscher"])


def test_a_reason_is_needed(edition: Edition) -> None:
    with pytest.raises(redacting.NeedsAReason):
        redact(edition, PHRASES, reason=" ", by=make_user("reviewer"), role="reviewer")


@pytest.mark.parametrize("lines", ["", "  \n ", "ab", "\n".join(f"wort {n}" for n in range(21))])
def test_too_short_none_or_too_many_phrases_are_refused(lines: str) -> None:
    with pytest.raises(redacting.NothingToRedact):
        redacting.phrases_in(lines)


def test_words_inside_other_words_stay(edition: Edition) -> None:
    row = make_edition(make_notice(), text_de="Mai und Mailand.")
    texts = {one.field: one.after for one in plan(row, ["Mai"]).texts}
    assert texts == {"text_de": "‹geschwärzt› und Mailand."}

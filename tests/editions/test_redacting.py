"""Redaction is the one change a published edition admits, and nothing else passes with it."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from notices.editions import redacting
from notices.editions.integrity.chain import verify
from notices.editions.integrity.digests import is_stale
from notices.editions.models import Edition, EditionHtml, Notice, Redaction
from notices.editions.redacting import plan, redact
from notices.firm.models import AuditEntry
from notices.lib import markdown, redaction
from notices.lib.markdown import is_clean
from tests.factories import make_edition, make_notice, make_organisation, make_user

pytestmark = pytest.mark.django_db

TABLE = Edition._meta.db_table
HTML = EditionHtml._meta.db_table
TEXT = """## Frau Erika Probe

Fragen beantwortet **Frau Erika
Probe** unter [probe@muster.example](mailto:probe@muster.example), siehe [oben](#frau-erika-probe).
"""
PHRASES = ["probe@muster.example", "Erika Probe"]


@pytest.fixture
def edition() -> Edition:
    notice = make_notice("video")
    edition = make_edition(
        notice,
        text_de=TEXT,
        text_en="Ask Ms Erika Probe.",
        change_note_de="Erika Probe ist neu.",
        title_de="Hinweis von ERIKA PROBE",
    )
    make_edition(notice)
    return edition


def do(edition: Edition, phrases: list[str] = PHRASES) -> Redaction:
    return redact(edition, phrases, reason="Art. 17", by=make_user("reviewer"), role="reviewer")


def row_of(pk: int) -> dict[str, object]:
    """Return every column as the database holds it, also those modeltranslation hides."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TABLE} WHERE id = %s", [pk])
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
        cursor.execute(f"SELECT language, text, summary FROM {HTML} WHERE edition_id = %s", [pk])
        return row | {f"html {language}": texts for language, *texts in cursor.fetchall()}


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


def allow(edition: Edition, new_digest: str, old_digest: str = "") -> None:
    Redaction.objects.create(
        edition=edition,
        reason="Versuch",
        old_digest=old_digest or edition.digest,
        new_digest=new_digest,
    )


NEW = "f" * 64
FORBIDDEN = {
    "another digest than the one named": f"digest = '{'e' * 64}', text_de = 'Neu'",
    "texts without a digest": "text_de = 'Neu'",
}
OTHERWISE = {
    "DateTimeField": "'2031-01-01 00:00:00+00:00'",
    "BooleanField": "NOT {0}",
    "CharField": "'other'",
    "TextField": "'other'",
    "JSONField": "'[\"other\"]'",
    "BigAutoField": "{0} + 1000",
    "PositiveIntegerField": "{0} + 1000",
    "PositiveSmallIntegerField": "{0} + 1",
    "ForeignKey": "CASE WHEN {0} IS NULL THEN 1 ELSE NULL END",
}
for field in Edition._meta.concrete_fields:
    if field.column and field.column not in Edition.admitted_columns:
        value = OTHERWISE[field.get_internal_type()].format(field.column)
        FORBIDDEN[field.column] = f"digest = '{NEW}', {field.column} = {value}"


@pytest.mark.parametrize("change", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_redaction_admits_nothing_but_texts_and_their_digest(change: str) -> None:
    edition = make_edition(written_by=make_user("editor"))
    allow(edition, NEW)
    before = row_of(edition.pk)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {TABLE} SET {change} WHERE id = %s", [edition.pk])
    assert row_of(edition.pk) == before


def test_a_redaction_row_admits_one_change_only(edition: Edition) -> None:
    allow(edition, NEW)
    change = f"UPDATE {TABLE} SET text_de = %s, digest = '{NEW}' WHERE id = {edition.pk}"
    with connection.cursor() as cursor:
        cursor.execute(change, ["Neu"])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, ["Noch einmal"])


def test_an_older_redaction_row_admits_nothing_after_a_newer_one(edition: Edition) -> None:
    first = edition.digest
    do(edition, ["Fragen"])
    now = Edition.objects.get(pk=edition.pk).digest
    allow(edition, first, now)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET digest = '{first}' WHERE id = {edition.pk}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET digest = '{now}' WHERE id = {edition.pk}")


@pytest.mark.parametrize("other", ["another edition", "another digest"])
def test_a_redaction_of_something_else_admits_nothing(edition: Edition, other: str) -> None:
    if other == "another edition":
        allow(Edition.objects.get(number=2), NEW, edition.digest)
    else:
        allow(edition, NEW, "d" * 64)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET text_de = 'Neu', digest = '{NEW}'")


def test_a_redaction_is_never_taken_back_and_names_two_digests(edition: Edition) -> None:
    redaction = do(edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=redaction.pk).update(reason="anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=redaction.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        allow(edition, NEW, NEW)


def test_deleting_is_not_admitted_by_a_redaction(edition: Edition) -> None:
    allow(edition, NEW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")


def test_a_draft_stays_free(edition: Edition) -> None:
    notice = Notice.objects.get(pk=edition.notice_id)
    draft = make_edition(notice, status="draft")
    Edition.objects.filter(pk=draft.pk).update(text_de="Neu", text_en="New")
    draft.delete()


def test_the_places_of_a_phrase_are_found_in_all_editions_of_the_notice(edition: Edition) -> None:
    make_edition(edition.notice, text_de="Noch einmal erika  probe.")
    found = redacting.occurrences(edition.notice, ["Erika Probe"])
    assert [one.label for one in found] == ["3", "1"]


HOSTILE = """## Strong und Kontakt

Frau **Strong** ist [im Büro](https://muster.example/kontakt?a=1&b=strong "Kontakt"), href und em.

- Punkt mit `code` und <https://muster.example/strong>
- class, id, a, p, nbsp, amp & lt
"""


def parts(html: str) -> list[str]:
    """Return the tags of `html` with the addresses of their links."""
    return re.findall(r'<[^>]*?(?: href="[^"#]*")?[^>]*>', re.sub(r' id="[^"]*"', "", html))


@pytest.mark.parametrize(
    "phrase",
    ["Strong", "Kontakt", "href", "class", "em>", "nbsp", "amp", "code", "https", "kontakt?a=1"],
)
def test_no_name_however_it_is_spelled_touches_a_tag_or_an_address(phrase: str) -> None:
    edition = make_edition(make_notice(), text_de=HOSTILE)
    before = edition.html_in("de")
    try:
        do(edition, [phrase])
    except redacting.RedactingError:
        assert Edition.objects.get(pk=edition.pk).html_in("de") == before
        return
    after = Edition.objects.get(pk=edition.pk).html_in("de")
    assert parts(after) == parts(before)
    assert is_clean(after)
    assert verify().problems == []


@pytest.mark.parametrize(
    "phrase", ['kontakt"', '" onclick="x', "](https", "## Strong", "**Strong**", "- Punkt", "&amp;"]
)
def test_signs_of_the_markup_are_refused_and_open_nothing(phrase: str) -> None:
    edition = make_edition(make_notice(), text_de=HOSTILE)
    with pytest.raises(redacting.RedactingError):
        do(edition, [phrase])
    assert Edition.objects.get(pk=edition.pk).html_in("de") == edition.html_in("de")


@given(st.text(st.sampled_from("Strong<>&\"'=/#()[]*_-`|: onclick\n"), min_size=3, max_size=12))
@example('" onmouseover="x')
@example("<script>")
@example("***")
def test_no_hostile_name_gets_anything_into_a_frozen_page(phrase: str) -> None:
    html = markdown.render(HOSTILE, "de")
    try:
        phrases = redacting.phrases_in(phrase)
    except redacting.RedactingError:
        return
    after = redaction.in_html(html, phrases, "‹geschwärzt›")
    assert redaction.tags_of(after) == redaction.tags_of(html)
    assert is_clean(after)
    assert "onmouseover=" not in " ".join(re.findall(r"<[^>]*>", after))


def test_an_edition_without_a_change_note_or_english_can_be_redacted() -> None:
    edition = make_edition(
        make_notice(),
        text_de="Frau Strong.",
        text_en=None,
        change_note_de=None,
        change_note_en=None,
    )
    do(edition, ["Strong"])
    assert "Strong" not in str(row_of(edition.pk).values())


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Jörg Probe", "Herr Jo\u0308rg Probe, JÖRG PROBE"),
        ("Jo\u0308rg Probe", "Herr Jörg Probe"),
        ("Frau Weiß", "FRAU WEISS und Frau Weiß"),
        ("Frau O'Probe", "Frau O'Probe, Frau O’Probe"),
        ("Probe-Muster", "Frau Probe-Muster, Probe‑Muster"),
        ("Frau Probe", "_Frau Probe_ und __Frau Probe__"),
        ("Erika", "Frau Muster[^1]\n\n[^1]: Erika heißt sie."),
        ("Erika", "Frau Eri\u00adka"),
    ],
)
def test_a_name_is_found_however_it_was_written(phrase: str, text: str) -> None:
    edition = make_edition(make_notice(), text_de=text)
    do(edition, [phrase])
    row = Edition.objects.get(pk=edition.pk)
    for shown in (redaction.shown(row.html_in("de")), row.text_de):
        assert not re.search("probe|weiss|weiß|erika|jörg|jo\u0308rg|eri", shown, re.IGNORECASE)
    assert verify().problems == []


def test_a_name_that_a_draft_would_bring_back_is_refused() -> None:
    edition = make_edition(make_notice(), text_de="Frau Erika P&#114;obe, Frau Probe")
    with pytest.raises(redacting.StillThere):
        do(edition, ["Probe"])


def test_a_letter_with_a_mark_is_another_letter() -> None:
    edition = make_edition(make_notice(), text_de="Frau Probe, Frau Probe\u0301")
    do(edition, ["Probe"])
    assert "Probe\u0301" in Edition.objects.get(pk=edition.pk).text_de


def test_the_address_of_a_link_stays_and_that_of_the_person_goes() -> None:
    text = (
        "Frau Kontakt, [hier](https://muster.example/kontakt), [schreiben](mailto:k@muster.example)"
    )
    edition = make_edition(make_notice(), text_de=text)
    do(edition, ["k@muster.example", "Kontakt"])
    html = Edition.objects.get(pk=edition.pk).html_in("de")
    assert 'href="https://muster.example/kontakt"' in html
    assert "Frau ‹geschwärzt›" in html
    assert "mailto" not in html

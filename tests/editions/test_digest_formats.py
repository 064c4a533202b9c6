"""What was sealed in the first format of the digest stays provable, whatever languages follow."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase

from notices.editions import publishing
from notices.editions.integrity.chain import verify
from notices.editions.integrity.digests import covered, edition_digest
from notices.editions.models import Edition, EditionHtml, Redaction
from notices.editions.publishing import render
from notices.editions.redacting import redact
from notices.firm.storage.append_only import missing_triggers, thawed
from portal.evidence import verify as offline
from portal.evidence.packing import export_to
from portal.evidence.periods import Period
from tests.factories import make_edition, make_notice, make_organisation, make_user

pytestmark = pytest.mark.django_db
HTML = EditionHtml._meta.db_table
# Two rows as a release before the second format stored them, with the digests it gave them.
OLD: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases" / "first_format.json").read_text("utf-8")
)
GONE = ("english_made_from", "html_de", "html_en", "summary_html_de", "summary_html_en")


@pytest.fixture
def old() -> list[Edition]:
    """Store the old rows as they are after the migration."""
    make_organisation()
    notice = make_notice("video")
    found = []
    for values in OLD:
        kept = {name: value for name, value in values.items() if name not in GONE}
        made_from = {"en": values["english_made_from"]}
        row = Edition(notice=notice, digest_format=1, made_from=made_from, **kept)
        row.save()
        for language, html in render(row).items():
            html.edition = row
            assert html.text == values[f"html_{language}"]
            assert html.summary == values[f"summary_html_{language}"]
            html.save()
        found.append(Edition.objects.get(pk=row.pk))
    return found


def test_an_old_row_keeps_the_digest_that_it_was_given(old: list[Edition]) -> None:
    assert [edition_digest(row) for row in old] == [row["digest"] for row in OLD]
    assert verify().problems == []


def test_what_follows_an_old_row_is_sealed_in_the_new_format(old: list[Edition]) -> None:
    newer = make_edition(old[0].notice)
    assert (newer.digest_format, newer.previous_digest) == (2, old[1].digest)
    assert verify().problems == []


def test_a_corrected_old_row_is_sealed_in_the_new_format(old: list[Edition]) -> None:
    text = OLD[1]["text_de"].replace("mit mit", "mit")
    row = publishing.correct(old[1], by=make_user("editor"), texts={"text_de": text})
    assert covered(Edition.objects.get(pk=row.pk))["format"] == 2
    assert verify().problems == []


def test_an_old_row_can_be_redacted_and_stays_provable(old: list[Edition]) -> None:
    redact(old[0], ["Deutscher"], reason="Art. 17", by=make_user("reviewer"), role="reviewer")
    row = Edition.objects.get(pk=old[0].pk)
    assert (row.digest_format, row.made_from["en"] != old[0].made_from["en"]) == (1, True)
    assert "‹geschwärzt›" in row.html_in("de")
    assert verify().problems == []


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO {HTML} (edition_id, language, text, summary) "
        "SELECT id, 'tr', 'x', '' FROM {0}",
        'UPDATE {0} SET made_from = \'{{"en": "{1}", "tr": "x"}}\' WHERE number = 1',
        "UPDATE {0} SET digest_format = 2 WHERE number = 1",
        f"UPDATE {HTML} SET text = 'x'",
        f"DELETE FROM {HTML}",
    ],
    ids=["a language", "a source", "the format", "what is rendered", "all that is rendered"],
)
def test_nothing_can_be_slipped_into_an_old_row(old: list[Edition], statement: str) -> None:
    sql = statement.format(Edition._meta.db_table, OLD[0]["english_made_from"])
    with thawed(connection), connection.cursor() as cursor:
        cursor.execute(sql)
    assert ("1", "changed") in {(one.edition, one.kind) for one in verify().problems}


def test_both_formats_are_verified_without_a_network(old: list[Edition], tmp_path: Path) -> None:
    make_edition(old[0].notice)
    path = tmp_path / "nachweis.zip"
    export_to(path, Period(date(2026, 1, 1), date(2030, 1, 1)))
    assert offline.verify(str(path)) == []
    with zipfile.ZipFile(path) as archive:
        said = [json.loads(archive.read(f"fassungen/video/{n}.json"))["covered"] for n in (1, 3)]
    assert "format" not in said[0]
    assert said[1]["languages"]["en"]["html"] == '<h2 id="why">Why</h2>\n<p>English text.</p>'


def test_the_new_format_says_nothing_of_languages_that_say_nothing() -> None:
    edition = make_edition(text_en="", title_en="", summary_en="", change_note_en="")
    assert set(covered(edition)["languages"]) == {"de"}


def test_what_is_rendered_never_changes(old: list[Edition]) -> None:
    rows = EditionHtml.objects.filter(edition=old[0])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(text="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.delete()


def test_a_redaction_admits_no_change_of_another_edition_nor_after_it_is_done() -> None:
    first, second = make_edition(), make_edition()
    Redaction.objects.create(
        edition=first, reason="x", old_digest=first.digest, new_digest="f" * 64
    )
    assert EditionHtml.objects.filter(edition=first).update(text="‹geschwärzt›") == 2
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        EditionHtml.objects.filter(edition=second).update(text="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        EditionHtml.objects.filter(edition=first).update(language="tr")
    Edition.objects.filter(pk=first.pk).update(digest="f" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        EditionHtml.objects.filter(edition=first).update(text="x")


class MigrationTests(TransactionTestCase):
    """A database of the release before, brought to this one."""

    before = ("editions", "0007_document_says_what_fell")

    def test_it_brings_published_rows_and_drafts_along(self) -> None:
        self.addCleanup(call_command, "migrate", verbosity=0)
        call_command("migrate", *self.before, verbosity=0)
        apps = MigrationExecutor(connection).loader.project_state([self.before]).apps
        notice = apps.get_model("editions", "Notice").objects.create(
            key="video", kind="privacy", slug_de="video-de", slug_en="video"
        )
        old = apps.get_model("editions", "Edition").objects
        for values in OLD:
            old.create(notice=notice, **values)
        old.create(notice=notice, text_de="Entwurf.", english_made_from="e" * 64)
        call_command("migrate", verbosity=0)
        assert missing_triggers(connection) == set()
        assert verify().problems == []
        first, second, draft = Edition.objects.order_by("pk")
        assert (first.html_in("de"), first.html_in("en")) == (OLD[0]["html_de"], OLD[0]["html_en"])
        assert first.summary_html_in("en") == OLD[0]["summary_html_en"]
        assert set(second.rendered) == {"de"}
        assert (draft.made_from, draft.rendered) == ({"en": "e" * 64}, {})
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Edition.objects.filter(pk=first.pk).update(made_from={})

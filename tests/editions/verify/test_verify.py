"""verify_editions finds a row that was changed, removed, inserted or moved, and names it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from notices.editions import publishing
from notices.editions.integrity.chain import Link, end_of_chain, read_links, verify
from notices.editions.integrity.digests import edition_digest
from notices.editions.models import Edition, Notice, Redaction
from notices.editions.redacting import redact
from notices.firm.storage.append_only import thawed
from tests.editions.corrections import make_correction
from tests.editions.verify.tampering import HTML, TABLE, remove, run, tamper
from tests.factories import make_edition, make_notice, make_user

pytestmark = pytest.mark.django_db


def test_all_as_published_is_exit_0_with_counts(notice: Notice) -> None:
    code, out = run()
    assert code == 0
    assert "As published: 4 published rows of 2 notices, 0 redactions." in out
    assert "Head" in out


def test_a_database_without_editions_is_in_order() -> None:
    assert run()[0] == 0
    assert verify().head.startswith("19700101T000000.000000Z-")


def test_a_changed_text_is_named_with_what_differs(notice: Notice) -> None:
    tamper(f"UPDATE {TABLE} SET text_de = 'Anders' WHERE number = 2")
    code, out = run()
    assert code == 1
    assert "The first broken row: video, edition 2: the contents were changed" in out
    assert "text_de" in out


def test_a_changed_date_is_told_apart_from_a_changed_text(notice: Notice) -> None:
    later = timezone.now() + timedelta(days=9)
    tamper(f"UPDATE {TABLE} SET in_force_from = %s WHERE number = 2", later)
    assert "look at dates" in run()[1]


def test_a_changed_digest_is_told_apart_from_changed_contents(notice: Notice) -> None:
    tamper(f"UPDATE {TABLE} SET digest = '{'a' * 64}' WHERE number = 2")
    assert "the stored digest was changed" in run()[1]


def test_a_removed_row_is_named(notice: Notice) -> None:
    remove("number = 2")
    code, out = run()
    assert code == 1
    assert "video, edition 2: there is no edition 2, but later ones" in out
    assert "video, edition 3: the row before this one is missing" in out


def test_a_removed_first_row_is_named(notice: Notice) -> None:
    remove(f"number = 1 AND notice_id = {notice.pk}")
    assert "video, edition 1: there is no edition 1" in run()[1]


def test_an_inserted_row_is_named_even_with_a_right_digest(notice: Notice) -> None:
    make_correction(Edition.objects.get(notice=notice, number=1), timezone.now())
    code, out = run()
    assert code == 1
    assert "video, edition 1.1: another row follows the same one: 2" in out


def test_two_rows_that_changed_places_are_named(notice: Notice) -> None:
    one, two = Edition.objects.filter(notice=notice, number__lt=3).order_by("number")
    with thawed(connection), connection.cursor() as cursor:
        for pk, number in ((one.pk, 99), (two.pk, 1), (one.pk, 2)):
            cursor.execute(f"UPDATE {TABLE} SET number = %s WHERE id = %s", [number, pk])
    problems = verify().problems
    assert {one.edition for one in problems if one.kind == "changed"} == {"1", "2"}


def test_links_turned_round_with_new_digests_are_named(notice: Notice) -> None:
    one, two, three = Edition.objects.filter(notice=notice).order_by("number")
    with thawed(connection):
        previous = ""
        for row in (two, one, three):
            row.previous_digest = previous
            previous = edition_digest(row)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {TABLE} SET previous_digest = %s, digest = %s WHERE id = %s",
                    [row.previous_digest, previous, row.pk],
                )
    assert {(one.edition, one.kind) for one in verify().problems} == {("1", "reordered")}


def test_the_last_row_is_missed_by_the_head_noted_before(notice: Notice) -> None:
    head = verify().head
    assert run("--head", head)[0] == 0
    remove("number = 3")
    assert run()[0] == 0
    code, out = run("--head", head)
    assert code == 1
    assert "the rows published until" in out


def test_the_last_row_is_missed_by_the_audit() -> None:
    edition = make_edition(make_notice("video"), status="review")
    publishing.publish(edition, by=make_user("reviewer"))
    assert run()[0] == 0
    remove("1 = 1")
    assert "video, edition 1: the audit tells of its publication" in run()[1]


def test_a_notice_that_is_gone_altogether_is_missed_by_the_audit() -> None:
    edition = make_edition(make_notice("video"), status="review")
    publishing.publish(edition, by=make_user("reviewer"))
    remove("1 = 1")
    Notice.objects.all().delete()
    assert "video, edition 1" in run()[1]


def test_a_head_stays_good_while_editions_and_redactions_follow(notice: Notice) -> None:
    head = verify().head
    make_edition(notice)
    redact(
        Edition.objects.get(notice=notice, number=2),
        ["Zwei"],
        reason="Grund",
        by=make_user("reviewer"),
        role="reviewer",
    )
    assert run("--head", head)[0] == 0
    assert verify().head != head


def test_a_chain_written_anew_is_found_by_the_head_only(notice: Notice) -> None:
    head = verify().head
    last = Edition.objects.get(notice=notice, number=3)
    last.text_de = "Gefälscht"
    last.rendered["de"].text = "<p>Gefälscht</p>"
    forged = edition_digest(last)
    tamper(f"UPDATE {TABLE} SET text_de = 'Gefälscht', digest = '{forged}' WHERE id = {last.pk}")
    tamper(
        f"UPDATE {HTML} SET text = '<p>Gefälscht</p>' WHERE language = 'de' AND edition_id = %s",
        last.pk,
    )
    assert run()[0] == 0
    assert run("--head", head)[0] == 1


@pytest.mark.parametrize("head", ["x", "20261125T163000.000000Z-abc", "-" + "a" * 64])
def test_a_head_that_is_none_is_one_clear_sentence(head: str) -> None:
    with pytest.raises(CommandError, match="as it was printed"):
        call_command("verify_editions", "--head=" + head)


def test_json_names_problems_and_redactions(notice: Notice) -> None:
    edition = Edition.objects.get(notice=notice, number=1)
    redact(edition, ["Eins"], reason="Art. 17", by=make_user("reviewer"), role="reviewer")
    tamper(f"UPDATE {TABLE} SET title_de = 'x' WHERE number = 3")
    code, out = run("--json")
    result = json.loads(out)
    assert code == 1
    assert result["ok"] is False
    assert [(one["notice"], one["edition"]) for one in result["problems"]] == [("video", "3")]
    assert result["redactions"][0]["reason"] == "Art. 17"


def test_a_change_under_the_cover_of_a_recorded_redaction_is_found(notice: Notice) -> None:
    edition = Edition.objects.get(notice=notice, number=1)
    Redaction.objects.create(
        edition=edition, reason="x", old_digest=edition.digest, new_digest="f" * 64
    )
    assert "a redaction is recorded that the row does not show" in run()[1]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} SET text_de = 'Neu', digest = '{'f' * 64}' WHERE id = {edition.pk}"
        )
    assert "video, edition 1: contents and digest do not belong together" in run()[1]


def test_a_draft_older_than_a_correction_follows_it_in_the_chain(notice: Notice) -> None:
    draft = make_edition(notice, status="draft")
    last = Edition.objects.get(notice=notice, number=3)
    correction = make_correction(last, timezone.now())
    assert end_of_chain(notice) == correction.digest
    draft.in_force_from = timezone.now()
    published = publishing.freeze(draft, published_at=draft.in_force_from)
    assert published.pk < correction.pk
    assert published.previous_digest == correction.digest
    assert make_edition(notice).previous_digest == published.digest
    assert run()[0] == 0


def kinds_of(notice: Notice) -> set[tuple[str, str]]:
    return {(one.edition, one.kind) for one in verify().problems if one.notice == notice.key}


def test_every_kind_of_break_has_its_own_name(notice: Notice) -> None:
    remove(f"notice_id = {notice.pk} AND number = 2")
    assert {("3", "missing"), ("2", "missing")} <= kinds_of(notice)


def test_a_row_that_no_row_leads_to_is_called_out_of_order(notice: Notice) -> None:
    third = Edition.objects.get(notice=notice, number=3)
    tamper(f"UPDATE {TABLE} SET previous_digest = %s WHERE id = %s", third.digest, third.pk)
    assert ("3", "reordered") in kinds_of(notice)
    assert "video, edition 3: the chain does not lead to this row" in run()[1]


def test_the_order_is_that_of_publishing_whenever_a_draft_was_begun() -> None:
    day = timezone.now() - timedelta(days=3)
    edition = make_edition(published_at=day)
    assert edition.created_at > day
    assert [link.published_at for link in read_links(edition.notice)] == [day]


def test_a_redaction_that_does_not_begin_where_the_last_one_ended_is_named(notice: Notice) -> None:
    edition = Edition.objects.get(notice=notice, number=1)
    for old, new in ((edition.digest, "e" * 64), ("d" * 64, edition.digest)):
        Redaction.objects.create(edition=edition, reason="x", old_digest=old, new_digest=new)
    assert kinds_of(notice) == {("1", "redaction")}
    assert "video, edition 1: its redactions do not follow one another" in run()[1]


def test_a_redaction_counts_from_its_own_moment_on() -> None:
    at = timezone.now()
    link = Link(
        pk=1,
        number=1,
        correction=0,
        published_at=at - timedelta(days=1),
        digest="new",
        previous="",
        actual="new",
        differs="",
        redactions=[Redaction(at=at, old_digest="old")],
    )
    assert link.digest_at(at) == "new"
    assert link.digest_at(at - timedelta(seconds=1)) == "old"

"""Whatever changes what pages show renews the stamp, however it was written."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, connections, models, transaction
from django.test import TransactionTestCase

from notices.faq.models import Topic
from notices.firm.models import AuditEntry, JobRun, Organisation, SiteVersion
from notices.firm.storage import site_version
from notices.safeguards.models import Promise
from tests.factories import make_organisation, make_question, make_safeguard, record_state


def stamp() -> str:
    return site_version.read(connection)


def is_renewed_by(act: Callable[[], object]) -> bool:
    before = stamp()
    act()
    return stamp() != before


def sql(statement: str) -> Callable[[], object]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return act


@pytest.mark.django_db
def test_every_table_is_either_watched_or_named_as_shown_nowhere() -> None:
    watched = {model._meta.db_table for model in site_version.shown_models()}
    unwatched = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if {model._meta.label, f"{model._meta.app_label}.*"} & set(settings.NOT_ON_PAGES)
    }
    unwatched |= {"django_migrations", "firm_sitechange", "sqlite_sequence"}
    assert set(connection.introspection.table_names()) <= watched | unwatched
    assert site_version.missing_triggers(connection) == set()


def test_what_is_named_as_shown_nowhere_exists() -> None:
    found = apps.get_models(include_auto_created=True)
    known = {model._meta.label for model in found}
    known |= {f"{model._meta.app_label}.*" for model in found}
    assert set(settings.NOT_ON_PAGES) <= known


def test_no_app_of_our_own_is_left_out_as_a_whole() -> None:
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("notices.")}
    assert not {f"{label}.*" for label in ours} & set(settings.NOT_ON_PAGES)


@pytest.mark.django_db
def test_saving_updating_and_deleting_renew_the_stamp() -> None:
    question = make_question()
    assert is_renewed_by(question.save)
    assert is_renewed_by(lambda: Topic.objects.update(position=7))
    assert is_renewed_by(question.delete)


@pytest.mark.django_db
def test_what_only_appends_renews_the_stamp() -> None:
    safeguard = make_safeguard()
    assert is_renewed_by(lambda: record_state(safeguard))
    row = Promise.objects.get()
    row.pk = None
    row._state.adding = True
    assert is_renewed_by(lambda: Promise.objects.bulk_create([row]))


@pytest.mark.django_db
def test_a_tie_between_two_rows_renews_the_stamp() -> None:
    question, safeguard = make_question(), make_safeguard()
    assert is_renewed_by(lambda: question.safeguards.add(safeguard))
    assert is_renewed_by(lambda: question.safeguards.remove(safeguard))


@pytest.mark.django_db
def test_raw_sql_renews_the_stamp() -> None:
    make_question()
    assert is_renewed_by(sql("UPDATE faq_topic SET position = 9"))
    assert is_renewed_by(sql("DELETE FROM faq_question"))


@pytest.mark.django_db
def test_what_no_page_shows_leaves_the_stamp_alone() -> None:
    make_question()
    assert not is_renewed_by(lambda: AuditEntry.objects.create(act="looked", subject="page"))
    assert not is_renewed_by(lambda: JobRun.objects.create(name="a job"))
    assert not is_renewed_by(lambda: User.objects.create(username="editor-1"))


@pytest.mark.django_db
def test_reading_changes_nothing() -> None:
    make_question()
    before = stamp()
    assert stamp() == before
    assert SiteVersion.objects.get().stamp == before


@pytest.mark.django_db
def test_a_change_taken_back_takes_the_stamp_back_and_the_next_is_another() -> None:
    before = stamp()
    taken_back = ""

    def change_and_regret() -> None:
        nonlocal taken_back
        with transaction.atomic():
            make_question()
            taken_back = stamp()
            transaction.set_rollback(True)

    assert not is_renewed_by(change_and_regret)
    make_question()
    assert stamp() not in (before, taken_back)


class CommittedTests(TransactionTestCase):
    def test_the_stamp_is_seen_with_the_change_and_not_before(self) -> None:
        make_question()
        before = stamp()
        seen: list[str] = []

        def look() -> None:
            seen.append(stamp())
            connections.close_all()

        with transaction.atomic():
            Topic.objects.update(position=3)
            if connection.vendor == "postgresql":
                # SQLite's tests run in memory, where every thread has the same connection.
                in_a_thread(look)
                assert seen == [before]
        assert stamp() != before

    def test_two_writers_do_not_wait_for_each_other_before_they_commit(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite has one writer at a time")
        first, second = make_question(), make_question()
        done = threading.Event()

        def write_other() -> None:
            type(second).objects.filter(pk=second.pk).update(position=2)
            done.set()
            connections.close_all()

        with transaction.atomic():
            type(first).objects.filter(pk=first.pk).update(position=1)
            in_a_thread(write_other)
            assert done.is_set()

    def test_a_foreign_key_checked_at_the_end_does_not_lock_the_two_into_each_other(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite has one writer at a time")
        topic, other = make_question().topic, make_organisation()
        at_the_end = threading.Event()

        def ask() -> None:
            with transaction.atomic():
                other.save()
                make_question(topic=topic)
                at_the_end.set()
            connections.close_all()

        with transaction.atomic():
            Topic.objects.select_for_update().get(pk=topic.pk)
            asking = threading.Thread(target=ask)
            asking.start()
            assert at_the_end.wait(10)
            # The other one now waits for our topic, or holds the stamp that we need.
            asking.join(0.3)
            Topic.objects.filter(pk=topic.pk).update(position=4)
        asking.join(10)
        assert topic.questions.count() == 2

    def test_emptying_a_table_renews_the_stamp(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("only PostgreSQL has TRUNCATE")
        assert is_renewed_by(sql("TRUNCATE faq_synonyms"))

    def test_a_table_that_a_migration_rebuilds_is_watched_again(self) -> None:
        field = Organisation._meta.get_field("website")
        wider = field.clone()
        assert isinstance(wider, models.URLField)
        wider.max_length = 250
        wider.set_attributes_from_name("website")
        wider.model = Organisation
        for before, after in ((field, wider), (wider, field)):
            emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
            with connection.schema_editor() as editor:
                editor.alter_field(Organisation, before, after)
            emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
            assert site_version.missing_triggers(connection) == set()
        assert is_renewed_by(lambda: make_organisation(name="Eine andere"))


def in_a_thread(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(10)

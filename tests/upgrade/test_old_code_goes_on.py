"""The newest release goes on beside the one to come; where not, the changelog says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from tests.upgrade.old_code import STOP, breaking, released

OURS = sorted(
    config.label
    for config in apps.get_app_configs()
    if config.name.startswith(("notices", "portal"))
)


def stumbles() -> Iterator[str]:
    """Yield what the newest release stumbles over in the migrations that came after it."""
    loader, last = MigrationLoader(None), released()
    new: set[tuple[str, str]] = set()
    for app, name in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        if app in OURS and name > last.get(app, ""):
            state = loader.project_state((app, name), at_end=False)
            yield from breaking(app, loader.disk_migrations[app, name].operations, state, new)


def unreleased() -> str:
    """Return what the changelog says of the release that is to come."""
    text = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.split(r"^## ", text, flags=re.MULTILINE)[1]


def test_old_code_goes_on_or_the_release_says_that_it_needs_a_stop() -> None:
    found = list(stumbles())
    assert not found or STOP in unreleased(), found


def test_no_release_asks_for_a_stop_without_a_reason() -> None:
    assert STOP not in unreleased() or list(stumbles())


def test_every_app_is_known_to_the_release_or_is_new() -> None:
    known = MigrationLoader(None).disk_migrations
    assert [pair for pair in released().items() if pair not in known] == []


def state() -> ProjectState:
    kept = ProjectState()
    text = models.CharField(max_length=20)
    kept.add_model(
        ModelState("faq", "Thing", [("id", models.AutoField(primary_key=True)), ("text", text)])
    )
    return kept


def field(**said: object) -> migrations.AddField:
    return migrations.AddField("thing", "more", models.CharField(max_length=9, **said))  # type: ignore[arg-type]


def altered(**said: object) -> migrations.AlterField:
    return migrations.AlterField("thing", "text", models.CharField(**said))  # type: ignore[arg-type]


NEW_TABLE = migrations.CreateModel("New", [("id", models.AutoField(primary_key=True))])


@pytest.mark.parametrize(
    "operation",
    [
        NEW_TABLE,
        field(null=True),
        field(db_default=""),
        altered(max_length=30, verbose_name="a text", default="x"),
        migrations.AddIndex("thing", models.Index(fields=["text"], name="thing_text")),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("thing", "text")]
        ),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_old_code_does_not_notice(operation: Operation) -> None:
    assert list(breaking("faq", [operation], state(), set())) == []


@pytest.mark.parametrize(
    "operation",
    [
        field(),
        field(default="x"),
        altered(max_length=10),
        altered(max_length=20, unique=True),
        altered(max_length=20, null=True),
        migrations.AlterField("thing", "text", models.IntegerField()),
        migrations.RemoveField("thing", "text"),
        migrations.RenameField("thing", "text", "words"),
        migrations.RenameModel("Thing", "Object"),
        migrations.DeleteModel("Thing"),
        migrations.AlterModelTable("thing", "things"),
        migrations.AddConstraint(
            "thing", models.UniqueConstraint(fields=["text"], name="thing_once")
        ),
        migrations.RunSQL("DROP TABLE faq_thing"),
        migrations.SeparateDatabaseAndState([migrations.RemoveField("thing", "text")]),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_old_code_stumbles(operation: Operation) -> None:
    assert len(list(breaking("faq", [operation], state(), set()))) == 1


def test_a_table_that_old_code_does_not_know_may_change_at_will() -> None:
    more = migrations.AddField("new", "more", models.CharField(max_length=9))
    assert list(breaking("faq", [NEW_TABLE, more], state(), set())) == []

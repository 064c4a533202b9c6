"""Whether the release before can go on while a migration is done: for the minutes of a restart.

It knows neither new columns nor new tables: it names the columns it knows in every INSERT, and
reads them by name. So what is added must do without it, and nothing it names may go away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

HERE = Path(__file__).parent
STOP = "This release needs a stop"

# What old code does not notice: data are changed in ways that a reviewer has to look at.
HARMLESS = (
    *(migrations.AddIndex, migrations.RemoveIndex, migrations.RenameIndex),
    *(migrations.RemoveConstraint, migrations.AlterModelOptions, migrations.AlterModelManagers),
    *(migrations.RunPython, migrations.CreateModel),
)
# Of a field, what is Python's alone.
NOT_IN_DATABASE = (*models.Field.non_db_attrs, "default", "db_default", "max_length")


def released() -> dict[str, str]:
    """Return the last migration of each app that a release has brought."""
    lines = (HERE / "released.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def breaking(
    app: str, operations: Iterable[Operation], before: ProjectState, new: set[tuple[str, str]]
) -> Iterator[str]:
    """Yield what old code stumbles over in `operations`; `new` are models it does not know.

    `before` is carried on, and `new` grows by what is made.
    """
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            done: list[Operation] = list(operation.database_operations)
            yield from breaking(app, done, before.clone(), new)
        elif isinstance(operation, migrations.CreateModel):
            new.add((app, operation.name_lower))
        elif reason := _breaks(app, operation, before, new):
            yield f"{app}: {operation.describe()}: {reason}"
        operation.state_forwards(app, before)


def _breaks(app: str, operation: Operation, before: ProjectState, new: set[tuple[str, str]]) -> str:
    model = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
    if isinstance(operation, HARMLESS) or (app, model) in new:
        return ""
    if isinstance(operation, migrations.AddField):
        return _added(operation.field)
    if isinstance(operation, migrations.AlterField):
        return _altered(before.models[app, model].fields[operation.name], operation.field)
    return "old code goes on with the tables it knows"


def _added(field: models.Field[object, object]) -> str:
    if field.many_to_many or field.null or field.has_db_default():
        return ""
    return "old code inserts rows without it: give it a db_default, or let it be null"


def _altered(old: models.Field[object, object], new: models.Field[object, object]) -> str:
    def in_database(field: models.Field[object, object]) -> tuple[str, list[object], object]:
        _name, path, args, kwargs = field.deconstruct()
        kept = {name: value for name, value in kwargs.items() if name not in NOT_IN_DATABASE}
        return path, list(args), kept

    if in_database(old) != in_database(new):
        return "old code takes the column for what it was"
    # Empty means: as long as one likes.
    longest = [field.max_length or float("inf") for field in (old, new)]
    if longest[1] < longest[0]:
        return "old code writes longer texts"
    if old.has_db_default() and not new.has_db_default() and not new.null:
        return "old code may insert rows without it"
    return ""

"""What a row said before, read from the old values that were kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import models

from notices.lib.diff import Block, Run, compare

from ..models import EarlierValues
from ..proposals.proposing import label_of, values_of, words_of
from .keeping import is_same, written_ties

# The longest history that a page shows at once.
SHOWN = 30
# A row and its ties are written one after the other by one press of a button.
ONE_SAVE = timedelta(seconds=5)
Step = tuple[int, datetime, User | None, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Changed:
    """One field in which an earlier state differs from what is stored now."""

    label: str
    # What would change, told from now to then.
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class State:
    """What a row said until `until`, in the fields that differ from today."""

    key: int
    until: datetime
    by: User | None
    values: Mapping[str, Any]
    changes: list[Changed]


def states_of(row: models.Model, names: Iterable[str]) -> list[State]:
    """Return what `row` said before in the fields `names`, the newest first."""
    kept = EarlierValues.objects.filter(model=row._meta.label_lower, row=row.pk)
    steps = [(one.pk, one.replaced_at, one.replaced_by, one.values) for one in _newest(kept)]
    steps = _without_vanished(type(row), _as_saved(type(row), steps))
    return list(told(type(row), values_of(row, names), steps))


def _newest(kept: models.QuerySet[EarlierValues]) -> Iterable[EarlierValues]:
    return kept.select_related("replaced_by")[:SHOWN]


def _as_saved(model: type[models.Model], steps: Iterable[Step]) -> list[Step]:
    """Join ties to the save that wrote them: newer steps stand first."""
    ties = set(written_ties(model))
    found: list[Step] = []
    for key, at, by, values in steps:
        if found and set(found[-1][3]) <= ties:
            _, until, who, newer = found[-1]
            if who == by and until - at <= ONE_SAVE:
                found[-1] = (key, at, by, {**newer, **values})
                continue
        found.append((key, at, by, values))
    return found


def _without_vanished(model: type[models.Model], steps: list[Step]) -> list[Step]:
    """Leave out of each list the rows that are not there any more: nothing can be tied to them."""
    there: dict[str, set[int]] = {}
    for name in written_ties(model):
        if keys := {key for *_, values in steps for key in values.get(name, ())}:
            other: Any = model._meta.get_field(name).related_model
            found = other._base_manager.filter(pk__in=keys)
            there[name] = set(found.values_list("pk", flat=True))
    return [
        (key, at, by, {name: _of(value, there.get(name)) for name, value in values.items()})
        for key, at, by, values in steps
    ]


def _of(value: Any, there: set[int] | None) -> Any:
    return value if there is None else [key for key in value if key in there]


def told(
    model: type[models.Model],
    now: Mapping[str, Any],
    steps: Iterable[Step],
) -> Iterator[State]:
    """Yield the states that lie before each step back, as far as they differ from `now`."""
    then = dict(now)
    for key, until, by, values in steps:
        then |= {name: value for name, value in values.items() if name in now}
        differs = [name for name in now if not is_same(now[name], then[name])]
        changes = [changed(model, name, now[name], then[name]) for name in differs]
        yield State(key, until, by, {name: then[name] for name in differs}, changes)


def changed(model: type[models.Model], name: str, now: Any, then: Any) -> Changed:
    """Return one field with what differs in words; of a list of rows those that come and go."""
    if isinstance(now, list):
        gone = [_row(model, name, key, "removed") for key in now if key not in then]
        back = [_row(model, name, key, "added") for key in then if key not in now]
        return Changed(label_of(model, name), gone + back)
    blocks = compare(words_of(model, name, now), words_of(model, name, then))
    differs = [block for block in blocks if block.kind != "same"]
    return Changed(label_of(model, name), differs or blocks)


def _row(
    model: type[models.Model], name: str, key: int, kind: Literal["removed", "added"]
) -> Block:
    return Block(kind, [Run(kind, words_of(model, name, key))])

"""Take a file of content: try it as a whole and undo it, or keep it as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone, translation

from notices.firm.languages import REQUIRED

from . import storing
from .exporting import Record, record_of
from .kinds import KINDS, Kind, field_of, named_kind, rows_of
from .reading import Document, identity

RELATED = "related"


class Outcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    PROPOSED = "waits for a second person"
    LATER = "needs something that waits for a second person: import it again then"
    DIFFERS = "differs and is left as it is; --overwrite takes it from the file"
    SKIPPED = "skipped"
    LEFT = "the same already"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records replace what differs and which are left out, as patterns: `questions/*`."""

    overwrite: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def overwrites(self, label: str) -> bool:
        return _matches(label, self.overwrite)

    def skips(self, label: str) -> bool:
        return _matches(label, self.skip)


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one record, and how each field would differ."""

    label: str
    outcome: Outcome
    differences: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What a file does; with a problem it does nothing."""

    lines: list[Line] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    not_in_file: int = 0

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome == outcome for line in self.lines)


class Undo(Exception):
    """Thrown to undo what was tried."""


def plan(document: Document, choice: Choice) -> Report:
    """Try the file and undo it: what comes out is what importing it would do."""
    report = Report()
    try:
        with transaction.atomic():
            report = _take(document, choice, None, storing.Mode.PLAN)
            raise Undo
    except Undo:
        return report


def run(document: Document, choice: Choice, *, by: User) -> Report:
    """Import the file as a whole, or nothing of it if anything is wrong."""
    return _kept(document, choice, by, storing.Mode.KEEP)


def start_with(document: Document) -> Report:
    """Fill an empty portal with a starter: promises begin and texts are published."""
    return _kept(document, Choice(), None, storing.Mode.START)


def _kept(document: Document, choice: Choice, by: User | None, mode: storing.Mode) -> Report:
    report = Report()
    try:
        with transaction.atomic():
            report = _take(document, choice, by, mode)
            if report.problems:
                raise Undo
    except Undo:
        pass
    return report


def _take(document: Document, choice: Choice, by: User | None, mode: storing.Mode) -> Report:
    # What staff read of it later, as names in proposals, is in the language of the site.
    with translation.override(REQUIRED):
        return _Run(document, choice, by, mode).report


class _Run:
    """One passage through a file: the rows by their names, as they are by now."""

    def __init__(
        self, document: Document, choice: Choice, by: User | None, mode: storing.Mode
    ) -> None:
        self.report = Report()
        self.choice = choice
        self.rows: dict[str, dict[str, models.Model]] = {}
        self.waiting: set[str] = set()
        stored = {kind.name: rows_of(kind) for kind in KINDS}
        # Nobody reads an empty portal, so nothing can become better for readers by one person.
        is_guarded = any(stored.values()) and mode != storing.Mode.START
        self.store = storing.Store(by, mode, is_guarded, timezone.now())
        for kind in KINDS:
            self.rows[kind.name] = stored[kind.name]
            self._take_kind(kind, document[kind.name])

    def _take_kind(self, kind: Kind, records: list[Record]) -> None:
        records = _both_ways(records) if RELATED in kind.fields else records
        before = set(self.rows[kind.name])
        taken = []
        for record in records:
            name = identity(kind, record)
            label = f"{kind.name}/{name}" if name else kind.name
            try:
                # A record that is refused must not end the reading of those after it.
                with transaction.atomic():
                    line = self._take_record(kind, record, name, label)
            except storing.Refused as refused:
                self.report.problems += [f"{label}{reason}" for reason in refused.reasons]
                continue
            self.report.lines.append(line)
            if line.outcome in (Outcome.ADDED, Outcome.CHANGED):
                taken.append(record)
            elif line.outcome in (Outcome.PROPOSED, Outcome.LATER) and name not in before:
                self.waiting.add(label)
        self.report.not_in_file += len(before - {identity(kind, record) for record in records})
        self._relate(kind, taken)

    def _take_record(self, kind: Kind, record: Record, name: str, label: str) -> Line:
        if self.choice.skips(label):
            return Line(label, Outcome.SKIPPED)
        row = self.rows[kind.name].get(name)
        stored = record_of(kind, row) if row else None
        wanted = {**(stored or record_of(kind, kind.model())), **record}
        differences = tuple(_differences(kind, stored, wanted)) if stored else ()
        if stored and not differences:
            return Line(label, Outcome.LEFT)
        if stored and not self.choice.overwrites(label):
            return Line(label, Outcome.DIFFERS, differences)
        values, waits = self._resolved(kind, wanted)
        if waits:
            return Line(label, Outcome.LATER, differences)
        saved = self.store.save(kind, row, wanted, values, stored)
        if saved is None:
            return Line(label, Outcome.PROPOSED, differences)
        self.rows[kind.name][name] = saved
        return Line(label, Outcome.CHANGED if stored else Outcome.ADDED, differences)

    def _resolved(self, kind: Kind, wanted: Record) -> tuple[Record, bool]:
        """Return the rows that a record names, by field, and whether one of them waits."""
        found: Record = {}
        waits = False
        for name in kind.names:
            named = named_kind(kind, name)
            if named is None or name == RELATED:
                continue
            many = field_of(kind, name).many_to_many
            keys = wanted[name] if many else [key for key in [wanted[name]] if key is not None]
            rows = []
            for key in keys:
                row = self.rows[named.name].get(key)
                waits = waits or f"{named.name}/{key}" in self.waiting
                if row is None and f"{named.name}/{key}" not in self.waiting:
                    raise storing.Refused([f".{name}: {key[:60]!r} is not among the {named.name}."])
                rows += [row] if row else []
            found[name] = rows if many else (rows[0] if rows else None)
        return found, waits

    def _relate(self, kind: Kind, records: Iterable[Record]) -> None:
        """Tie questions to each other, once all of them are there."""
        rows = self.rows[kind.name]
        for record in records:
            if RELATED not in record:
                continue
            name = identity(kind, record)
            if unknown := [key for key in record[RELATED] if key not in rows]:
                waiting = f"{kind.name}/{unknown[0]}" in self.waiting
                if not waiting:
                    reason = f"{unknown[0][:60]!r} is not among the {kind.name}."
                    self.report.problems.append(f"{kind.name}/{name}.{RELATED}: {reason}")
                    continue
            others = [rows[key] for key in record[RELATED] if key in rows]
            getattr(rows[name], RELATED).set(others)


def _both_ways(records: list[Record]) -> list[Record]:
    """Return the records, each naming also those by which it is named."""
    named: dict[str, set[str]] = {}
    known = {record["key"]: record for record in records}
    for key, record in known.items():
        for other in record.get(RELATED, []):
            if other != key and other in known:
                named.setdefault(other, set()).add(key)
    found = []
    for key, record in known.items():
        others = set(record.get(RELATED, [])) - {key} | named.get(key, set())
        has_said = RELATED in record or key in named
        found.append({**record, RELATED: sorted(others)} if has_said else record)
    return found


def _differences(kind: Kind, stored: Record, wanted: Record) -> Iterable[str]:
    for name in kind.names:
        before, after = stored[name], wanted[name]
        if isinstance(before, list):
            before, after = sorted(before), sorted(after)
        if isinstance(before, dict):
            for language in sorted({*before, *after}):
                texts = before.get(language, ""), after.get(language, "")
                if texts[0] != texts[1]:
                    yield f"{name}.{language}: {_apart(*texts)}"
        elif before != after:
            yield f"{name}: {_apart(_words(before), _words(after))}"


def _apart(before: str, after: str) -> str:
    """Return both texts from shortly before the first sign in which they differ."""
    pairs = zip(before, after, strict=False)
    same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))
    start = max(same - 15, 0)
    return f"{_cut(before, start)} → {_cut(after, start)}"


def _cut(text: str, start: int) -> str:
    part = text[start : start + 60].replace("\n", "⏎")
    return f"“{'…' if start else ''}{part}{'…' if len(text) > start + 60 else ''}”"


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _matches(label: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(label, pattern) for pattern in patterns)

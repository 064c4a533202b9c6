"""A file of communities becomes rows: first as a plan that changes nothing, then for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import column
from notices.firm.models import Firm, Organisation

from . import csv_file, recording
from .csv_file import Line, Problem
from .models import Community, Resolution


@dataclass(slots=True)
class Plan:
    """What a file would do; with a problem it does nothing."""

    problems: list[Problem] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def is_possible(self) -> bool:
        return not self.problems

    @property
    def changes(self) -> int:
        return len(self.new) + len(self.changed)


class DryRun(Exception):
    """Thrown to undo what the plan tried."""


def plan(content: bytes) -> Plan:
    """Try `content` and undo it: what comes out is exactly what importing would do."""
    found = Plan()
    try:
        with transaction.atomic():
            found = _import(content, by=None)
            raise DryRun
    except DryRun:
        return found


@transaction.atomic
def run(content: bytes, *, by: User | None) -> Plan:
    """Import `content` as a whole, or nothing of it if anything is wrong."""
    found = _import(content, by=by)
    if not found.is_possible:
        transaction.set_rollback(True)
        return found
    audit.record(Act.COMMUNITIES_IMPORTED, str(found.changes), by=by)
    return found


def _import(content: bytes, *, by: User | None) -> Plan:
    table = csv_file.read(content)
    made = Plan(problems=list(table.problems))
    firms = {firm.legal_name.lower(): firm for firm in Firm.objects.all()}
    firms |= {firm.name.lower(): firm for firm in firms.values()}
    speaking = Organisation.objects.current()
    ours = {speaking.name.lower(), speaking.legal_name.lower(), ""}
    stored = {one.number: one for one in Community.objects.all()}
    for line in table.lines:
        name = line.texts.get("firm", "").lower()
        if name not in ours and name not in firms:
            made.problems.append(Problem(line.line, _("This firm is not in the portal.")))
            continue
        try:
            # A line that the database refuses must not end the reading of those after it.
            with transaction.atomic():
                _import_line(line, firms.get(name), stored.get(line.texts["number"]), made, by)
        except ValidationError as error:
            made.problems += [Problem(line.line, words) for words in _words(error)]
    made.problems.sort(key=lambda one: one.line)
    return made


def _import_line(
    line: Line, firm: Firm | None, stored: Community | None, made: Plan, by: User | None
) -> None:
    community = stored or Community(number=line.texts["number"], firm=firm)
    moved = "firm" in line.texts and community.firm_id != (firm.pk if firm else None)
    if moved or stored is None:
        community.firm = firm
        community.full_clean()
        community.save()
    changed = recording.record_details(community, _details(line, community), by=by)
    for resolution in _resolutions(line):
        changed |= recording.record_resolution(community, resolution, by=by)
    if held_on := line.dates.get("physical_meeting"):
        changed |= recording.record_physical_meeting(community, held_on, by=by)
    name = f"{line.texts['name']} ({community.number})"
    if stored is None:
        made.new.append(name)
    elif changed or moved:
        made.changed.append(name)
    else:
        made.unchanged += 1


def _details(line: Line, community: Community) -> dict[str, Any]:
    """Return what the file says; what it has no column for stays as it is."""
    newest = community.newest_details
    values = {name: getattr(newest, name) for name in recording.DETAILS} if newest else {}
    given = dict(line.texts)
    if "joint_terms" in given:
        given[column("joint_terms")] = given.pop("joint_terms")
    if line.controller:
        given["controller"] = line.controller
    return values | {name: given[name] for name in recording.DETAILS if name in given}


def _resolutions(line: Line) -> Iterator[dict[str, Any]]:
    for kind in Resolution.Kind.values:
        names = ("resolved_on", "since", "until")
        given = {name: line.dates.get(f"{kind}_{name}") for name in names}
        if not any(given.values()):
            continue
        if not given["resolved_on"]:
            words = _("It is not said when it was resolved: %(what)s.")
            raise ValidationError(words % {"what": csv_file.KINDS[kind]})
        yield {
            "kind": kind,
            **given,
            "since": given["since"] or given["resolved_on"],
            "physical_waived": line.physical_waived and kind == Resolution.Kind.VIRTUAL,
        }


def _words(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        f"{csv_file.TITLES[name]}: {words}" if name in csv_file.TITLES else words
        for name, all_words in error.message_dict.items()
        for words in all_words
    ]

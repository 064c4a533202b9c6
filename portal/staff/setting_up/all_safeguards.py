"""Everything that was looked up at Zoom, reported in one act and confirmed in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.firm.languages import in_columns, in_each
from notices.safeguards.board import timelines
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Attestation, Promise, Safeguard
from notices.safeguards.recording import is_read_from_account
from notices.safeguards.states import State


class NotTaken(Exception):
    """One of many could not be taken, so none was; `why` says it of `safeguard`."""

    def __init__(self, safeguard: Safeguard, why: reporting.RecordingError) -> None:
        super().__init__(safeguard, why)
        self.safeguard, self.why = safeguard, why


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody saw of one setting, and what readers are told if it is not simply on."""

    safeguard: Safeguard
    value: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one safeguard is: read from the account, waiting for a second person, known."""

    safeguard: Safeguard
    is_read: bool
    is_waiting: bool
    is_known: bool

    @property
    def is_open(self) -> bool:
        return not (self.is_read or self.is_waiting or self.is_known)


def standings() -> list[Standing]:
    """Return how far every safeguard of Zoom is."""
    now, read = timezone.now(), timelines.load_now()
    waiting = set(undecided().values_list("safeguard_id", flat=True))
    found = []
    for one in Safeguard.objects.filter(provider=None):
        situation = read.situation(one, now)
        known = situation is not None and situation.state is not State.DUE
        found.append(Standing(one, is_read_from_account(one), one.pk in waiting, known))
    return found


def undecided() -> QuerySet[Attestation]:
    """Return the reports about which nobody has decided yet, as they were made."""
    waiting = Attestation.objects.filter(decided_at=None).order_by("pk")
    return waiting.select_related("safeguard", "reported_by")


@transaction.atomic
def report_all(looked: Iterable[Looked], *, by: User) -> list[Attestation]:
    """Report everything that was seen, all or nothing; return what waits for a second person."""
    usual = in_columns("reason", in_each(lambda: _("Looked up while setting up this portal.")))
    waiting = []
    for one in looked:
        reasons = usual if one.value == Promise.Value.ON else dict(one.reasons)
        try:
            report = reporting.report_change(one.safeguard, one.value, by=by, **reasons)
        except reporting.RecordingError as error:
            raise NotTaken(one.safeguard, error) from error
        if report is not None:
            waiting.append(report)
    return waiting


@transaction.atomic
def confirm_all(as_read: Mapping[int, str], *, by: User) -> list[Attestation]:
    """Confirm as the second person every report that was read, all or nothing."""
    confirmed = []
    for report in for_second_person(by):
        if report.pk not in as_read:
            continue
        try:
            reporting.confirm(report, by=by, as_read=as_read[report.pk])
        except reporting.RecordingError as error:
            raise NotTaken(report.safeguard, error) from error
        confirmed.append(report)
    return confirmed


def for_second_person(person: User) -> list[Attestation]:
    """Return the reports that `person` may confirm and that nothing newer has overtaken."""
    found = undecided()
    if settings.FOUR_EYES:
        found = found.exclude(reported_by=person)
    return [report for report in found if not report.is_overtaken]

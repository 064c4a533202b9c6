"""What Zoom says about one meeting itself: which meetings to ask for, what to keep, what it means.

Only meetings whose private ID is kept can be asked for. The ID leaves this module only
towards Zoom.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.safeguards.board import timelines as board
from notices.safeguards.board.timelines import Board
from notices.safeguards.models import Finding, Safeguard
from notices.safeguards.states import Coverage, State, situation_at, worst
from notices.safeguards.zoom.verdicts import Reading, read_meeting

from .joining import BROWSER_OFFERED, NO_FULL_ENCRYPTION
from .models import Adjustment, Meeting, MeetingFinding

# Which meetings a check asks for, and how many at most: the soonest count.
AHEAD = timedelta(days=30)
AT_MOST = 50
# The account is read every six hours; eight readings may fail before this is called due.
HOLDS = timedelta(days=2)

# What a deviation weakens, by the keys of safeguards. "Starts to record by itself" may mean
# either kind of recording.
WEAKENS: Mapping[str, Sequence[str]] = {
    # The camera of the host is not the reader's.
    "host_video": ["host_camera_at_start"],
    "participant_video": ["camera_at_start"],
    "join_before_host": [],
    "auto_start_meeting_summary": ["ai_features"],
    "auto_recording": ["cloud_recording", "local_recording"],
    "waiting_room": ["waiting_room"],
    # What a meeting is like, and no protection that it lacks.
    "encryption_type": [],
    "password": ["password"],
}
SENTENCES: Mapping[str, Promise] = {
    "host_video": _("The camera of the person who leads the meeting is on at the start."),
    "participant_video": _("Cameras are on at the start. You can switch yours off."),
    "join_before_host": _("People can enter before we are there."),
    "auto_start_meeting_summary": _("A summary by artificial intelligence starts by itself."),
    "auto_recording": _("A recording starts by itself."),
    "waiting_room": _("There is no waiting room."),
    "password": _("No password is asked for."),
}
PAST_SENTENCES: Mapping[str, Promise] = {
    "host_video": _("The camera of the person who led the meeting was on at the start."),
    "participant_video": _("Cameras were on at the start."),
    "join_before_host": _("People could enter before we were there."),
    "auto_start_meeting_summary": _("A summary by artificial intelligence was to start by itself."),
    "auto_recording": _("A recording was to start by itself."),
    "waiting_room": _("There was no waiting room."),
    "password": _("No password was asked for."),
}


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """What the findings say about a meeting at one moment, or during its time.

    `read_at` is None where nothing was ever read; `is_due` says that it was too long ago.
    """

    read_at: datetime | None = None
    valid_until: datetime | None = None
    is_due: bool = False
    deviations: Sequence[str] = ()
    is_partly_unread: bool = False
    end_to_end: bool | None = None


def wanted(now: datetime) -> dict[str, list[Meeting]]:
    """Return the meetings to ask Zoom for, by their private ID: running or soon, not cancelled."""
    soon = (
        Meeting.objects.upcoming()
        .filter(starts_at__lte=now + AHEAD, provider=None)
        .exclude(zoom_meeting_id_encrypted="")
    )
    found: dict[str, list[Meeting]] = {}
    for meeting in soon[:AT_MOST]:
        if zoom_id := meeting.zoom_id():
            found.setdefault(zoom_id, []).append(meeting)
    return found


@transaction.atomic
def record(
    account: Reading, bodies: Mapping[str, object], asked: Mapping[str, list[Meeting]], at: datetime
) -> list[MeetingFinding]:
    """Append what could be read of the meetings in `asked`; what could not changes nothing."""
    findings = []
    for zoom_id, meetings in asked.items():
        read = read_meeting(account, bodies.get(zoom_id))
        if not read.is_readable:
            continue
        for meeting in meetings:
            newest = meeting.findings.filter(seen_at__lte=at).last()
            # Not read is not better: what was weaker stays so until it is seen otherwise.
            before = newest.deviations if newest else []
            carried = [name for name in before if name in read.unread]
            finding = MeetingFinding.objects.create(
                meeting=meeting,
                seen_at=at,
                valid_until=at + HOLDS,
                deviations=sorted({*read.deviating, *carried}),
                unread=sorted(read.unread),
                end_to_end=(
                    newest.end_to_end if newest and read.end_to_end is None else read.end_to_end
                ),
            )
            findings.append(finding)
    return findings


def of(meeting: Meeting, moment: datetime | None) -> OwnSettings:
    """Return what was read of `meeting` by `moment`, or without one during its time."""
    if meeting.provider_id:
        # Only Zoom can be asked about one meeting; what it said before is about another tool.
        return OwnSettings()
    findings = list(meeting.findings.all())
    if moment:
        return at_moment(findings, moment)
    return during(findings, meeting.starts_at, meeting.ends_at)


def at_moment(findings: Sequence[MeetingFinding], moment: datetime) -> OwnSettings:
    """Return what is known at `moment`; `findings` in their order."""
    newest = next((one for one in reversed(findings) if one.seen_at <= moment), None)
    if newest is None:
        return OwnSettings()
    return OwnSettings(
        read_at=newest.seen_at,
        valid_until=newest.valid_until,
        is_due=newest.valid_until <= moment,
        deviations=newest.deviations,
        is_partly_unread=bool(newest.unread),
        end_to_end=newest.end_to_end,
    )


def during(findings: Sequence[MeetingFinding], start: datetime, end: datetime) -> OwnSettings:
    """Return the worst that is known of [start, end): whatever held at any time in it."""
    first = at_moment(findings, start)
    inside = [one for one in findings if start < one.seen_at < end]
    if not inside:
        return first
    return OwnSettings(
        read_at=first.read_at or inside[0].seen_at,
        valid_until=inside[-1].valid_until,
        deviations=sorted({*first.deviations, *(n for one in inside for n in one.deviations)}),
        is_partly_unread=first.is_partly_unread or any(one.unread for one in inside),
        end_to_end=_strictest([first.end_to_end, *(one.end_to_end for one in inside)]),
    )


def _strictest(values: Iterable[bool | None]) -> bool | None:
    known = [value for value in values if value is not None]
    return any(known) if known else None


def weaker_by(
    own: OwnSettings, adjustments: Iterable[Adjustment], safeguards: Iterable[Safeguard]
) -> dict[int, State]:
    """Return the states that hold at best, by safeguard: what staff said and what was read."""
    weaker = {one.safeguard_id: State(one.value) for one in adjustments}
    keys = {key for name in own.deviations for key in WEAKENS.get(name, ())}
    if own.end_to_end:
        # Too old a reading opens no way, but it still closes those.
        keys.add(NO_FULL_ENCRYPTION)
    for safeguard in safeguards:
        if safeguard.key in keys:
            weaker[safeguard.pk] = State.OFF
    return weaker


def weaker_in(
    meeting: Meeting,
    adjustments: Iterable[Adjustment],
    safeguards: Collection[Safeguard],
    own: OwnSettings,
) -> dict[int, State]:
    """Return the states that hold in `meeting` at best, by safeguard; `own` was read at Zoom."""
    weaker = weaker_by(own, adjustments, safeguards)
    if not meeting.browser:
        # Whoever may not use a browser in this meeting must not read that one is enough.
        weaker |= {one.pk: State.OFF for one in safeguards if one.key == BROWSER_OFFERED}
    return weaker


def states_in(
    read: Board, moment: datetime, weaker: Mapping[int, State], keys: Collection[str]
) -> dict[str, State | None]:
    """Return the state of each safeguard in `keys` as it is in one meeting at `moment`."""
    known = {key: read.state_of(key, moment) for key in keys}
    for safeguard in read.safeguards:
        state = known.get(safeguard.key)
        if state and safeguard.pk in weaker:
            known[safeguard.key] = worst([state, weaker[safeguard.pk]])
    return known


def sentences(own: OwnSettings, adjusted: Iterable[str], *, past: bool) -> list[Promise]:
    """Return what was read to be weaker, without what an adjustment (by key) already explains."""
    explained = set(adjusted)
    texts = PAST_SENTENCES if past else SENTENCES
    return [
        texts[name]
        for name in own.deviations
        if name in texts and not (WEAKENS[name] and set(WEAKENS[name]) & explained)
    ]


def board_of(own: OwnSettings, held: tuple[datetime, datetime] | None = None) -> Board:
    """Return what is known now, or of the time in which the meeting was held.

    What was read of this meeting stands in place of the account's default, but only where it
    opens ways: the account prefers full encryption, this meeting has the usual.
    """
    if own.end_to_end is not False or own.read_at is None or own.valid_until is None:
        return board.load_between(*held) if held else board.load_now()
    if held:
        read = board.load_between(min(held[0], own.read_at), held[1])
    else:
        read = board.load_since(own.read_at)
    timelines = dict(read.timelines)
    for safeguard in read.safeguards:
        # Where the account has no record, one setting alone must not make an answer.
        known = situation_at(timelines[safeguard.pk], own.read_at)
        if safeguard.key == NO_FULL_ENCRYPTION and known:
            found = Finding(
                safeguard=safeguard,
                verdict=Finding.Verdict.PROTECTED,
                seen_at=own.read_at,
                recorded_at=own.read_at,
            )
            timelines[safeguard.pk] = replace(
                timelines[safeguard.pk],
                findings=[*_until(timelines[safeguard.pk].findings, "seen_at", own), found],
                coverages=[
                    *_until(timelines[safeguard.pk].coverages, "at", own),
                    Coverage(own.read_at, own.valid_until, own.read_at),
                ],
            )
    return replace(read, timelines=timelines)


def _until(rows: Iterable[Any], moment: str, own: OwnSettings) -> list[Any]:
    """Leave out what was seen of the account later: it says nothing about this meeting."""
    return [row for row in rows if own.read_at and getattr(row, moment) < own.read_at]

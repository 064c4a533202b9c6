"""The one way minutes are announced or changed: before the meeting, and never against the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import text_of
from notices.firm.proposals import proposing
from notices.safeguards.states import State

from .. import meeting_settings, planning
from ..models import Meeting, Minutes

# By the keys of safeguards: what must not be off while the minutes need it.
MACHINE = "ai_features"
RECORDING = ("cloud_recording", "local_recording")
WHAT_COUNTS = ("writer", "keeps_sound", "sound_until")


class MinutesError(Exception):
    """The minutes cannot be announced so."""


class MachineIsOff(MinutesError):
    """The account does not let a machine write, or nobody can confirm right now that it does."""


class NothingIsRecorded(MinutesError):
    """Sound that nothing records cannot be kept."""


class NeedsWords(MinutesError):
    """A machine, or sound that is kept, needs a legal basis and somebody who gets it."""


class WaitsForSecondPerson(MinutesError):
    """Less than was announced is better for readers, so a second person decides."""


def record(meeting: Meeting, values: Mapping[str, Any], *, by: User) -> Minutes:
    """Announce how the minutes of `meeting` are made."""
    waits = False
    with transaction.atomic():
        planning.locked(meeting)
        stored = Minutes.objects.filter(meeting=meeting).first()
        minutes = stored or Minutes(meeting=meeting)
        before = proposing.values_of(stored, WHAT_COUNTS) if stored else {}
        for name, value in values.items():
            setattr(minutes, name, value)
        _refuse(minutes)
        after = proposing.values_of(minutes, WHAT_COUNTS)
        waits = settings.FOUR_EYES and _is_better(before, after)
        if waits:
            proposing.propose(minutes, before, after, by=by)
            for name in WHAT_COUNTS:
                field = Minutes._meta.get_field(name)
                setattr(minutes, name, field.to_python(before[name]))  # type: ignore[union-attr]
        minutes.recorded_at, minutes.recorded_by_id = timezone.now(), by.pk
        minutes.full_clean(exclude=["recorded_by"])
        minutes.save()
        audit.record(Act.CONTENT_CHANGED, audit.name_of_row(minutes), by=by)
    if waits:
        raise WaitsForSecondPerson(meeting)
    return minutes


def disagreement(meeting: Meeting, minutes: Minutes | None) -> type[MinutesError] | None:
    """Say what the settings of `meeting`, as read now, say against its minutes."""
    if minutes is None or not (minutes.is_by_machine or minutes.keeps_sound):
        return None
    now = timezone.now()
    own = meeting_settings.of(meeting, now)
    read = meeting_settings.board_of(own).of(meeting.provider_id)
    weaker = meeting_settings.weaker_in(meeting, meeting.adjustments.all(), read.safeguards, own)
    known = meeting_settings.states_in(read, now, weaker, (MACHINE, *RECORDING))
    if minutes.is_by_machine and not _is_used(known[MACHINE]):
        return MachineIsOff
    if minutes.keeps_sound and not any(_is_used(known[key]) for key in RECORDING):
        return NothingIsRecorded
    return None


def _refuse(minutes: Minutes) -> None:
    wrong = disagreement(minutes.meeting, minutes)
    if wrong:
        raise wrong(minutes.meeting)
    needs_words = minutes.is_by_machine or minutes.keeps_sound
    if needs_words and not (text_of(minutes, "legal_basis") and text_of(minutes, "recipients")):
        raise NeedsWords(minutes.meeting)


def _is_used(state: State | None) -> bool:
    """Say whether what the safeguard keeps off is known to be on, for all or for some."""
    return state in (State.OFF, State.EXCEPTION)


def _is_better(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether readers were told worse before: a machine, sound, or sound for longer."""
    if not before:
        return False
    no_machine = before["writer"] == "machine" and after["writer"] != "machine"
    until = before["sound_until"] or "", after["sound_until"] or ""
    return no_machine or (bool(before["keeps_sound"]) and until[1] < until[0])

"""The doors from an invitation: a meeting's page, its calendar file and the short link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from notices.editions.models import Edition, Notice
from notices.firm.days import day_of
from notices.firm.languages import PRIMARY, Localised, alternates, localised
from notices.firm.models import Organisation
from notices.firm.origins import origin
from notices.firm.templatetags.lupe import clock
from notices.safeguards import board, states
from notices.safeguards.board import Board
from notices.safeguards.states import State

from . import own_settings
from .calendar_file import calendar_file
from .codes import NotACode, read_code
from .joining import KEYS, Joining, Way, joining
from .models import Adjustment, Meeting
from .phases import Phase, is_its_day, may_run_over, phase_at
from .weaker import weaker_in

View = Callable[[HttpRequest, str], HttpResponse]

# Where a long German word may be parted on a narrow screen.
_JOINTS = re.compile(r"(?<=\w{4})(?=versammlung|besichtigung|besprechung|verwaltung)")


@dataclass(frozen=True, slots=True)
class Weaker:
    """One adjustment as the page shows it."""

    name: Localised
    state: State
    reason: Localised
    entered_later_at: datetime | None


def _discreet(view: View) -> View:
    """Keep an address with a code in it out of search engines and of other sites' logs."""

    @wraps(view)
    def wrapped(request: HttpRequest, code: str) -> HttpResponse:
        response = view(request, code)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


@require_safe
@_discreet
def meeting_detail(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _called(code)
    if meeting is None:
        return _unknown(request, code)
    if _is_erased(meeting):
        return HttpResponsePermanentRedirect(_day_page(meeting))
    if code != meeting.code.lower():
        return HttpResponsePermanentRedirect(meeting.get_absolute_url())
    now = timezone.now()
    phase = phase_at(meeting.starts_at, meeting.ends_at, now)
    held = phase is Phase.HELD
    read = board.load()
    adjustments = list(meeting.adjustments.select_related("safeguard"))
    own = own_settings.of(meeting, now if not held else None)
    read = own_settings.beside(own, read)
    weaker = weaker_in(meeting, adjustments, read.safeguards, own)
    context = {
        "meeting": meeting,
        "title": _with_joints(localised(meeting, "title")),
        # "18 bis etwa 20 Uhr": German says the word once.
        "starts": clock(meeting.starts_at).removesuffix(" Uhr"),
        "phase": phase,
        "is_its_day": is_its_day(meeting.starts_at, meeting.ends_at, now),
        "day": day_of(meeting.starts_at),
        "is_owners_meeting": meeting.type.key == "owners_meeting",
        "adjustments": [_shown(one, meeting) for one in adjustments],
        "own": own,
        "deviations": own_settings.sentences(
            own, [one.safeguard.key for one in adjustments], past=held
        ),
        "language_said": meeting.language != get_language(),
        "editions": _editions_at(meeting.starts_at if held else now),
        "safeguard_count": len(read.rows_at(now)),
    }
    if held:
        context |= {
            "answers": read.past_answers(meeting.starts_at, meeting.ends_at, weaker),
            "first_record": read.first_record(),
            "may_run_over": may_run_over(meeting.ends_at, now),
        }
    else:
        answers = read.answers_at(now, weaker)
        context |= {
            "answers": answers,
            "checked_at": board.oldest_check(answers),
            "joining": _joining(meeting, read, now, weaker),
            "lets_in_at": meeting.starts_at
            - timedelta(minutes=meeting.type.lets_in_minutes_before),
        }
    return render(request, "invitations/meeting_detail.html", context)


@require_safe
@_discreet
def meeting_ics(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _called(code)
    if meeting is None:
        return _unknown(request, code)
    if _is_erased(meeting):
        return HttpResponsePermanentRedirect(_day_page(meeting))
    organisation = Organisation.objects.current()
    file = calendar_file(meeting, organisation, origin(request), [get_language() or PRIMARY])
    name = pgettext("file name", "meeting-%(day)s.ics") % {"day": day_of(meeting.starts_at)}
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@vary_on_headers("Accept-Language")
@_discreet
def short_meeting(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from paper to the page in the reader's language, in one step."""
    meeting = _called(code)
    if meeting is None:
        return _unknown(request, code)
    return HttpResponseRedirect(
        _day_page(meeting) if _is_erased(meeting) else meeting.get_absolute_url()
    )


def _called(typed: str) -> Meeting | None:
    try:
        code = read_code(typed)
    except NotACode:
        return None
    meeting = Meeting.objects.select_related("type", "erasure").filter(code=code).first()
    if meeting:
        meeting.withhold_giveaways()
    return meeting


def _is_erased(meeting: Meeting) -> bool:
    return hasattr(meeting, "erasure")


def _day_page(meeting: Meeting) -> str:
    """Return what remains of a meeting whose own data were erased: the day it was on."""
    return reverse("archive-day", kwargs={"day": day_of(meeting.starts_at)})


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    """Say that there is no such meeting, and what applies in general."""
    answers = board.load().answers_at(timezone.now())
    context = {
        "answers": answers,
        "checked_at": board.oldest_check(answers),
        # A short link has no language of its own; this page does.
        "alternates": alternates(
            "meeting-detail", {code: {"code": typed} for code, _name in settings.LANGUAGES}
        ),
    }
    return render(request, "invitations/meeting_unknown.html", context, status=404)


def _joining(
    meeting: Meeting, read: Board, moment: datetime, weaker: Mapping[int, State]
) -> Joining:
    offered = [way for way in Way if getattr(meeting, way.value)]
    known: dict[str, State | None] = {key: read.state_of(key, moment) for key in KEYS}
    for safeguard in read.safeguards:
        state = known.get(safeguard.key)
        if state and safeguard.pk in weaker:
            known[safeguard.key] = states.worst([state, weaker[safeguard.pk]])
    return joining(offered, known)


def _editions_at(moment: datetime) -> list[Edition]:
    """Return the edition of each privacy notice that is in force at `moment`."""
    notices = Notice.objects.filter(kind=Notice.Kind.PRIVACY)
    editions = (notice.in_force_at(moment) for notice in notices)
    return [edition for edition in editions if edition]


def _shown(adjustment: Adjustment, meeting: Meeting) -> Weaker:
    adjustment.withhold_giveaways()
    late = adjustment.recorded_at > meeting.starts_at
    return Weaker(
        name=localised(adjustment.safeguard, "name"),
        state=State(adjustment.value),
        reason=localised(adjustment, "reason"),
        entered_later_at=adjustment.recorded_at if late else None,
    )


def _with_joints(title: Localised) -> Localised:
    return replace(title, text=_JOINTS.sub("\N{SOFT HYPHEN}", title.text))

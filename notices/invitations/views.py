"""The doors from an invitation: a meeting's page, its calendar file and the short link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from notices.editions.models import Edition, Notice
from notices.editions.pages.texts_then import nothing_held, texts_between
from notices.firm import days
from notices.firm.addresses import for_paper, origin
from notices.firm.days import day_of
from notices.firm.languages import Localised, alternates, current, localised
from notices.firm.models import Organisation
from notices.safeguards.board import timelines
from notices.safeguards.board.now import answers_at, oldest_check, rows_at
from notices.safeguards.board.past import past_answers
from notices.safeguards.models import Safeguard
from notices.safeguards.states import State

from . import meeting_settings
from .basis import basis, encryption
from .handouts.calendar_file import calendar_file
from .handouts.doors import address_of, called, is_erased
from .handouts.kinds import joining_in, of_its_kind
from .incidents.touched import deviations_during
from .minutes.sentences import Said, sentences
from .models import Adjustment, Meeting, Minutes
from .owners.for_whom import for_whom
from .phases import Phase, is_its_day, may_run_over, phase_at
from .standing import standing

View = Callable[[HttpRequest, str], HttpResponse]

# The quick answer that stands beside how the minutes are made.
RECORDED = "recorded"

# A whole address may be typed or pasted; nobody types more.
LONGEST_TYPED = 200

# Where a long German word may be parted on a narrow screen.
_JOINTS = re.compile(r"(?<=\w{4})(?=versammlung|besichtigung|besprechung|verwaltung)")


@dataclass(frozen=True, slots=True)
class Weaker:
    """One adjustment as the page shows it."""

    safeguard: Safeguard
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
    meeting = called(code)
    if meeting is None:
        return _unknown(request, code)
    if is_erased(meeting):
        return HttpResponsePermanentRedirect(address_of(meeting))
    if code != meeting.code.lower():
        return HttpResponsePermanentRedirect(meeting.get_absolute_url())
    now = days.now()
    days.holds_until(meeting.starts_at, meeting.ends_at)
    phase = phase_at(meeting.starts_at, meeting.ends_at, now)
    held = phase is Phase.HELD
    adjustments = list(meeting.adjustments.select_related("safeguard"))
    own = meeting_settings.of(meeting, now if not held else None)
    time = (meeting.starts_at, meeting.ends_at) if held else None
    read = meeting_settings.board_of(own, time).of(meeting.provider_id)
    weaker = meeting_settings.weaker_in(meeting, adjustments, read.safeguards, own)
    context: dict[str, Any] = {
        "meeting": meeting,
        "now": now,
        "paper_address": for_paper(origin(request), reverse("short-meeting", args=[meeting.code])),
        "firm": meeting.firm,
        "for_whom": for_whom(meeting, now),
        "standing": standing(meeting, _with_joints(localised(meeting, "title")), phase),
        "phase": phase,
        "is_its_day": is_its_day(meeting.starts_at, meeting.ends_at, now),
        "day": day_of(meeting.starts_at),
        "is_owners_meeting": meeting.type.key == "owners_meeting",
        "adjustments": [_shown(one, meeting) for one in adjustments],
        "own": own,
        "encryption": encryption(own, phase),
        "deviations": meeting_settings.sentences(
            own, [one.safeguard.key for one in adjustments], past=held
        ),
        "language_said": meeting.language != get_language(),
        "incidents": deviations_during(meeting, read, adjustments, now),
        "kind": of_its_kind(meeting.type),
        "minutes": _minutes(meeting, past=held),
        "rows": rows_at(read, now),
    }
    if held:
        context |= {
            "answers": past_answers(read, meeting.starts_at, meeting.ends_at, weaker),
            "basis": basis(own, phase, None, has_answers=False),
            # Asked for only where nothing is known of its time.
            "first_record": SimpleLazyObject(timelines.first_record),
            "no_text": SimpleLazyObject(partial(nothing_held, meeting.starts_at, now)),
            "texts_then": texts_between(meeting.starts_at, meeting.ends_at, now),
            # Its time is shown whole, whenever the records began.
            "begins_at": None,
            "may_run_over": may_run_over(meeting.ends_at, now),
        }
    else:
        answers = answers_at(read, now, weaker)
        context |= {
            "answers": answers,
            "basis": basis(
                own,
                phase,
                # The rows of another tool stand below it too.
                oldest_check(answers, context["rows"] if meeting.provider else []),
                has_answers=bool(answers),
                tool=str(meeting.provider or ""),
            ),
            "editions": _editions_at(now),
            "joining": joining_in(meeting, read, now, weaker),
            "lets_in_at": meeting.starts_at
            - timedelta(minutes=meeting.type.lets_in_minutes_before),
        }
    context["recorded"] = next(
        (one for one in context["answers"] if one.key.startswith(RECORDED)), None
    )
    return render(request, "invitations/meeting_detail.html", context)


@require_safe
@_discreet
def meeting_ics(request: HttpRequest, code: str) -> HttpResponse:
    meeting = called(code)
    if meeting is None:
        return _unknown(request, code)
    if is_erased(meeting):
        return HttpResponsePermanentRedirect(address_of(meeting))
    inviting = meeting.firm or Organisation.objects.current()
    file = calendar_file(meeting, inviting, origin(request), [current()])
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
    meeting = called(code)
    if meeting is None:
        return _unknown(request, code)
    return HttpResponseRedirect(address_of(meeting))


@require_safe
def meeting_find(request: HttpRequest) -> HttpResponse:
    """Take the code from a letter, however it is typed, and lead to the page of the meeting."""
    typed = request.GET.get("code", "").strip()[:LONGEST_TYPED]
    if not typed:
        return render(request, "invitations/meeting_find.html", {"typed": ""})
    meeting = called(typed)
    if meeting:
        response: HttpResponse = HttpResponseRedirect(address_of(meeting))
    else:
        response = _unknown(request, typed, alternates("meeting-find", {}))
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _unknown(
    request: HttpRequest, typed: str, paths: Mapping[str, str] | None = None
) -> HttpResponse:
    """Say that there is no such meeting, and what applies in general; keep what was typed."""
    answers = answers_at(timelines.load_now().of(), days.now())
    context = {
        "answers": answers,
        "checked_at": oldest_check(answers),
        "typed": typed,
        # A short link has no language of its own; this page does.
        "alternates": paths
        or alternates(
            "meeting-detail", {code: {"code": typed} for code, _name in settings.LANGUAGES}
        ),
    }
    return render(request, "invitations/meeting_unknown.html", context, status=404)


def _minutes(meeting: Meeting, *, past: bool) -> list[Said]:
    """Return what is said of the minutes; a kind of meeting without any says nothing."""
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if minutes is None and not meeting.type.has_minutes:
        return []
    if minutes:
        minutes.withhold_giveaways()
    return sentences(minutes, past=past)


def _editions_at(moment: datetime) -> list[Edition]:
    """Return the edition of each privacy notice that is in force at `moment`."""
    came = Edition.objects.came_into_force_by(moment).filter(notice=OuterRef("pk"))
    newest = Subquery(came.in_force_order().values("pk")[:1])
    notices = Notice.objects.filter(kind=Notice.Kind.PRIVACY).annotate(newest=newest)
    editions = Edition.objects.filter(pk__in=notices.order_by().values("newest"))
    related = editions.select_related("notice", "withdrawal").order_by("notice__key")
    return [edition for edition in related if not edition.withdrawal_by(moment)]


def _shown(adjustment: Adjustment, meeting: Meeting) -> Weaker:
    adjustment.withhold_giveaways()
    late = adjustment.recorded_at > meeting.starts_at
    return Weaker(
        safeguard=adjustment.safeguard,
        name=localised(adjustment.safeguard, "name"),
        state=State(adjustment.value),
        reason=localised(adjustment, "reason"),
        entered_later_at=adjustment.recorded_at if late else None,
    )


def _with_joints(title: Localised) -> Localised:
    return replace(title, text=_JOINTS.sub("\N{SOFT HYPHEN}", title.text))

"""What a kind of meeting adds to its page and its invitation: how to join, its own answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from notices.editions.models import Foundation
from notices.faq.models import Question
from notices.firm.languages import Localised, current, localised
from notices.lib.markdown.reading import first_paragraph
from notices.safeguards.board.timelines import Board
from notices.safeguards.states import State

from .. import meeting_settings
from ..joining import KEYS, Joining, Way, joining
from ..models import Meeting, MeetingType

# An invitation has room for a short answer only; a longer one stands on its own page.
LONGEST = 240


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """A question of one kind of meeting; without a short answer its page has the whole one."""

    question: Localised
    answer: Localised
    address: str


@dataclass(frozen=True, slots=True)
class OfItsKind:
    """What holds for every meeting of a kind."""

    name: Localised
    rules: Localised
    answers: Sequence[OwnAnswer]


def of_its_kind(kind: MeetingType) -> OfItsKind:
    """Read what is said of a kind of meeting, in the active language."""
    fallen = Foundation.objects.filter(questions=OuterRef("pk"), state=Foundation.State.FALLEN)
    own = Question.objects.filter(meeting_types=kind)
    questions = own.annotate(leans_on_what_fell=Exists(fallen))
    return OfItsKind(
        name=localised(kind, "name"),
        rules=localised(kind, "rules"),
        answers=[_own_answer(question) for question in questions],
    )


def joining_in(
    meeting: Meeting, read: Board, moment: datetime, weaker: Mapping[int, State]
) -> Joining:
    """Return the ways into `meeting` that its settings leave open."""
    offered = [way for way in Way if getattr(meeting, way.value)]
    return joining(offered, meeting_settings.states_in(read, moment, weaker, KEYS))


def ways_sentence(meeting: Meeting, open_ways: Joining) -> str:
    """Name the ways into `meeting` in one sentence; nothing where none is open."""
    names = {
        Way.BROWSER: _("in the browser"),
        Way.PHONE: _("by telephone"),
        Way.APP: _("with the Zoom app"),
    }
    if meeting.provider:
        # Nothing reads the settings of another tool: what the meeting offers is all we know.
        names[Way.APP] = _("with the app of %(tool)s") % {"tool": meeting.provider.name}
        ways = [way for way in Way if getattr(meeting, way.value)]
        is_sure = True
    else:
        ways = [one.way for one in open_ways.ways]
        is_sure = all(one.certainty is not State.DUE for one in open_ways.ways)
    if not ways:
        return ""
    *others, last = [names[way] for way in ways]
    said = {"ways": ", ".join(others), "last": last}
    if others:
        words = _("You can take part %(ways)s or %(last)s.") % said
    else:
        words = _("You can take part %(last)s.") % said
    doubt = "" if is_sure else _("We cannot confirm right now that all of this is possible.")
    return f"{words} {doubt}".strip()


def _own_answer(question: Question) -> OwnAnswer:
    html = localised(question, "answer_html")
    # A first sentence that is computed, or ground that gave way, is told on its own page.
    is_told_there = question.lead_id or question.leans_on_what_fell  # type: ignore[attr-defined]
    words = "" if is_told_there else first_paragraph(html.text)
    if words and len(words) <= LONGEST:
        answer = Localised(words, html.language, html.is_missing)
    else:
        answer = Localised("", current(), is_missing=False)
    return OwnAnswer(localised(question, "question"), answer, question.get_absolute_url())

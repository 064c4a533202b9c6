"""No handout repeats a text that would let a stranger into the meeting."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404

from notices.firm.languages import texts_of

from ..models import Meeting
from . import snippets


def lets_in(meeting: Meeting) -> bool:
    """Say whether anything that staff typed for this invitation holds a way in."""
    return any(snippets.lets_in(text or "") for text in _typed(meeting))


def refuse_ways_in(meeting: Meeting) -> None:
    """Offer no file of such an invitation at all."""
    if lets_in(meeting):
        raise Http404


def _typed(meeting: Meeting) -> Iterator[str]:
    """Yield what staff typed about this meeting and what its invitation repeats."""
    for name in ("title", "place"):
        yield from texts_of(meeting, name).values()
    for one in meeting.adjustments.all():
        yield from texts_of(one, "reason").values()

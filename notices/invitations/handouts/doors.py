"""Where a code from paper leads, however it was typed."""

from __future__ import annotations

from django.urls import reverse

from notices.firm.days import day_of

from ..codes import NotACode, read_code
from ..models import Meeting


def called(typed: str) -> Meeting | None:
    """Return the meeting whose code `typed` means, with what its page asks for."""
    try:
        code = read_code(typed)
    except NotACode:
        return None
    meeting = (
        Meeting.objects.select_related(
            "type", "firm", "community", "provider", "minutes", "erasure"
        )
        .filter(code=code)
        .first()
    )
    if meeting:
        meeting.withhold_giveaways()
        meeting.type.withhold_giveaways()
    return meeting


def is_erased(meeting: Meeting) -> bool:
    return hasattr(meeting, "erasure")


def address_of(meeting: Meeting) -> str:
    """Return the meeting's page; once its own data were erased, the day it was on."""
    if is_erased(meeting):
        return reverse("archive-day", kwargs={"day": day_of(meeting.starts_at)})
    return meeting.get_absolute_url()


def leads_to(typed: str) -> str | None:
    """Return the address to which a code leads in the active language, if it is one of ours."""
    meeting = called(typed)
    return address_of(meeting) if meeting else None

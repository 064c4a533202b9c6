"""Kinds of meeting that came later, for a portal that was filled before: added when asked for."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from .files import read
from .loading import add_kinds, add_questions


@transaction.atomic
def add_later_kinds() -> list[str]:
    """Add the kinds that are missing with what people ask about them; return their names.

    What staff deleted comes back, so nobody calls this unasked; what is there stays as it is.
    """
    data = read("kinds")
    add_questions(data, timezone.now())
    return add_kinds(read("kinds")["meeting_type"])

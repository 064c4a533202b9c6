"""What a newer version of the starter content adds to a portal that was filled by an older one.

Zoom gets new ways of capturing a meeting. An answer that does not rest on them says more than is
proven, so they are added with their ties; nothing that staff wrote is changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.editions.models import Notice
from notices.faq.models import Question
from notices.firm.languages import columns
from notices.safeguards import check_requests
from notices.safeguards.models import AnswerTie, QuickAnswer, Safeguard

from .files import read
from .loading import add_safeguard

# On these alone the answers about recording rested before the other ways were known.
FORMER = {"cloud_recording", "local_recording"}
# What one row told of once and two tell of now: the host's camera is not the reader's.
SPLIT = {"host_camera_at_start": "camera_at_start"}


@transaction.atomic
def complete() -> list[str]:
    """Add missing safeguards behind the starter's answers and beside them; return their names.

    They are due until the account or two people say how they are set.
    """
    now = timezone.now()
    tied = {row["key"]: row["safeguards"] for row in read("quick_answers")["quick_answer"]}
    answers = list(QuickAnswer.objects.filter(key__in=tied))
    wanted = {key for answer in answers for key in tied[answer.key]}
    there = set(Safeguard.objects.values_list("key", flat=True))
    wanted |= {part for part, whole in SPLIT.items() if whole in there}
    added = _add(wanted - there, now)
    for answer in answers:
        _tie_answer(answer, tied[answer.key], now)
    if added:
        check_requests.request_reread()
    keys = {one.key for one in added}
    for row in read("faq")["question"]:
        _tie(Question.objects.filter(key=row["key"]), row.get("safeguards", []), keys)
    for row in read("notices")["notice"]:
        _tie(Notice.objects.filter(key=row["key"]), row.get("safeguards", []), keys)
    return [one.name for one in added]


def _add(missing: set[str], now: datetime) -> list[Safeguard]:
    added = []
    for position, data in enumerate(read("safeguards")["safeguard"]):
        if data["key"] in missing:
            added.append(add_safeguard(_that_fits(data), position, now))
    return added


def _that_fits(data: dict[str, Any]) -> dict[str, Any]:
    """Leave addresses and items of the letter to the safeguards that have them already."""
    for name in columns("slug"):
        if Safeguard.objects.filter(**{name: data[name]}).exists():
            data[name] = f"{data[name]}-{data['key'].replace('_', '-')}"[:60]
    item = data.get("letter_item")
    if item and Safeguard.objects.filter(letter_item=item).exists():
        del data["letter_item"]
    return data


def _tie_answer(answer: QuickAnswer, keys: Iterable[str], now: datetime) -> None:
    # One more safeguard can only make an answer worse, so nobody has to agree.
    missing = Safeguard.objects.filter(key__in=keys).exclude(ties__quick_answer=answer)
    for safeguard in missing:
        AnswerTie.objects.create(quick_answer=answer, safeguard=safeguard, since=now)


def _tie(rows: Any, keys: Iterable[str], added: set[str]) -> None:
    """Tie a question or notice to what was added, and to all if it has the former ties still."""
    for row in rows:
        own = set(row.safeguards.values_list("key", flat=True))
        wanted = set(keys) if own == FORMER else set(keys) & added
        row.safeguards.add(*Safeguard.objects.filter(key__in=wanted - own))

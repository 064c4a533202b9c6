"""How a letter becomes a draft: by the verbs of drafts, and a second person for what it claims."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from notices.editions import drafting
from notices.editions.models import Edition, Notice
from notices.firm.languages import column
from notices.firm.proposals import proposing
from notices.safeguards.models import Safeguard

CLAIMS = "safeguards"


@transaction.atomic
def make_draft(notice: Notice, title: str, text: str, *, by: User) -> Edition:
    """Begin a draft of `notice` and write the letter into it; translations become older texts."""
    draft = drafting.begin(notice, by=by)
    setattr(draft, column("title"), title)
    setattr(draft, column("text"), text)
    return drafting.save(draft, by=by)


@transaction.atomic
def tie(notice: Notice, safeguards: Iterable[Safeguard], *, by: User) -> bool:
    """Add what a person confirmed to the claims of `notice`; say if a second one has to agree."""
    before = proposing.values_of(notice, [CLAIMS])
    after = {CLAIMS: sorted({*before[CLAIMS], *(one.pk for one in safeguards)})}
    if after == before:
        return False
    if settings.FOUR_EYES:
        proposing.propose(notice, before, after, by=by)
        return True
    notice.saved_by = by  # type: ignore[attr-defined]
    notice.safeguards.set(after[CLAIMS])
    proposing.keep_decided(notice, before, after, by=by)
    return False

"""Which safeguards that a notice claims are not simply on, and why it is published all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.firm.languages import Localised, localised
from notices.safeguards.board import timelines
from notices.safeguards.board.now import rows_at
from notices.safeguards.board.words import state_word
from notices.safeguards.models import Safeguard
from notices.safeguards.states import State

from ..models import ClaimReason, Edition, Notice

UNRECORDED = "unrecorded"


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A safeguard that a notice claims and that nobody can call simply on."""

    safeguard: Safeguard
    state: str
    since: datetime | None

    @property
    def key(self) -> str:
        return self.safeguard.key

    @property
    def name(self) -> Localised:
        return localised(self.safeguard, "name")

    @property
    def state_word(self) -> str:
        """Return the state as readers see it, or that there is no record."""
        return _("no record yet") if self.state == UNRECORDED else state_word(State(self.state))


def open_claims(notice: Notice, moment: datetime) -> list[OpenClaim]:
    """Return what `notice` claims and what is off, an exception, due or without any record.

    A retired safeguard is left out: Zoom has no such setting any more, so nothing can be off.
    """
    claimed = list(notice.safeguards.order_by("position", "key"))
    rows = rows_at(timelines.load_now(), moment, listed=False) if claimed else []
    known = {row.safeguard.key: row for row in rows}
    found = []
    for safeguard in claimed:
        row = known.get(safeguard.key)
        if row is None:
            found.append(OpenClaim(safeguard, UNRECORDED, None))
        elif row.state not in (State.ON, State.RETIRED):
            found.append(OpenClaim(safeguard, str(row.state), row.since))
    return found


def without_reason(claims: list[OpenClaim], reasons: Mapping[str, str]) -> list[OpenClaim]:
    """Return the claims for which `reasons` holds no words."""
    return [claim for claim in claims if not reasons.get(claim.key, "").strip()]


def store_reasons(
    edition: Edition, claims: list[OpenClaim], reasons: Mapping[str, str], *, by: User, role: str
) -> None:
    """Append one reason for each open claim of the published `edition`."""
    for claim in claims:
        ClaimReason.objects.create(
            edition=edition,
            safeguard=claim.safeguard,
            state=claim.state,
            reason=reasons[claim.key].strip(),
            role=role,
            recorded_at=edition.published_at or timezone.now(),
            recorded_by_id=by.pk,
        )

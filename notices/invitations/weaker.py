"""What one meeting lowers below the settings of the account. No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from notices.safeguards.models import Safeguard
from notices.safeguards.states import State

from .joining import BROWSER_OFFERED
from .models import Adjustment, Meeting
from .own_settings import OwnSettings, weaker_by


def weaker_in(
    meeting: Meeting,
    adjustments: Iterable[Adjustment],
    safeguards: Collection[Safeguard],
    own: OwnSettings,
) -> dict[int, State]:
    """Return the states that hold in `meeting` at best, by safeguard; `own` was read at Zoom."""
    weaker = weaker_by(own, adjustments, safeguards)
    if not meeting.browser:
        # Whoever may not use a browser in this meeting must not read that one is enough.
        weaker |= {one.pk: State.OFF for one in safeguards if one.key == BROWSER_OFFERED}
    return weaker

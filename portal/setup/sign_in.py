"""What the environment says about signing in."""

from __future__ import annotations

from collections.abc import Mapping

from portal.setup import env

LONGEST = 90


def second_factor_days(environment: Mapping[str, str]) -> int | None:
    """Return after how many days an account needs a second factor; None for never."""
    if env.read(environment, "SECOND_FACTOR_DAYS").strip().lower() == "off":
        return None
    return env.number(environment, "SECOND_FACTOR_DAYS", default=7, least=0, most=LONGEST)

"""The period at a glance: strips of states, and how many of the promised checks were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from notices.safeguards.glance.kept_checks import KeptChecks, count
from notices.safeguards.glance.strip import Strip, strip_of, together
from notices.safeguards.models import Check, Source
from notices.safeguards.states import Run, State


def strips(
    safeguards: Sequence[Mapping[str, Any]], start: datetime, end: datetime
) -> dict[str, Strip]:
    """Return by key the states of the period as a strip, for who reads at a glance."""
    return {
        one["key"]: strip_of(
            (Run(State(run["state"]), run["from"], run["until"]) for run in one["states"]),
            start,
            end,
        )
        for one in safeguards
        if one["states"]
    }


def whole(
    safeguards: Sequence[Mapping[str, Any]],
    drawn: Mapping[str, Strip],
    start: datetime,
    end: datetime,
) -> Strip:
    """Return the strip of all that the pages list: at each moment the worst of them."""
    listed = [one["key"] for one in safeguards if one["is_listed"] and one["key"] in drawn]
    return together([drawn[key] for key in listed], start, end)


def kept_checks(
    checks: Sequence[Mapping[str, Any]], strip: Strip | None, until: datetime, key: str = ""
) -> KeptChecks | None:
    """Return of the checks by the account those within `strip`, all or those of one safeguard."""
    if strip is None or not strip.spans:
        return None
    begin = strip.spans[0].start
    moments = [
        one["at"]
        for one in checks
        if one["source"] == Source.ACCOUNT
        and one["outcome"] == Check.Outcome.DONE
        and begin <= one["at"] < until
        and (not key or key in one["safeguards"])
    ]
    return count(moments, until)

"""What a report by hand appends to the history, not saved yet: for the acts and their preview."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from notices.firm.languages import column_values

from ..models import Attestation, EvidenceFile, Finding, Promise, Safeguard, Source
from ..recording import is_read_from_account


def rows_of(report: Attestation, *, at_once: bool) -> Iterator[tuple[Promise, Finding | None]]:
    """Yield a promise and, if the report tells of the account, a finding for each moment.

    `report` may be unsaved; `at_once` says that it waits for no second person.
    """
    verdict = _verdict(report, at_once=at_once)
    for moment in held_at(report.seen_at, report.reported_at):
        promise = Promise(
            safeguard=report.safeguard,
            value=report.value,
            effective_from=moment,
            recorded_by=report.reported_by,
            **column_values(report, "reason"),
        )
        if verdict is None:
            yield promise, None
            continue
        yield (
            promise,
            Finding(
                safeguard=report.safeguard,
                verdict=verdict,
                lock=report.lock,
                seen_at=moment,
                source=Source.HAND,
                recorded_by=report.reported_by,
                evidence=evidence_of(report.note, report.evidence_file),
            ),
        )


def public_at_once(safeguard: Safeguard, value: str) -> bool:
    """Say whether reporting `value` is a change for the worse, which waits for nobody."""
    if value == Promise.Value.OFF:
        return True
    promise, finding = safeguard.promises.last(), safeguard.findings.last()
    # "With an exception" is worse than on, but better than off or unknown.
    return (
        value == Promise.Value.EXCEPTION
        and promise is not None
        and promise.value == Promise.Value.ON
        and finding is not None
        and finding.verdict == Finding.Verdict.PROTECTED
    )


def held_at(since: datetime, reported_at: datetime) -> list[datetime]:
    """Return the moments for which a report speaks: since when it holds, and when it was made.

    Both are recorded: what was found in between must not outlast a newer report, and a check
    is as old as the look at the account, not as the setting.
    """
    return sorted({since, reported_at})


def evidence_of(note: str, file: EvidenceFile | None) -> dict[str, str]:
    """Return how somebody knows; a file by its digest."""
    return {
        **({"note": note} if note else {}),
        **({"file": file.sha256} if file else {}),
    }


def _verdict(report: Attestation, *, at_once: bool) -> Finding.Verdict | None:
    if report.value == Promise.Value.OFF:
        return Finding.Verdict.NOT_PROTECTED
    # A promise that is only weakened, or gone, says nothing new about what was seen; and what
    # the account is like, a check of the account says, even if it was connected since.
    if at_once or report.value == Promise.Value.RETIRED or is_read_from_account(report.safeguard):
        return None
    return Finding.Verdict.PROTECTED

"""When a legal foundation falls, who said so, and when somebody last looked."""

from __future__ import annotations

from datetime import date, timedelta

from notices.firm.models import AuditEntry

from .models import Foundation

# A foundation nobody looked at for longer is due.
MAX_AGE = timedelta(days=365)


def record_fall(foundation: Foundation, *, by: int | None) -> None:
    """Append to the audit that `foundation` fell, or that it stands after all."""
    fallen = foundation.state == Foundation.State.FALLEN
    detail = {"source": foundation.source_url, "checked_on": f"{foundation.checked_on}"}
    if fallen:
        detail["fallen_on"] = f"{foundation.fallen_on}"
    AuditEntry.objects.create(
        by_id=by,
        act="foundation-fallen" if fallen else "foundation-stands",
        subject=f"{foundation.name_de}"[:200],
        detail=detail,
    )


def is_check_due(foundation: Foundation, today: date) -> bool:
    """Say whether the last look is too old; what has fallen is not looked at again."""
    stands = foundation.state == Foundation.State.STANDS
    return stands and foundation.checked_on + MAX_AGE < today

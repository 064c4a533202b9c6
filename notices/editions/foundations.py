"""When a legal foundation falls, who said so, and when somebody last looked."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import text_of

from .models import Foundation

# A foundation nobody looked at for longer is due.
MAX_AGE = timedelta(days=365)


def record_fall(foundation: Foundation, *, by: AbstractBaseUser | AnonymousUser) -> None:
    """Append to the audit that `foundation` fell, or that it stands after all."""
    fallen = foundation.state == Foundation.State.FALLEN
    detail = {"source": foundation.source_url, "checked_on": f"{foundation.checked_on}"}
    if fallen:
        detail["fallen_on"] = f"{foundation.fallen_on}"
    act = Act.FOUNDATION_FALLEN if fallen else Act.FOUNDATION_STANDS
    audit.record(act, text_of(foundation, "name"), by=by, **detail)


def is_check_due(foundation: Foundation, today: date) -> bool:
    """Say whether the last look is too old; what has fallen is not looked at again."""
    stands = foundation.state == Foundation.State.STANDS
    return stands and foundation.checked_on + MAX_AGE < today

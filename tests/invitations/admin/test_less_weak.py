"""What a meeting's page says is weaker gets less weak only with a second person (P12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notices.firm.models import ProposedChange
from notices.invitations.models import Adjustment, Meeting
from tests.conftest import SignIn
from tests.factories import make_meeting, make_safeguard
from tests.invitations.admin.test_meetings import address, changed
from tests.turns import seen_inside

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def staff(sign_in: SignIn) -> Client:
    return sign_in("editor")[0]


def sent(one: Adjustment, **changes: Any) -> dict[str, Any]:
    return changed(one.meeting) | {
        "adjustments-TOTAL_FORMS": 1,
        "adjustments-INITIAL_FORMS": 1,
        "adjustments-0-id": one.pk,
        "adjustments-0-meeting": one.meeting_id,
        "adjustments-0-safeguard": one.safeguard_id,
        "adjustments-0-value": one.value,
        "adjustments-0-reason_de": "Beschluss.",
        "adjustments-0-seen": seen_inside(one.meeting, Adjustment.objects.get(pk=one.pk)),
        **{f"adjustments-0-{name}": value for name, value in changes.items()},
    }


@pytest.fixture
def one() -> Adjustment:
    meeting = make_meeting()
    return Adjustment.objects.create(
        meeting=meeting, safeguard=make_safeguard(), value="off", reason_de="Beschluss."
    )


@pytest.mark.parametrize("changes", [{"DELETE": "on"}, {"value": "exception"}])
def test_it_waits_and_a_second_person_makes_it_so(
    staff: Client, sign_in: SignIn, one: Adjustment, changes: dict[str, str]
) -> None:
    staff.post(address(one.meeting), sent(one, **changes))
    assert Adjustment.objects.get().value == "off"
    proposed = ProposedChange.objects.get()
    assert one.meeting.code in proposed.subject
    assert "Beschluss" not in f"{proposed.before} {proposed.after}"
    second, _user = sign_in("reviewer")
    decide = f"/admin/firm/proposedchange/{proposed.pk}/entscheiden/"
    second.post(decide, {"_confirm": "1", "as_read": proposed.digest})
    left = Adjustment.objects.values_list("value", flat=True)
    assert list(left) == ([] if "DELETE" in changes else ["exception"])


def test_another_reason_and_a_weaker_value_go_at_once(staff: Client, one: Adjustment) -> None:
    Adjustment.objects.update(value="exception")
    staff.post(address(one.meeting), sent(one, value="off", reason_de="Anders."))
    one.refresh_from_db()
    assert (one.value, one.reason_de) == ("off", "Anders.")
    assert not ProposedChange.objects.exists()


def test_nothing_gets_less_weak_once_the_meeting_has_begun(
    staff: Client, sign_in: SignIn, one: Adjustment
) -> None:
    staff.post(address(one.meeting), sent(one, DELETE="on"))
    proposed = ProposedChange.objects.get()
    second, _user = sign_in("reviewer")
    Meeting.objects.update(starts_at=timezone.now() - HOUR, ends_at=timezone.now() + HOUR)
    decide = f"/admin/firm/proposedchange/{proposed.pk}/entscheiden/"
    second.post(decide, {"_confirm": "1", "as_read": proposed.digest})
    assert Adjustment.objects.count() == 1

"""How the time of sample data ends: somebody confirms that the profile is the firm's own."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.models import Organisation
from notices.invitations.models import Meeting
from notices.safeguards.by_hand import reporting

from .profile_forms import open_parts


class StillSample(Exception):
    """Something in the profile is still the sample firm's; `parts` are the numbers of the forms."""

    def __init__(self, parts: list[int]) -> None:
        super().__init__(parts)
        self.parts = parts


@transaction.atomic
def confirm_profile(*, by: User) -> None:
    """End the time of the samples; who confirms twice changes nothing."""
    row = Organisation.objects.select_for_update().get()
    if not row.is_sample:
        return
    if parts := open_parts(row):
        raise StillSample(parts)
    row.confirmed_at = timezone.now()
    row.save(update_fields=["confirmed_at"])
    forget_samples(row, by=by)


def forget_samples(row: Organisation, *, by: User) -> None:
    """Let nothing of the sample firm stand for the one that was just confirmed."""
    # Nobody has looked at this firm's Zoom account yet.
    reporting.forget_samples(by=by)
    Meeting.objects.filter(is_sample=True).delete()
    audit.record(Act.PROFILE_CONFIRMED, row.name, by=by)

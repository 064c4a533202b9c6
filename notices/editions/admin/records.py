"""What acts left behind: withdrawals and reasons, to be looked at and nothing else."""

from __future__ import annotations

from django.contrib import admin

from notices.firm.admin_base import ReadOnly
from notices.firm.languages import columns

from ..models import ClaimReason, Withdrawal


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnly):
    list_display = ["edition", "at", "recorded_by"]
    list_select_related = ["edition__notice", "recorded_by"]
    fields = ["edition", "at", *columns("reason"), "recorded_by"]


@admin.register(ClaimReason)
class ClaimReasonAdmin(ReadOnly):
    list_display = ["edition", "safeguard", "state", "reason", "role", "recorded_at"]
    list_select_related = ["edition__notice", "safeguard"]
    fields = ["edition", "safeguard", "state", "reason", "role", "recorded_at", "recorded_by"]

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .admin_base import StaffAdmin
from .forms import FirmForm
from .languages import columns
from .models import Firm, ProposedChange
from .proposals.proposal_admin import ProposedChangeAdmin

admin.site.register(ProposedChange, ProposedChangeAdmin)


REACHED: list[Any] = [
    "street",
    ("postal_code", "city"),
    columns("country"),
    "phone",
    columns("phone_hours"),
]
LOGO: list[Any] = ["logo_file", "no_logo"]
IMPRINT: list[Any] = [columns("represented_by"), ("register_court", "register_number"), "vat_id"]


@admin.register(Firm)
class FirmAdmin(StaffAdmin):
    """Firms beside the one of the profile; with none of them nothing looks different."""

    form = FirmForm
    list_display = ["name", "legal_name"]
    fieldsets = [
        (None, {"fields": ["name", columns("service_name"), "legal_name"]}),
        (_("Logo"), {"fields": LOGO}),
        (_("How people reach us"), {"fields": [*REACHED, "email", "website"]}),
        (_("Imprint"), {"fields": IMPRINT}),
    ]

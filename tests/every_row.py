"""A row of every kind beside the starter content, so that no page is closed for want of one."""

from __future__ import annotations

from django.utils import timezone

from notices.editions.models import ClaimReason, Edition, Withdrawal
from notices.firm.audit import Act, record
from notices.firm.proposals import proposing
from notices.safeguards.models import (
    Attestation,
    EvidenceFile,
    Explanation,
    Finding,
    Provider,
    Safeguard,
)
from tests.factories import (
    make_community,
    make_edition,
    make_firm,
    make_notice,
    make_user,
    record_state,
)


def make_every_row() -> None:
    author = make_user("editor", name="author")
    make_firm()
    make_community()
    make_edition(make_notice("draft"), status="draft")
    published = Edition.objects.filter(status="published").latest("pk")
    Provider.objects.get_or_create(name="Anderes Werkzeug")
    safeguard = Safeguard.objects.earliest("pk")
    Explanation.objects.create(finding=Finding.objects.earliest("pk"), text_de="Darum.")
    EvidenceFile.objects.create(
        sha256="a" * 64, size=1, media_type="image/png", stored_name="x.png", uploaded_by=author
    )
    seen = {"value": "on", "lock": "unknown", "seen_at": timezone.now(), "reported_by": author}
    Attestation.objects.create(safeguard=safeguard, **seen)
    Withdrawal.objects.create(edition=published, reason_de="Ein Satz war falsch.")
    ClaimReason.objects.create(edition=published, safeguard=safeguard, state="off", reason="Darum.")
    record(Act.POSTERS_UP, "x", by=author)
    name = safeguard.name_de
    proposing.propose(safeguard, {"name_de": name}, {"name_de": "Anders"}, by=author)
    # A deviation: its page is for one that is there.
    record_state(Safeguard.objects.get(key="waiting_room"), "not_protected")

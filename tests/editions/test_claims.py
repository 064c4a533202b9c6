"""A notice that claims what is not simply on: published only with a reason, and it says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from notices.editions import publishing
from notices.editions.models import ClaimReason, Edition
from notices.editions.review.claims import open_claims
from notices.firm.storage.append_only import FrozenRow
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> Edition:
    """An edition in review that claims five safeguards in five states."""
    notice = make_notice("zoom")
    now = timezone.now()
    for key in ("on", "off", "exception", "due", "unrecorded"):
        safeguard = make_safeguard(key)
        notice.safeguards.add(safeguard)
        if key == "unrecorded":
            continue
        record_state(
            safeguard,
            "not_protected" if key == "off" else "protected",
            at=now - timedelta(days=400 if key == "due" else 0),
            promise="exception" if key == "exception" else "on",
        )
    return make_edition(notice, status="review")


OPEN = ["off", "exception", "due", "unrecorded"]


def test_off_exception_due_and_unknown_are_open_and_on_is_not(waiting: Edition) -> None:
    found = open_claims(waiting.notice, timezone.now())
    assert [(claim.key, claim.state) for claim in found] == [(key, key) for key in OPEN]


def test_a_retired_safeguard_asks_for_nothing() -> None:
    notice, safeguard = make_notice(), make_safeguard()
    notice.safeguards.add(safeguard)
    record_state(safeguard, promise="retired")
    assert open_claims(notice, timezone.now()) == []


@pytest.mark.parametrize("reasons", [None, {}, {"off": "Grund"}, dict.fromkeys(OPEN, "  ")])
def test_without_a_reason_for_each_nothing_is_published(
    waiting: Edition, reviewer: User, reasons: dict[str, str] | None
) -> None:
    with pytest.raises(publishing.ClaimsNeedReasons) as caught:
        publishing.publish(waiting, by=reviewer, claims_reasons=reasons)
    named = {claim.key for claim in caught.value.claims}
    assert named == {key for key in OPEN if not (reasons or {}).get(key, "").strip()}
    waiting.refresh_from_db()
    assert waiting.status == "review"
    assert not ClaimReason.objects.exists()


def test_the_reasons_are_kept_with_state_and_role(waiting: Edition, reviewer: User) -> None:
    reasons = {**{key: f"Grund {key}" for key in OPEN}, "on": "not asked", "nobody": "no such"}
    edition = publishing.publish(waiting, by=reviewer, claims_reasons=reasons)
    kept = {(one.safeguard.key, one.state, one.reason) for one in edition.claim_reasons.all()}
    assert kept == {(key, key, f"Grund {key}") for key in OPEN}
    assert {one.role for one in edition.claim_reasons.all()} == {"reviewer"}
    assert {one.recorded_by for one in edition.claim_reasons.all()} == {reviewer}


def test_a_reason_can_neither_be_changed_nor_deleted(waiting: Edition, reviewer: User) -> None:
    publishing.publish(waiting, by=reviewer, claims_reasons=dict.fromkeys(OPEN, "Grund"))
    reason = ClaimReason.objects.all()[0]
    reason.reason = "Anders."
    with pytest.raises(FrozenRow):
        reason.save()
    for statement in (
        "UPDATE editions_claimreason SET reason = 'x'",
        "DELETE FROM editions_claimreason",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_page_of_a_notice_whose_claim_turned_false_says_so_with_the_date(
    client: Client,
) -> None:
    make_organisation()
    safeguard = make_safeguard("cloud")
    notice = make_notice("zoom")
    notice.safeguards.add(safeguard)
    began = timezone.now() - timedelta(days=20)
    record_state(safeguard, at=began)
    make_edition(notice, in_force_from=began)
    assert "cloud says off." not in client.get("/en/notices/zoom/").content.decode()
    turned = timezone.now() - timedelta(days=3)
    record_state(safeguard, "not_protected", at=turned)
    for address, claim in (("/en/notices/zoom/", "says"), ("/de/hinweise/zoom-de/", "sagt")):
        page = client.get(address).content.decode()
        assert f"cloud {claim} off." in page
        assert f'datetime="{timezone.localtime(turned):%Y-%m-%d}' in page

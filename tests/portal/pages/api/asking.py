"""Ask the states for machines, and prepare portals about which they tell everything or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import time_machine
from django.test import Client
from django.utils import timezone

from notices.safeguards import recording
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import (
    Explanation,
    Safeguard,
    Source,
    Wording,
)
from portal.starter.loading import load
from tests.factories import (
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


PATH = "/api/safeguards.json"
DESCRIPTION_PATH = "/api/openapi.json"


def wrong(contract: Draft202012Validator, body: dict[str, Any]) -> str:
    """Return what is wrong with an answer, empty if nothing is."""
    return " ".join(error.message for error in contract.iter_errors(body))


def answer(client: Client) -> dict[str, Any]:
    response = client.get(PATH)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def safeguard(client: Client, key: str = "cdn") -> dict[str, Any]:
    (found,) = [one for one in answer(client)["safeguards"] if one["key"] == key]
    assert isinstance(found, dict)
    return found


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in `node`, itself too."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from objects(value)


def every_state() -> None:
    """Record one safeguard in each state, with everything that can be said about it."""
    make_organisation()
    now = timezone.now()
    before = now - timedelta(days=5)
    for key in ("on", "off", "allowed", "below", "due", "unseen", "retired", "imported", "few"):
        make_safeguard(key, max_age_days=3 if key == "due" else 90)
    one = {row.key: row for row in Safeguard.objects.all()}
    record_state(one["on"], lock="locked", source=Source.ACCOUNT)
    record_state(one["off"], at=before)
    finding = record_state(one["off"], "not_protected", lock="unlocked")
    assert finding is not None
    Explanation.objects.create(finding=finding, text_de="Wir klären das.", text_en="We see to it.")
    Explanation.objects.create(finding=finding, text_de="Es dauert an.", text_en="")
    record_state(one["allowed"], promise="exception", lock="not_lockable")
    record_state(one["below"], users_read=14, users_differing=2)
    record_state(one["due"], at=before)
    too_few: dict[str, Any] = {"users_read": 1, "users_total": 9, "rests_on_users": True}
    record_state(one["few"], lock="unlocked", source=Source.ACCOUNT, **too_few)
    record_state(one["unseen"], "unknown")
    record_state(one["retired"], promise="retired")
    record_state(one["imported"], source=Source.IMPORT, check=False)
    recording.record_check([one["imported"]], at=now, source=Source.IMPORT)
    Safeguard.objects.filter(key="imported").update(listed=False, letter_item=7)
    Wording.objects.create(safeguard=one["on"], state="on", text_de="Nur so.", meaning_de="Eben.")
    make_quick_answer("sure", one["on"], one["retired"])
    make_quick_answer("open", one["off"], one["on"])
    make_quick_answer("late", one["due"], one["on"])
    make_quick_answer("unsure", one["few"])
    make_quick_answer("partly", one["allowed"])
    make_quick_answer("nothing", make_safeguard("without_record"))


def empty() -> None:
    """Leave the database as the migrations made it."""


def sample_states_forgotten() -> None:
    load()
    reporting.forget_samples()


def everything_due() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        load()

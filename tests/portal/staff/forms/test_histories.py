"""The histories on the staff pages: looked at, never changed."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User

from notices.firm.storage.append_only import AppendOnly
from notices.safeguards.models import Explanation
from tests.conftest import SignIn
from tests.factories import (
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db


HISTORIES = ["promise", "finding", "check", "attestation"]


@pytest.mark.parametrize("model", [*HISTORIES, "wording", "explanation"])
def test_the_histories_can_only_be_looked_at(sign_in: SignIn, model: str) -> None:
    client, _ = sign_in("reviewer")
    safeguard = make_safeguard()
    finding = record_state(safeguard)
    assert finding
    rows = {
        "promise": safeguard.promises.get(),
        "finding": finding,
        "check": safeguard.checks.get(),
        "wording": safeguard.wordings.first(),
        "explanation": Explanation.objects.create(finding=finding, text_de="So war es."),
    }
    if model in HISTORIES:
        assert client.get(f"/admin/safeguards/{model}/add/").status_code == 403
    assert client.get(f"/admin/safeguards/{model}/").status_code == 200
    if row := rows.get(model):
        address = f"/admin/safeguards/{model}/{row.pk}"
        assert client.get(f"{address}/change/").status_code == 200
        assert client.post(f"{address}/change/", {"x": "y"}).status_code == 403
        assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


def test_no_append_only_table_offers_deleting_to_anybody() -> None:
    root = User.objects.create_superuser("root")

    class Request:
        user = root

    for model, options in admin.site._registry.items():
        if issubclass(model, AppendOnly):
            assert not options.has_delete_permission(Request()), model  # type: ignore[arg-type]

"""The description of the states for machines, as it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.portal.pages.api.asking import DESCRIPTION_PATH, PATH

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


@pytest.fixture
def description(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(DESCRIPTION_PATH).json()
    return found


@pytest.fixture
def contract(description: dict[str, Any]) -> Draft202012Validator:
    """Return what holds an answer against the description that the portal itself serves."""
    # Seconds pass until its grammars are read: only whoever runs these tests waits.
    from jsonschema import Draft202012Validator

    content = description["paths"][PATH]["get"]["responses"]["200"]["content"]
    return Draft202012Validator({**description, **content["application/json"]["schema"]})

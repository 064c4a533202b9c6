"""The states for machines never have a member that is not described."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from notices.safeguards.models import (
    Safeguard,
    Source,
)
from notices.safeguards.states import Lock, State
from portal.pages.api import CHECKED_BY, SCHEMA
from portal.starter.loading import load
from tests.portal.pages.api.asking import (
    answer,
    empty,
    every_state,
    everything_due,
    objects,
    sample_states_forgotten,
    wrong,
)

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.mark.parametrize(
    "prepare",
    [empty, load, every_state, sample_states_forgotten, everything_due],
    ids=lambda prepare: prepare.__name__,
)
def test_every_answer_keeps_to_its_description(
    client: Client, contract: Draft202012Validator, prepare: Any
) -> None:
    prepare()
    contract.validate(answer(client))


def test_the_prepared_answer_holds_every_state_and_every_optional_part(client: Client) -> None:
    every_state()
    body = answer(client)
    assert {one["state"] for one in body["safeguards"]} == set(State)
    assert {one["state"] for one in body["quick_answers"]} == set(State) - {State.RETIRED}
    for members in (body["safeguards"], body["quick_answers"]):
        for name in members[0]:
            assert any(one[name] is not None for one in members), name


def test_a_new_member_breaks_the_contract_until_it_is_described(
    client: Client, contract: Draft202012Validator
) -> None:
    every_state()
    body = answer(client)
    for position, _one in enumerate(objects(body)):
        changed = copy.deepcopy(body)
        list(objects(changed))[position]["surprise"] = 1
        assert "surprise" in wrong(contract, changed)


def test_a_lost_member_breaks_the_contract(client: Client, contract: Draft202012Validator) -> None:
    every_state()
    body = answer(client)
    for position, one in enumerate(objects(body)):
        for name in one:
            changed = copy.deepcopy(body)
            del list(objects(changed))[position][name]
            assert not contract.is_valid(changed)


def test_the_description_is_a_valid_schema_about_this_version(
    description: dict[str, Any], contract: Draft202012Validator
) -> None:
    assert description["openapi"] == "3.1.0"
    assert description["info"]["version"] == SCHEMA
    schemas = description["components"]["schemas"]
    for schema in schemas.values():
        contract.check_schema(schema)
    refs = {node["$ref"] for node in objects(description) if "$ref" in node}
    assert refs == {f"#/components/schemas/{name}" for name in schemas}
    assert schemas["SafeguardsNow"]["properties"]["schema"]["const"] == SCHEMA


def test_every_property_is_described_and_no_object_takes_others(
    description: dict[str, Any],
) -> None:
    schemas = description["components"]["schemas"]
    for name, schema in schemas.items():
        assert schema["description"], name
        for member, one in schema.get("properties", {}).items():
            assert one.get("description", "").endswith((".", "”.")), f"{name}.{member}"
    for schema in objects(schemas):
        if "properties" in schema and schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])


def test_the_description_names_the_addresses_that_exist(description: dict[str, Any]) -> None:
    assert set(description["paths"]) == {reverse("api-safeguards"), reverse("api-description")}
    assert all(set(operations) == {"get"} for operations in description["paths"].values())


def test_the_description_knows_the_words_of_the_code(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    members = schemas["Safeguard"]["properties"]
    assert schemas["State"]["enum"] == list(schemas["Counts"]["properties"])
    assert set(schemas["State"]["enum"]) == set(State)
    assert set(schemas["Lock"]["enum"]) == set(Lock)
    assert members["group"]["enum"] == Safeguard.Group.values
    assert members["checked_by"]["enum"] == [*CHECKED_BY.values(), None]
    assert set(CHECKED_BY) == set(Source)

"""The states for machines: the page's facts, and never a member that is not described."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notices.firm.models import Organisation
from notices.safeguards import recording
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import (
    Check,
    Explanation,
    Safeguard,
    Source,
    Wording,
)
from notices.safeguards.states import Lock, State
from portal.pages.api import CHECKED_BY, SCHEMA
from portal.starter.loading import load
from tests.factories import (
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
    write_finding,
    write_promise,
)

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

pytestmark = pytest.mark.django_db

PATH = "/api/safeguards.json"
DESCRIPTION_PATH = "/api/openapi.json"


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


# --- The contract


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
            assert wrong(contract, changed)


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


# --- The same facts as the pages


def rows_of(html: str) -> list[tuple[str, str, str]]:
    """Return fragment, claim and state of every row of the safeguards page."""
    row = r'<li id="([^"]+)">\s*<div class="hd">\s*<h3>(.*?)</h3>\s*<span class="state (\w+)">'
    return [
        (slug, words_of(claim), state) for slug, claim, state in re.findall(row, html, re.DOTALL)
    ]


def answers_of(html: str) -> list[tuple[str, str, str]]:
    """Return state, question and answer of every quick answer on a page."""
    (answers,) = re.findall(r'<dl class="qa">(.*?)</dl>', html, re.DOTALL)
    # The word of the state is for who cannot see its mark.
    answers = re.sub(r'<span class="vh">[^<]*</span>', "", answers)
    parts = re.findall(r"<div>\s*<dt>(.*?)</dt>\s*<dd>(.*?)</dd>\s*</div>", answers, re.DOTALL)
    return [
        (re.findall(r"\bt-(\w+)", question)[0], words_of(question), words_of(text))
        for question, text in parts
    ]


def words_of(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))).strip()


@pytest.mark.parametrize(
    "prepare", [load, every_state, everything_due], ids=lambda prepare: prepare.__name__
)
@pytest.mark.parametrize(("language", "path"), [("de", "/de/schutz/"), ("en", "/en/safeguards/")])
def test_it_claims_what_the_safeguards_page_claims(
    client: Client, language: str, path: str, prepare: Any
) -> None:
    prepare()
    html = client.get(path).content.decode()
    body = answer(client)
    told = {
        one["page"][language]: (one["claim"][language] or one["claim"]["de"], one["state"])
        for one in body["safeguards"]
        if one["listed"]
    }
    shown = {f"http://testserver{path}#{slug}": rest for slug, *rest in rows_of(html)}
    assert told == {link: tuple(rest) for link, rest in shown.items()}
    assert told
    counts = {state: n for state, n in body["counts"].items() if n}
    assert counts == {
        state: sum(1 for row in rows_of(html) if row[2] == state)
        for state in {row[2] for row in rows_of(html)}
    }


@pytest.mark.parametrize(
    "prepare", [load, every_state, everything_due], ids=lambda prepare: prepare.__name__
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_it_answers_as_the_start_page_does(client: Client, language: str, prepare: Any) -> None:
    prepare()
    html = client.get(f"/{language}/").content.decode()
    shown, all_words = answers_of(html), words_of(html)
    told = answer(client)["quick_answers"]
    assert len(told) == len(shown) > 0
    for one, (state, question, text) in zip(told, shown, strict=True):
        assert (one["state"], one["question"][language]) == (state, question)
        assert one["answer"][language] in text
        if one["due_reason"]:
            assert one["due_reason"][language] in all_words
        if one["last_known"]:
            assert one["last_known"]["answer"][language] in all_words
        elif not one["due_reason"]:
            assert text.startswith(one["answer"][language])
        for more in one["more"]:
            assert more[language] in all_words


def test_a_change_is_there_at_once(client: Client) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, at=timezone.now() - timedelta(days=2))
    assert safeguard(client)["state"] == "on"
    record_state(cdn, "not_protected")
    assert safeguard(client)["state"] == "off"


# --- Single members


def test_the_empty_portal_claims_nothing(client: Client) -> None:
    body = answer(client)
    assert body["sample"] is True
    assert body["quick_answers"] == body["safeguards"] == body["missing_translations"] == []
    assert body["counts"] == dict.fromkeys(State, 0)


def test_sample_data_are_called_so_until_the_profile_is_confirmed(client: Client) -> None:
    load()
    assert answer(client)["sample"] is True
    Organisation.objects.update(confirmed_at=timezone.now())
    assert answer(client)["sample"] is False


def test_moments_are_those_of_berlin_with_their_offset(client: Client) -> None:
    checked = datetime.fromisoformat("2026-07-01T10:00:00+00:00")
    with time_machine.travel(checked, tick=False):
        record_state(make_safeguard("cdn", max_age_days=160))
    with time_machine.travel("2026-11-23T12:30:00+00:00", tick=False):
        assert answer(client)["generated_at"] == "2026-11-23T13:30:00+01:00"
        found = safeguard(client)
    assert found["since"] == found["checked_at"] == "2026-07-01T12:00:00+02:00"
    assert found["valid_until"] == "2026-12-08T11:00:00+01:00"


def test_a_check_that_gets_too_old_confirms_nothing_any_more(client: Client) -> None:
    cdn = make_safeguard("cdn", max_age_days=3)
    make_quick_answer("recorded", cdn)
    record_state(cdn, lock="locked", at=timezone.now() - timedelta(days=4))
    found, quick = safeguard(client), answer(client)["quick_answers"][0]
    assert found["state"] == quick["state"] == "due"
    assert found["claim"] == {"de": "Schutz cdn", "en": "Protection cdn"}
    for nothing in ("meaning", "lock", "valid_until"):
        assert found[nothing] is None
    assert quick["valid_until"] is None
    assert found["last_known"]["state"] == "on"
    assert found["last_known"]["at"] == found["checked_at"] == quick["last_known"]["at"]
    assert quick["answer"]["en"] == "We cannot confirm this right now."
    assert quick["last_known"]["answer"]["en"] == "recorded today on."


def test_one_check_that_is_due_leaves_the_answer_without_an_end(client: Client) -> None:
    every_state()
    (late,) = [one for one in answer(client)["quick_answers"] if one["key"] == "late"]
    assert late["safeguards"] == ["on", "due"]
    assert (late["state"], late["valid_until"]) == ("due", None)
    on = safeguard(client, "on")
    assert on["valid_until"]
    assert on["last_known"] is None


def test_a_quick_answer_names_its_lock_and_what_it_rests_on(client: Client) -> None:
    cdn, chat = make_safeguard("cdn", max_age_days=30), make_safeguard("chat", max_age_days=9)
    make_quick_answer("recorded", chat, cdn, make_safeguard("without_record"))
    for one in (cdn, chat):
        record_state(one, lock="locked")
    (quick,) = answer(client)["quick_answers"]
    assert quick["answer"] == {"de": "recorded heute on.", "en": "recorded today on."}
    assert quick["more"] == [
        {
            "de": "Das ist für alle Treffen fest eingestellt.",
            "en": "This is fixed for all meetings.",
        }
    ]
    assert quick["state_word"] == {"de": "Schutz aktiv", "en": "Protection on"}
    assert quick["safeguards"] == ["cdn", "chat"]
    assert quick["valid_until"] == safeguard(client, "chat")["valid_until"]


def test_a_deviation_is_told_with_its_explanations(client: Client) -> None:
    every_state()
    found = safeguard(client, "off")
    assert found["deviation"]["found_at"] == found["since"]
    assert found["deviation"]["explanations"] == [
        {"de": "Wir klären das.", "en": "We see to it."},
        {"de": "Es dauert an.", "en": None},
    ]
    assert safeguard(client, "on")["deviation"] is None


def test_an_exception_says_who_differs_or_why_it_is_made(client: Client) -> None:
    every_state()
    allowed, below = safeguard(client, "allowed"), safeguard(client, "below")
    assert allowed["state"] == below["state"] == "exception"
    assert allowed["exception_reason"] == {"de": "Grund", "en": "Reason"}
    assert allowed["lower_levels"] is below["exception_reason"] is None
    assert below["lower_levels"] == {
        "users_read": 14,
        "users_differing": 2,
        "groups_read": 0,
        "groups_differing": 0,
    }


@pytest.mark.parametrize(("source", "word"), CHECKED_BY.items())
def test_it_says_who_checked(client: Client, source: str, word: str) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, check=False)
    assert safeguard(client)["checked_by"] is None
    recording.record_check([cdn], at=timezone.now(), source=source)
    assert safeguard(client)["checked_by"] == word


def test_what_is_not_listed_is_marked_and_not_counted(client: Client) -> None:
    record_state(make_safeguard("cdn"))
    record_state(make_safeguard("browser_join", listed=False))
    assert answer(client)["counts"]["on"] == 1
    assert safeguard(client)["listed"] is True
    hidden = safeguard(client, "browser_join")
    assert (hidden["listed"], hidden["page"]) == (False, None)


def test_missing_english_is_null_and_named_and_never_german(client: Client) -> None:
    cdn = make_safeguard("cdn", words=False, name_en="", zoom_name_en="")
    record_state(cdn)
    Wording.objects.create(safeguard=cdn, state="on", text_de="Aus.", meaning_de="Gut.")
    found = safeguard(client)
    for name in ("name", "zoom_name", "claim", "meaning"):
        assert found[name]["de"]
        assert found[name]["en"] is None
    assert answer(client)["missing_translations"] == [
        f"/safeguards/0/{name}/en" for name in ("name", "zoom_name", "claim", "meaning")
    ]


def test_a_quick_answer_without_english_has_none(client: Client) -> None:
    cdn = make_safeguard("cdn")
    quick = make_quick_answer("recorded", cdn)
    Wording.objects.create(quick_answer=quick, state="on", text_de="Nein.")
    record_state(cdn, lock="locked")
    body = answer(client)
    assert body["quick_answers"][0]["answer"] == {
        "de": "Nein.",
        "en": None,
    }
    assert body["missing_translations"] == ["/quick_answers/0/answer/en"]


# --- What it never tells, and how it is served


def test_it_never_names_staff_evidence_or_accounts(client: Client) -> None:
    secret = "SECRET-9f3"
    staff = User.objects.create_user(secret, f"{secret}@muster.example", first_name=secret)
    cdn = make_safeguard("cdn")
    now = timezone.now()
    write_promise(
        safeguard=cdn, value="on", effective_from=now, recorded_by=staff, reason_de="Grund"
    )
    evidence = {"note": secret, "account": secret}
    write_finding(
        safeguard=cdn,
        verdict="not_protected",
        seen_at=now,
        source=Source.ACCOUNT,
        recorded_by=staff,
        confirmed_by=staff,
        evidence=evidence,
    )
    recording.record_check([cdn], at=now, source=Source.HAND, role=secret, by=staff)
    Check.objects.create(outcome=Check.Outcome.FAILED, source=Source.ACCOUNT, error=secret)
    reporting.report_change(cdn, "on", by=staff, reason_de=secret, note=secret)
    body = client.get(PATH).content.decode()
    assert '"state": "off"' in body
    assert secret not in body


def test_it_is_the_same_in_every_language_and_order_of_asking(client: Client) -> None:
    load()
    with time_machine.travel(timezone.now(), tick=False):
        bodies = {
            client.get(PATH, headers={"accept-language": language}).content
            for language in ("de", "en", "fr", "en")
        }
    assert len(bodies) == 1
    assert "„Aufzeichnung“" in bodies.pop().decode()
    keys = [one["key"] for one in answer(client)["safeguards"]]
    assert keys == list(Safeguard.objects.values_list("key", flat=True))


def test_links_use_the_public_address_of_the_portal(client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://lupe.example"
    record_state(make_safeguard("cdn"))
    assert answer(client)["page"]["en"] == "https://lupe.example/en/safeguards/"
    assert safeguard(client)["page"] == {
        "de": "https://lupe.example/de/schutz/#cdn-de",
        "en": "https://lupe.example/en/safeguards/#cdn",
    }


@pytest.mark.parametrize("path", [PATH, DESCRIPTION_PATH])
def test_it_is_json_for_get_and_head_and_not_for_other_sites(client: Client, path: str) -> None:
    for response in (client.get(path, headers={"origin": "https://x.example"}), client.head(path)):
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json; charset=utf-8"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response
        assert not response.cookies
    assert client.head(path).content == b""
    assert client.post(path).status_code == client.options(path).status_code == 405
    assert client.post(path)["Allow"] == "GET, HEAD"


def test_the_number_of_safeguards_adds_no_query(client: Client) -> None:
    counts = []
    for count in (1, 4):
        for _ in range(count):
            record_state(make_safeguard())
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_description_asks_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        body = client.get(DESCRIPTION_PATH).json()
    assert body["servers"][0]["url"] == "/"

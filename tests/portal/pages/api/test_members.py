"""What single members of the states for machines say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notices.firm.models import Organisation
from notices.safeguards import recording
from notices.safeguards.models import (
    Wording,
)
from notices.safeguards.states import State
from portal.pages.api import CHECKED_BY
from portal.starter.loading import load
from tests.factories import (
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.portal.pages.api.asking import answer, every_state, safeguard

pytestmark = pytest.mark.django_db


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

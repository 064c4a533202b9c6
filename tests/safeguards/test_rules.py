"""Each row says when it counts as on, off or unknown, in Zoom's words, computed from the map."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from notices.safeguards.board import rules, timelines
from notices.safeguards.board.now import row_at
from notices.safeguards.board.sentences import how_checked
from notices.safeguards.board.setting_names import NAMES, VALUES, ZOOMS_OWN, setting_name
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Finding, Safeguard, Source
from notices.safeguards.new_settings import KEY
from notices.safeguards.recording import record_check, record_finding
from notices.safeguards.zoom.field_map import Field, fields, proving, weighing_on
from notices.safeguards.zoom.fields import MEMBERS
from notices.safeguards.zoom.verdicts import ACCOUNT_SETTINGS, verify
from tests.factories import make_safeguard, make_user, record_state
from tests.pages import html_of
from tests.safeguards.zoom.answers import ALL_PROTECTED, EXAMPLES
from tests.safeguards.zoom.check_zoom.commands import from_file

pytestmark = pytest.mark.django_db


def shown() -> list[Field]:
    return [one for one in fields() if one.path and (one.safeguard or one.weighs_on)]


def paths_of(field: Field) -> list[str]:
    parent = field.path.rpartition(".")[0]
    return [f"{parent}.{name}" for name in MEMBERS.get(field.key, ())] or [field.path]


def rule(key: str, language: str = "de", checked_by: str = "account") -> list[str]:
    safeguard = make_safeguard(key, words=False, checked_by=checked_by, max_age_days=7)
    with translation.override(language):
        return [unescape(line) for line in rules._rules(safeguard)]


@pytest.mark.parametrize("field", shown(), ids=lambda field: field.key)
def test_every_setting_that_decides_has_a_name_in_both_languages(field: Field) -> None:
    for path in paths_of(field):
        with translation.override("de"):
            german = setting_name(path)
        with translation.override("en"):
            english = setting_name(path)
        assert path not in (german, english)
        assert german
        assert english
    if not isinstance(field.protected_value, bool) and field.type != "array":
        wanted = field.protected_value
        for value in wanted if isinstance(wanted, list) else [wanted]:
            assert value in VALUES[field.path]


def test_no_name_stands_for_a_setting_that_decides_nothing() -> None:
    used = {path for field in shown() for path in paths_of(field)}
    used |= {field.alternative.partition("=")[0] for field in shown() if field.alternative}
    assert set(NAMES) == used


@pytest.mark.parametrize("field", shown(), ids=lambda field: field.key)
def test_the_rule_names_every_setting_behind_a_safeguard(field: Field) -> None:
    key = field.safeguard or field.weighs_on
    text = " ".join(rule(key))
    with translation.override("de"):
        for path in paths_of(field):
            assert setting_name(path) in text


def test_one_setting_is_one_sentence_with_the_value_that_protects() -> None:
    assert rule("cloud_recording")[:3] == [
        "Aktiv, wenn Zooms Einstellung „Cloud-Aufzeichnung“ aus ist.",
        "Nicht aktiv, wenn etwas davon anders steht.",
        "Sonst unbekannt, wenn Zoom etwas davon nicht nennt.",
    ]
    join = "in_meeting.show_a_join_from_your_browser_link"
    own = rule("browser_join")[0]
    assert own.endswith(f"„Link „Im Browser teilnehmen“ anzeigen“ ({join}) an ist.")
    assert rule("cdn", "en")[0].endswith("is set to “none”.")
    assert "oder „Bildschirmfreigabe“ (in_meeting.screen_sharing) aus" in rule("screen_sharing")[0]
    assert "nur auf Telefon und Computer / Telefon" in rule("phone_join")[0]


def test_it_follows_the_map_and_repeats_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    [own] = proving("cloud_recording")
    monkeypatch.setattr(rules, "proving", lambda key: [replace(own, protected_value=True)])
    assert rule("cloud_recording")[0].endswith("„Cloud-Aufzeichnung“ an ist.")


def test_the_share_of_accounts_and_the_age_are_part_of_the_rule() -> None:
    text = " ".join(rule("cloud_recording"))
    assert "weniger als 95 von 100 Konten" in text
    assert "mehr als 7 Tage alt" in text
    # Users have no value of their own there.
    assert "95 von 100" not in " ".join(rule("cdn"))


def test_what_replaces_and_what_weighs_is_said() -> None:
    [replacing] = [one for one in rule("password") if one.startswith("Nennt Zoom keine davon")]
    assert "Sofort-Meetings" in replacing
    [weighing] = [one for one in rule("ai_features") if one.startswith("Wo Zoom sie nennt")]
    for field in weighing_on("ai_features"):
        with translation.override("de"):
            assert setting_name(field.path) in weighing


def test_what_people_compare_says_so(settings: Settings) -> None:
    settings.FOUR_EYES = True
    assert "eine zweite es bestätigt" in rule("chat_encryption", checked_by="hand")[0]
    settings.FOUR_EYES = False
    assert "zweite" not in " ".join(rule("company_contacts", checked_by="hand"))
    guessed = rule("ai_notes", checked_by="hand")
    assert "Wo das Zoom-Konto die Einstellung nennt, gilt stattdessen das." in guessed
    assert any("„My Notes“" in line for line in guessed)


def test_settings_that_nobody_knows_have_a_rule_with_the_age_of_the_map() -> None:
    text = " ".join(rule(KEY))
    assert "archive, bot, caption, note, record, stream, summary, transcript" in text
    assert "19. November 2026" in text


def test_a_row_tells_the_rule_what_was_read_of_how_many_accounts_and_when(
    client: Client, starter: None
) -> None:
    assert from_file(EXAMPLES / ALL_PROTECTED)[0] == 0
    page = html_of(client.get("/de/schutz/"))
    row = re.search(r'<li id="cloud-aufzeichnung">.*?</details>', page, re.DOTALL)
    assert row
    text = unescape(re.sub(r"<[^>]+>", " ", row[0]))
    assert "Aktiv, wenn Zooms Einstellung „Cloud-Aufzeichnung“ aus ist." in text
    assert re.search(r"Gelesen am .*?: „Cloud-Aufzeichnung“ aus\.\s+2 von 2 Konten", text)


def test_nothing_is_said_to_be_read_where_people_compared() -> None:
    safeguard = make_safeguard("cloud_recording")
    record_state(safeguard, evidence={"note": "Nachgesehen."})
    page = html_of(Client().get("/de/schutz/", follow=True))
    assert "Was gelesen wurde" not in page
    assert "Nachgesehen." not in page


def test_an_odd_value_and_one_without_a_name_are_shown_as_such() -> None:
    with translation.override("de"):
        assert rules._value("recording.cloud_recording", {"type": "null"}).endswith("nicht lesbar")
        assert rules._value("a.b", 3) == "„a.b“ auf „3“"


@pytest.mark.parametrize("field", shown(), ids=lambda field: field.key)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_name_that_is_ours_stands_beside_zooms_field_and_is_called_ours(
    field: Field, language: str
) -> None:
    said = rule(field.safeguard or field.weighs_on, language)
    ours = "sind unsere" if language == "de" else "are ours"
    for path in paths_of(field):
        with translation.override(language):
            name = setting_name(path)
        beside = f"{name}“ ({path})" if language == "de" else f"{name}” ({path})"
        assert (beside in " ".join(said)) is (path not in ZOOMS_OWN)
        if path not in ZOOMS_OWN:
            assert any(ours in line for line in said)


def test_names_that_are_all_zooms_own_need_no_note() -> None:
    for key in ("cloud_recording", "integrations"):
        text = " ".join(rule(key))
        assert "sind unsere" not in text
        assert "(integration." not in text
    assert set(NAMES) >= ZOOMS_OWN


def words_of(safeguard: Safeguard) -> str:
    row = row_at(timelines.load(), safeguard, timezone.now())
    assert row is not None
    return unescape(f"{rules.rules(row)} {how_checked(row)}")


def test_without_a_connection_the_rule_and_the_days_are_those_of_people(settings: Settings) -> None:
    safeguard = make_safeguard("cloud_recording", checked_by="account", max_age_days=7)
    editor = make_user("editor")
    settings.FOUR_EYES = False
    long_ago = timezone.now() - timedelta(days=30)
    reporting.report_change(
        safeguard, "on", by=editor, seen_at=long_ago, note="Gesehen.", reason_de="Aus."
    )
    text = words_of(safeguard)
    assert "Aktiv, wenn jemand den Schutz bei Zoom gesehen hat." in text
    assert "mehr als 90 Tage alt" in text
    assert "Wo das Zoom-Konto die Einstellung nennt, gilt stattdessen das." in text
    assert "Mindestens alle 90 Tage." in text
    later = timezone.now() + timedelta(days=89)
    row = row_at(timelines.load(), safeguard, later)
    assert row is not None
    assert row.state == "on"


def test_what_was_taken_over_names_the_days_for_which_it_holds() -> None:
    safeguard = make_safeguard("cloud_recording", checked_by="account", max_age_days=7)
    now = timezone.now()
    record_finding(
        Finding(safeguard=safeguard, verdict="protected", source=Source.IMPORT, seen_at=now)
    )
    record_check([safeguard], at=now, source=Source.IMPORT)
    text = words_of(safeguard)
    assert "mehr als 90 Tage alt" in text
    assert "Mindestens alle 90 Tage." in text


def test_what_the_account_tells_is_checked_as_often_as_that_holds() -> None:
    safeguard = make_safeguard("cloud_recording", checked_by="account", max_age_days=60)
    record_check([safeguard], at=timezone.now(), source=Source.ACCOUNT)
    record_finding(
        Finding(
            safeguard=safeguard,
            verdict="protected",
            source=Source.ACCOUNT,
            seen_at=timezone.now(),
        )
    )
    text = words_of(safeguard)
    assert "mehr als 7 Tage alt" in text
    assert "Mindestens alle 7 Tage." in text
    assert "gesehen" not in text


def test_a_guess_that_the_account_returns_in_part_leaves_what_people_saw() -> None:
    for key, of_accounts in (("ai_notes", True), ("recording_bots", False)):
        text = " ".join(rule(key, checked_by="hand"))
        assert "Sonst gilt, wenn Zoom etwas davon nicht nennt" in text
        assert "Sonst unbekannt" not in text
        assert "unbekannt, wenn weniger" not in text
        assert ("oder weniger als 95 von 100 Konten" in text) is of_accounts


# What a verdict can be, with how the part of the rule about it begins.
SAID = {"protected": "Aktiv,", "not_protected": "Nicht aktiv,", "unknown": "Sonst unbekannt,"}


def bodies(key: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return an account's answers that hold `values` by key of the field, and no others."""
    by_option: dict[str, dict[str, object]] = {}
    for field in proving(key):
        for path in paths_of(field):
            if field.path and (path in values or field.key in values):
                node = by_option.setdefault(field.option or "default", {})
                *parents, last = path.split(".")
                for name in parents:
                    node = node.setdefault(name, {})  # type: ignore[assignment]
                node[last] = values.get(path, values.get(field.key))
    return {ACCOUNT_SETTINGS: by_option}


def good(field: Field) -> object:
    return field.protected_value[0] if field.op == "in" else field.protected_value


def bad(field: Field) -> object:
    if isinstance(field.protected_value, bool):
        return not field.protected_value
    return {"string": "something else", "array": ["US"], "integer": 2}[field.type]


@pytest.mark.parametrize(
    "key", sorted({field.safeguard for field in shown() if field.safeguard and field.seen})
)
def test_the_first_part_of_a_rule_that_fits_an_answer_names_its_verdict(key: str) -> None:
    said = rule(key)
    assert all(line.startswith(words) for line, words in zip(said, SAID.values(), strict=False))
    asked = [f for f in proving(key) if f.path and f.role != "fallback"]
    right = {field.key: good(field) for field in asked}
    cases = [(right, "protected")]
    for one in asked:
        cases.append(({**right, one.key: bad(one)}, "not_protected"))
        without = {name: value for name, value in right.items() if name != one.key}
        cases.append((without, "unknown"))
        for other in asked:
            # A difference outweighs a gap, as the order of the sentences has it.
            if other is not one and one.key != other.requires:
                cases.append(({**without, other.key: bad(other)}, "not_protected"))
    for values, verdict in cases:
        read = verify(bodies(key, values)).safeguards[key]
        assert read.verdict.value == verdict, values

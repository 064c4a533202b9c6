"""Each row says when it counts as on, off or unknown, in Zoom's words, computed from the map."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from notices.safeguards.board import rules
from notices.safeguards.board.setting_names import NAMES, VALUES, ZOOMS_OWN, setting_name
from notices.safeguards.new_settings import KEY
from notices.safeguards.zoom.field_map import Field, fields, proving, weighing_on
from notices.safeguards.zoom.fields import MEMBERS
from tests.factories import make_safeguard, record_state
from tests.pages import html_of
from tests.safeguards.zoom.answers import ALL_PROTECTED, EXAMPLES
from tests.safeguards.zoom.test_check_zoom import from_file

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
        "Unbekannt, wenn Zoom etwas davon nicht nennt.",
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

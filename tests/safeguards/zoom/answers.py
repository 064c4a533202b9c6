"""Load the example answers and change single members of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from notices.safeguards.zoom.field_map import Field, fields
from notices.safeguards.zoom.verdicts import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    GROUP_SETTINGS,
    USER_SETTINGS,
)

EXAMPLES = Path(__file__).with_name("examples")
NAMES = sorted(path.name for path in EXAMPLES.glob("0[1-5]-*.json"))
ALL_PROTECTED = "01-all-protected.json"
OLDER_PLAN = "03-older-plan-missing-fields.json"
USER_DIFFERS = "05-account-clean-user-and-meeting-differ.json"
USER, GROUP = "u-verwaltung-02", "g-verwaltung"

READABLE = [field for field in fields() if field.path]
BY_KEY = {field.key: field for field in fields()}
SMART = ("create_recording_highlights", "create_smart_chapters", "create_next_steps")
# Added in November 2026: the examples do not judge them.
NEWER = {
    "my_notes_off",
    "third_party_bots_off",
    "durable_transcript_off",
    "participants_get_no_summary",
    "chat_ai_summary_off",
    "chat_ai_compose_off",
}
TWINS = {field.key for field in fields() if field.role == "twin"}
# These are no rows of Zoom's own map: they decide how people can join.
ACCESS = {
    "sign_in_not_required",
    "phone_audio_allowed",
    "end_to_end_not_forced",
    "phone_numbers_masked",
}

# Values of the right type that do not protect; keys where the type alone does not decide.
OPPOSITES: dict[str, list[Any]] = {
    "meeting_password_pmi_legacy": ["jbh_only", "none", "ALL", ""],
    "desktop_sharing_selected_users": ["all", "Host", "", "neverheardof"],
    "cdn_off": ["default", "wangsu", "None", ""],
    "auto_recording_off": ["local", "cloud", ""],
    "waiting_room_everyone": [1, 2, -1, 10**30],
    "e2ee_default": ["enhanced_encryption", "E2EE", ""],
    "ai_summary_recipients_host_only": [2, 3, 4, 0],
    "data_centres_eu_only": [[], ["US"], ["DE", "US"], ["de"]],
    "recording_storage_eu": ["US", "de", "", "DE,NL"],
    "auto_delete_recordings_days": [31, 60, 120, 0, -1, 10**30],
    "chat_saving_off": [2, 3, 0],
    "second_sharer_host_only": ["all", ""],
    "quality_dashboard_off": [1, 2, 3, -1],
    "two_factor_for_staff": ["group", "role", "none", ""],
    "phone_audio_allowed": ["voip", "thirdParty", ""],
    "end_to_end_not_forced": ["e2ee", ""],
}
PROTECTING: dict[str, list[Any]] = {
    "data_centres_eu_only": [["DE"], ["DE", "NL", "IE"], ["IE", "IE"]],
    "recording_storage_eu": ["DE", "NL", "IE"],
    "auto_delete_recordings_days": [30, 29, 1],
    "phone_audio_allowed": ["both", "telephony"],
}
MISTYPED: dict[str, list[Any]] = {
    "boolean": [None, 0, 1, 0.0, 1.0, "false", "true", "", [], [False], {}, {"enable": False}],
    "integer": [None, True, False, 0.0, 1.0, 30.0, float("nan"), "0", "1", "30", [1], {}],
    "string": [None, True, False, 0, 1, 1.5, ["host"], ["DE"], [], {"value": "none"}],
    "array": [None, True, 1, "DE", "DE,NL", {"DE": True}, ["DE", 1], ["DE", None], [["DE"]]],
}


def example(name: str) -> dict[str, Any]:
    """Load one example anew."""
    loaded: dict[str, Any] = json.loads((EXAMPLES / name).read_text("utf-8"))
    return loaded


def responses(name: str = ALL_PROTECTED) -> dict[str, Any]:
    """Load the answers of one example anew."""
    return _fresh(name, ())


def account_responses() -> dict[str, Any]:
    """Load what the all-protected account answered, without users and groups."""
    return _fresh(ALL_PROTECTED, (ACCOUNT_SETTINGS, ACCOUNT_LOCKS))


def _fresh(name: str, operations: tuple[str, ...]) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads(_text(name, operations))
    return answers


@cache
def _text(name: str, operations: tuple[str, ...]) -> str:
    answers = example(name)["responses"]
    return json.dumps({key: answers[key] for key in operations or answers})


def protecting(field: Field) -> list[Any]:
    return PROTECTING.get(field.key, [field.protected_value])


def opposites(field: Field) -> list[Any]:
    if field.type == "boolean":
        return [not field.protected_value]
    return OPPOSITES[field.key]


def account_body(answers: dict[str, Any], field: Field) -> dict[str, Any]:
    body: dict[str, Any] = answers[ACCOUNT_SETTINGS][field.option or "default"]
    return body


def user_body(answers: dict[str, Any], field: Field) -> dict[str, Any]:
    body: dict[str, Any] = answers[USER_SETTINGS][USER].setdefault(field.option or "default", {})
    return body


def group_body(answers: dict[str, Any], field: Field) -> dict[str, Any]:
    body: dict[str, Any] = answers[GROUP_SETTINGS][GROUP].setdefault(field.option or "default", {})
    return body


def put(body: dict[str, Any], path: str, value: object) -> None:
    """Set what `path` leads to; of two paths joined by `|`, the last one."""
    *parents, last = path.split("|")[-1].split(".")
    for name in parents:
        body = body.setdefault(name, {})
    body[last] = value


def remove(body: dict[str, Any], path: str) -> None:
    """Remove what `path` leads to; of two paths joined by `|`, the last one."""
    *parents, last = path.split("|")[-1].split(".")
    for name in parents:
        body = body.get(name, {})
    body.pop(last, None)


def members(field: Field, path: str) -> list[str]:
    """Return the paths that together make up the field."""
    if field.key != "smart_recording_off":
        return [path]
    parent = path.rpartition(".")[0]
    return [f"{parent}.{name}" for name in SMART]

"""What SECURITY says of ASVS and of limits, held against the tests and the code it speaks of."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CheckConstraint

from notices.communities import csv_file
from notices.faq import search
from notices.firm.inputs import days
from notices.lib.markdown import limits
from notices.safeguards.by_hand import evidence_files
from notices.safeguards.zoom import answer_files
from portal.accounts import guessing, passwords, sessions
from portal.serving import body_limits
from portal.staff.translating import xliff

ROOT = Path(settings.BASE_DIR)
MB = 1024 * 1024
COUNT = 58


def security() -> str:
    return (ROOT / "SECURITY.md").read_text("utf-8")


def section(title: str) -> str:
    return security().split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> dict[str, str]:
    """Return the first table of a section: first cell and second cell of each row."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {one[0]: one[1] for one in cells if not one[0].startswith("---")}


def requirements() -> list[dict[str, str]]:
    with (Path(__file__).parent / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names_in(path: str) -> set[str]:
    """Return the names of the tests of a file, those of a class with the name of the class."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            inside = (one for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{node.name}::{one.name}" for one in inside}
    return {name for name in found if "test_" in name}


def test_each_of_the_58_is_met_by_tests_that_exist_or_left_with_a_sentence() -> None:
    listed = requirements()
    assert len({row["requirement"] for row in listed}) == len(listed) == COUNT
    left = set()
    for row in listed:
        if row["state"] == "left":
            left.add(row["requirement"])
            assert not row["tests"], row
            continue
        assert row["state"] == "met", row
        assert row["tests"].split(), row
        for test in row["tests"].split():
            path, _colons, name = test.partition("::")
            assert name in names_in(path), test
    reasons = rows("ASVS 5.0, levels 1 and 2")
    assert {label.split()[0] for label in reasons} == left
    assert all(len(reason) > len("a sentence") for reason in reasons.values())


def test_the_limits_in_security_are_those_of_the_code() -> None:
    validators: list[Any] = list(settings.AUTH_PASSWORD_VALIDATORS)
    shortest = next(one["OPTIONS"]["min_length"] for one in validators if "OPTIONS" in one)
    text = f"{limits.MAX_CHARACTERS:,} characters, {limits.MAX_LINES:,} lines, "
    expected = {
        "a day": f"of the years {days.FIRST_YEAR} to {days.LAST_YEAR}",
        "a text in Markdown": text + f"{limits.MAX_DEPTH} levels",
        "a file of evidence": f"{evidence_files.LARGEST // MB} MB",
        "a file of answers of the Zoom account": f"{answer_files.LARGEST // MB} MB",
        "communities from a spreadsheet": f"{csv_file.MOST_ROWS:,} rows, 2 MB",
        "a file of translations": f"{xliff.LARGEST // MB} MB",
        "words for the search": f"{search.MAX_LENGTH} characters",
        "a password": f"{shortest} to {passwords.LONGEST} characters",
        "a request": f"{body_limits.BEFORE_SIGN_IN // 1024} KB before a sign-in, "
        f"{body_limits.STAFF // MB} MB after it",
    }
    told = rows("What may be typed")
    assert set(expected) < set(told)
    for what, limit in expected.items():
        assert told[what].startswith(limit), what


def test_the_limits_of_signing_in_are_those_of_the_code() -> None:
    told = rows("Signing in")
    minutes = int(guessing.PER_ACCOUNT_WINDOW.total_seconds() // 60)
    assert told["Wrong passwords for one name"].startswith(
        f"{guessing.PER_ACCOUNT} in {minutes} minutes"
    )
    assert told["Wrong passwords for all names together, against a spray"].startswith(
        f"{guessing.OVERALL} in one minute"
    )
    assert guessing.OVERALL_WINDOW.total_seconds() == 60
    hours = [int(one.total_seconds() // 3600) for one in (sessions.IDLE, sessions.LONGEST)]
    assert told["A session untouched, and in all"].startswith(f"{hours[0]} hour, {hours[1]} hours")
    fresh = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60
    assert told["A fresh sign-in holds"] == f"{fresh} minutes"
    assert "Several sessions beside each other are allowed." in security()


@pytest.mark.parametrize(
    "name",
    [
        *("meeting_ends_after_it_starts", "meeting_has_a_way_to_join"),
        *("resolution_precedes_what_it_allows", "resolution_ends_after_it_begins"),
        *("check_is_never_in_the_future", "edition_published_is_complete"),
        *("foundation_fallen_has_a_day", "attestation_is_decided_completely"),
    ],
)
def test_what_has_to_fit_together_is_a_constraint(name: str) -> None:
    assert "is a constraint of the database" in " ".join(section("What may be typed").split())
    constraints = {
        one.name
        for model in apps.get_models()
        for one in model._meta.constraints
        if isinstance(one, CheckConstraint)
    }
    assert name in constraints


# How SECURITY calls what the code calls.
ALGORITHMS = {
    "sha256": "SHA-256",
    "blake2b": "BLAKE2b",
    "hmac": "HMAC-SHA256",
    "uuid5": "`uuid5`",
    "Fernet": "Fernet",
    "HKDF": "HKDF-SHA256",
    "pyrage": "age",
    "salted_hmac": "HMAC-SHA256",
}


def test_every_algorithm_that_the_code_calls_stands_in_security() -> None:
    calls = r"hashlib\.(\w+)|\b(uuid[1-8]|hmac|HKDF|Fernet|pyrage|salted_hmac)\b"
    called = {
        name
        for room in ("notices", "portal")
        for path in (ROOT / room).rglob("*.py")
        for pair in re.findall(calls, path.read_text("utf-8"))
        for name in pair
        if name
    }
    assert called - {"uuid4"} == set(ALGORITHMS)
    told = section("Keys and algorithms")
    assert all(words in told for words in ALGORITHMS.values())
    for weak in ("MD5", "SHA-1"):
        assert re.search(rf"\b{weak}\b.*protect nothing", told), weak


# Of each app with tables of its own, the row that says who sees them and for how long.
KINDS = {
    "accounts": "accounts: name, e-mail address, password (Argon2), factors (encrypted)",
    "account": "accounts: name, e-mail address, password (Argon2), factors (encrypted)",
    "auth": "accounts: name, e-mail address, password (Argon2), factors (encrypted)",
    "mfa": "accounts: name, e-mail address, password (Argon2), factors (encrypted)",
    "admin": "audit: account number, act, subject, old and new choices",
    "sessions": "sessions",
    "firm": "public: texts, states, promises, checks",
    "faq": "public: texts, states, promises, checks",
    "editions": "public: texts, states, promises, checks",
    "safeguards": "public: texts, states, promises, checks",
    "communities": "internal: drafts, reports, proposals, reasons, notes",
    "invitations": "meetings: private ID (encrypted), place, minutes, findings",
    "contenttypes": "",  # names of the tables themselves
}


def test_every_table_of_the_database_has_its_kind() -> None:
    told = rows("What is kept, who sees it, how long")
    assert {model._meta.app_label for model in apps.get_models()} == set(KINDS)
    assert {kind for kind in KINDS.values() if kind} <= set(told)
    lines = section("What is kept, who sees it, how long").splitlines()
    assert all(line.count("|") == 5 for line in lines if line.startswith("|"))


def test_times_to_mend_are_promised() -> None:
    words = " ".join(section("Report a weakness").split())
    assert "within seven days" in words
    assert "within thirty" in words


def test_the_log_goes_to_stderr_only() -> None:
    program = (
        "from django.conf import settings; from portal.deploy import gunicorn_conf as g;"
        "print(settings.LOGGING['handlers'], g.logconfig_dict['handlers'], g.accesslog)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    assert said.count("'class': 'logging.StreamHandler', 'formatter': 'line'") == 2
    assert said.count("'class'") == 2
    assert said.strip().endswith("None")

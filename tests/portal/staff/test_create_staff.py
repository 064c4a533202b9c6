"""manage.py create_staff makes accounts and says in one sentence what is wrong."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "lauter kleine Wolken"


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n", encoding="utf-8")
    return file


def test_it_makes_staff_with_a_role_and_never_a_superuser(password_file: Path) -> None:
    call_command("create_staff", "anna", "--role", "editor", "--password-file", password_file)
    user = User.objects.get(username="anna")
    assert user.is_staff
    assert not user.is_superuser
    assert [group.name for group in user.groups.all()] == ["editor"]
    # Without the newline at the end of the file.
    assert user.check_password(PASSWORD)


def test_it_asks_for_the_password_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, PASSWORD])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    call_command(
        *("create_staff", "anna", "--role", "reviewer", "--email", "a@example.org", "--password")
    )
    assert User.objects.get(username="anna").email == "a@example.org"


def test_it_asks_for_the_address_that_alarms_go_to(
    monkeypatch: pytest.MonkeyPatch, password_file: Path
) -> None:
    answers = iter([" a@example.org "])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    call_command("create_staff", "anna", "--role", "reviewer", "--password-file", password_file)
    assert User.objects.get(username="anna").email == "a@example.org"


def test_it_says_who_is_told_of_no_alarm(
    password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_staff", "anna", "--role", "editor", "--password-file", password_file)
    assert "anna has no e-mail address" in capsys.readouterr().err


def test_an_address_that_is_none_is_refused(password_file: Path) -> None:
    file = ("--password-file", password_file)
    with pytest.raises(CommandError, match=r"(?i)e-?mail"):
        call_command("create_staff", "anna", "--role", "editor", "--email", "anna", *file)


def test_two_different_passwords_make_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, PASSWORD + "!"])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    with pytest.raises(CommandError, match="differ"):
        call_command("create_staff", "anna", "--role", "reviewer", "--email", "", "--password")
    assert not User.objects.exists()


def test_a_name_that_exists_is_refused(password_file: Path) -> None:
    make_user("editor", name="anna")
    with pytest.raises(CommandError, match="already an account"):
        call_command("create_staff", "Anna", "--role", "editor", "--password-file", password_file)


def test_an_unknown_role_is_refused(password_file: Path) -> None:
    with pytest.raises(CommandError, match="editor, reviewer, operator"):
        call_command("create_staff", "anna", "--role", "boss", "--password-file", password_file)


def test_a_weak_password_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("12345", encoding="utf-8")
    with pytest.raises(CommandError, match="too short"):
        call_command("create_staff", "anna", "--role", "editor", "--password-file", file)
    assert not User.objects.exists()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Cannot read the password from"):
        call_command(
            "create_staff", "anna", "--role", "editor", "--password-file", tmp_path / "none"
        )

"""manage.py check_zoom: from Zoom's answers to what readers, machines and staff see."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from notices.firm import jobs
from notices.firm.models import JobRun
from notices.safeguards.check_requests import request_reread
from notices.safeguards.models import Check, Finding, Safeguard, ZoomToken
from notices.safeguards.zoom import answer_files
from portal.staff.zoom_check import ZOOM_CHECK
from tests import kept_portal

from .answers import EXAMPLES, example
from .conftest import TOKEN_PATH, Fake

ROOT = Path(__file__).parents[3]
ALL_ON = EXAMPLES / "01-all-protected.json"
DRIFTED = EXAMPLES / "02-drifted.json"
STAFF_START = "/admin/"
BUSY = {
    "bundle": "../examples/01-all-protected.json",
    "token": {"expires_in": 3600, "api_url": "self"},
    "faults": [
        {
            "match": {"path": "/v2/accounts/*/settings"},
            "status": 429,
            "headers": {"Retry-After": "29"},
        }
    ],
}


def check_zoom(*arguments: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it printed."""
    printed = StringIO()
    try:
        call_command("check_zoom", *arguments, stdout=printed, stderr=printed)
    except SystemExit as end:
        return int(end.code or 0), printed.getvalue()
    except CommandError as error:
        return error.returncode, printed.getvalue() + str(error)
    return 0, printed.getvalue()


def from_file(path: Path, *arguments: str) -> tuple[int, str]:
    return check_zoom("--from-file", str(path), *arguments)


def counts() -> tuple[int, int, int]:
    return Check.objects.count(), Finding.objects.count(), JobRun.objects.count()


@pytest.mark.usefixtures("starter")
class TestFromAFile:
    def test_all_on_exits_0_and_names_each_safeguard_in_words(self) -> None:
        code, text = from_file(ALL_ON)
        assert code == 0
        cloud = Safeguard.objects.get(key="cloud_recording")
        assert f"{cloud.name}  " in text

    @pytest.mark.parametrize(
        "name",
        [
            "02-drifted.json",
            "03-older-plan-missing-fields.json",
            "04-malformed-odd-types.json",
            "05-account-clean-user-and-meeting-differ.json",
        ],
    )
    def test_anything_else_exits_1(self, name: str) -> None:
        assert from_file(EXAMPLES / name)[0] == 1

    def test_what_could_not_be_read_does_not_count_as_on(self, tmp_path: Path) -> None:
        assert from_file(ALL_ON)[0] == 0
        answers = example("01-all-protected.json")
        del answers["responses"]["GET /accounts/{accountId}/settings"]["meeting_security"]
        partly = tmp_path / "partly.json"
        partly.write_text(json.dumps(answers))
        assert from_file(partly)[0] == 1

    def test_json_prints_the_verdicts_and_nothing_else(self) -> None:
        code, text = from_file(DRIFTED, "--json")
        verdicts = json.loads(text)
        expected = example("02-drifted.json")["expected"]
        assert code == 1
        assert {k: v["verdict"] for k, v in verdicts["items"].items()} == expected["letter_items"]
        assert {"items", "fields", "unknown_fields"} <= set(verdicts)

    def test_a_dry_run_shows_the_same_and_records_nothing(self) -> None:
        before = counts()
        assert from_file(DRIFTED, "--dry-run", "--json") == from_file(
            DRIFTED, "--dry-run", "--json"
        )
        assert counts() == before
        dry, wet = from_file(DRIFTED, "--dry-run"), from_file(DRIFTED)
        assert dry[0] == wet[0] == 1
        assert dry[1].splitlines()[:-1] == wet[1].splitlines()[:-1]
        assert counts() != before

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"\xff\xfe",
            b"[]",
            b"{}",
            b"[" * 100_000,
            b'{"responses": []}',
            b'{"responses": {"GET /accounts/{accountId}/settings": {"default": NaN}}}',
            b'{"responses": {"GET /accounts/{accountId}/settings": {"default": 1}}}',
        ],
    )
    def test_a_file_that_holds_no_answers_is_refused_in_a_sentence(
        self, content: bytes, tmp_path: Path
    ) -> None:
        before = Check.objects.count(), Finding.objects.count()
        file = tmp_path / "answers.json"
        file.write_bytes(content)
        code, text = from_file(file)
        assert code == 2
        assert text.strip().endswith(".")
        assert (Check.objects.count(), Finding.objects.count()) == before

    def test_a_missing_or_too_large_file_is_refused_in_a_sentence(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert from_file(tmp_path / "missing.json")[0] == 2
        assert from_file(tmp_path)[0] == 2
        monkeypatch.setattr(answer_files, "LARGEST", 100)
        assert from_file(ALL_ON)[0] == 2

    def test_without_an_account_and_without_a_file_it_says_what_to_do(self) -> None:
        before = Check.objects.count()
        code, text = check_zoom()
        assert code == 2
        assert "ZOOM_ACCOUNT_ID" in text
        assert Check.objects.count() == before


@pytest.mark.usefixtures("starter")
class TestOneAtATime:
    def test_while_another_check_renews_its_lease_this_one_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert jobs.take(ZOOM_CHECK, timezone.now(), at_once=True)

        def other_renews(seconds: float) -> None:
            JobRun.objects.update(leased_until=timezone.now() + ZOOM_CHECK.lease)

        monkeypatch.setattr(time, "sleep", other_renews)
        before = Check.objects.count()
        assert from_file(ALL_ON)[0] == 2
        assert Check.objects.count() == before

    def test_a_lease_that_nobody_renews_is_taken_over(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert jobs.take(ZOOM_CHECK, timezone.now(), at_once=True)
            monkeypatch.setattr(time, "sleep", lambda seconds: clock.shift(timedelta(seconds=1)))
            assert from_file(ALL_ON)[0] == 0
        run = JobRun.objects.get(name=ZOOM_CHECK.name)
        assert (run.leased_until, run.last_error) == (None, "")

    def test_a_check_that_breaks_gives_its_turn_back(self, tmp_path: Path) -> None:
        assert from_file(tmp_path / "missing.json")[0] == 2
        assert from_file(ALL_ON)[0] == 0


@pytest.fixture
def alerted(starter: None, reviewer: User) -> User:
    """Somebody whom an alert reaches by mail."""
    reviewer.email = "pruefung@muster.example"
    reviewer.save()
    return reviewer


def text_of(path: str, client: Client | None = None) -> str:
    return (client or Client()).get(path, follow=True).content.decode()


def recording_in_api() -> dict[str, Any]:
    rows = Client().get("/api/safeguards.json").json()["safeguards"]
    found: dict[str, Any] = next(row for row in rows if row["key"] == "cloud_recording")
    return found


def test_drift_is_seen_everywhere_and_ends_with_its_history(fake: Fake, alerted: User) -> None:
    staff = Client()
    staff.force_login(alerted)
    cloud = Safeguard.objects.get(key="cloud_recording")
    off_claim = cloud.wordings.filter(state="off").get().text_de
    assert check_zoom()[0] == 0
    assert recording_in_api()["state"] == "on"
    on_quick = text_of("/de/")
    mail.outbox.clear()

    fake.play({"bundle": "../examples/02-drifted.json", "token": {"expires_in": 3600}})
    assert check_zoom()[0] == 1
    assert recording_in_api()["state"] == "off"
    assert recording_in_api()["deviation"] is not None
    assert off_claim in text_of("/de/schutz/")
    assert text_of("/de/") != on_quick
    assert cloud.name in text_of("/de/aenderungen.atom")
    [finding] = cloud.findings.filter(verdict="not_protected")
    assert f"explanation/add/?finding={finding.pk}" in text_of(STAFF_START, staff)
    told = len(mail.outbox)
    assert [f"- {cloud.name}\n" in message.body for message in mail.outbox] == [True]
    assert check_zoom()[0] == 1
    assert len(mail.outbox) == told

    fake.play("happy")
    assert check_zoom()[0] == 0
    assert recording_in_api()["state"] == "on"
    assert recording_in_api()["deviation"] is None
    assert off_claim not in text_of("/de/schutz/")
    assert f"finding={finding.pk}" not in text_of(STAFF_START, staff)
    assert [f"- {cloud.name}\n" in message.body for message in mail.outbox] == [True, True]
    told = len(mail.outbox)
    assert check_zoom()[0] == 0
    assert len(mail.outbox) == told
    verdicts = cloud.findings.filter(source="account").values_list("verdict", flat=True)
    assert list(verdicts) == ["protected", "not_protected", "protected"]


def test_an_account_that_cannot_be_read_is_on_record_and_changes_nothing(
    fake: Fake, waits: list[float], starter: None
) -> None:
    assert check_zoom()[0] == 0
    findings = Finding.objects.count()
    ZoomToken.objects.all().delete()
    fake.play({**BUSY, "faults": [], "credentials": {"client_secret": "renewed at Zoom"}})
    code, text = check_zoom()
    assert code == 2
    assert "Traceback" not in text
    assert "demo-secret" not in text
    newest = Check.objects.last()
    assert newest is not None
    assert newest.outcome == "failed"
    assert newest.error
    assert newest.error in text
    assert Finding.objects.count() == findings


def test_the_recurring_jobs_check_when_due_and_when_asked(fake: Fake, starter: None) -> None:
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.DONE
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.NOT_DUE
    request_reread()
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.DONE
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.NOT_DUE
    assert Check.objects.filter(source="account", outcome="done").count() == 2


class Portal:
    """A portal with a database of its own, driven by commands in other processes."""

    def __init__(self, folder: Path, base: str) -> None:
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
        self.database = folder / "portal.sqlite3"
        self.env = {
            **kept,
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SECRET_KEY": "a test key that is long enough to be accepted by the portal's start",
            "ZOOM_ACCOUNT_ID": "acc-demo",
            "ZOOM_CLIENT_ID": "demo-client",
            "ZOOM_CLIENT_SECRET": "demo-secret",
            "ZOOM_OAUTH_URL": base + TOKEN_PATH,
            "ZOOM_API_URL": base + "/v2",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        with self.start(*arguments) as process:
            text, _nothing = process.communicate(timeout=120)
            return process.returncode, text

    def rows(self) -> tuple[int, int]:
        """Count checks and findings, past the portal: a process for it takes a second."""
        with closing(sqlite3.connect(self.database)) as database:
            [counts] = database.execute(
                "SELECT (SELECT count(*) FROM safeguards_check),"
                " (SELECT count(*) FROM safeguards_finding)"
            )
        return int(counts[0]), int(counts[1])


@pytest.fixture
def portal(fake_process: str, tmp_path: Path) -> Iterator[Portal]:
    fake = Fake(fake_process)
    fake.play("happy")
    portal = Portal(tmp_path, fake_process)
    kept_portal.begin(tmp_path)
    yield portal
    fake.play("happy")


def test_of_two_commands_one_runs_and_after_a_kill_the_next_is_clean(
    portal: Portal, fake_process: str
) -> None:
    fake = Fake(fake_process)
    fake.play(BUSY)
    before = portal.rows()
    with portal.start("check_zoom") as first:
        try:
            give_up_at = time.monotonic() + 60
            while not fake.calls("/v2/accounts"):
                assert time.monotonic() < give_up_at
                time.sleep(0.1)
            code, said = portal.run("check_zoom")
            assert code == 2, said
            assert "Traceback" not in said
        finally:
            first.kill()
    assert portal.rows() == before
    fake.play("happy")
    code, said = portal.run("check_zoom")
    assert code == 0, said
    checks, _findings = portal.rows()
    assert checks == before[0] + 1

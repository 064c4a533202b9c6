"""manage.py check_zoom: one at a time, and whoever dies is replaced."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from notices.firm import jobs
from notices.firm.models import JobRun
from notices.safeguards.models import Check
from portal.staff.zoom_check import ZOOM_CHECK
from tests import kept_portal
from tests.safeguards.zoom.check_zoom.commands import ALL_ON, BUSY, ROOT, from_file
from tests.safeguards.zoom.conftest import TOKEN_PATH, Fake


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

    def let_its_lease_end(self) -> None:
        """Let most of the lease of a check go by: nobody renews it any more."""
        soon = f"{datetime.now(UTC) + timedelta(seconds=1):%Y-%m-%d %H:%M:%S.%f}"
        with closing(sqlite3.connect(self.database, timeout=30)) as database, database:
            ended = database.execute(
                "UPDATE firm_jobrun SET leased_until = ? WHERE name = ? AND leased_until > ?",
                [soon, ZOOM_CHECK.name, soon],
            )
            assert ended.rowcount == 1


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
    portal.let_its_lease_end()
    fake.play("happy")
    code, said = portal.run("check_zoom")
    assert code == 0, said
    checks, _findings = portal.rows()
    assert checks == before[0] + 1

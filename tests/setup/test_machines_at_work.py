"""Two machines whose jobs are due at the same moment: each thing is done once, by whoever lives."""

from __future__ import annotations

import email
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest
from django.utils import timezone

from notices.safeguards.checking import LEASE
from tests.factories import make_organisation, make_safeguard, make_user, record_state
from tests.machines import Machine, address_of_database, start_together
from tests.safeguards.zoom.conftest import (  # noqa: F401 - a fixture
    TOKEN_PATH,
    Fake,
    fake_process,
)

JOBS = 'call_command("run_due_jobs")'
CHECKS = """
from notices.safeguards.models import Check
print(Check.objects.filter(source="account").count())
"""
WITH_ADDRESS = 'User.objects.update(email="pruefung@muster.example")'
# A machine whose clock has gone on while the test has not.
LATER = "import time, time_machine; time_machine.travel(time.time() + {seconds}).start()\n"
# Listed once in each check.
USERS = "/v2/users"
CHECK = "Zoom-Konto ablesen: "


class Mails(socketserver.ThreadingTCPServer):
    """A mail server on loopback that takes its time, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Talk)

    @property
    def subjects(self) -> list[str]:
        return [
            email.message_from_bytes(mail, policy=default)["subject"].strip() for mail in self.kept
        ]


class Talk(socketserver.StreamRequestHandler):
    server: Mails

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            if line.upper().startswith(b"DATA"):
                self._say("354 go on")
                mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                # Whoever else believes that it is their turn comes meanwhile.
                time.sleep(0.5)
                self.server.kept.append(mail)
            self._say("221 bye" if line.upper().startswith(b"QUIT") else "250 ok")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def mails() -> Iterator[Mails]:
    with Mails() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def machines(
    transactional_db: None,
    fake_process: str,  # noqa: F811 - the fixture
    mails: Mails,
    cache_url: str,
    tmp_path: Path,
) -> list[Machine]:
    """Return two machines of a firm that promises what its Zoom account does not keep."""
    make_organisation()
    make_user("reviewer")
    safeguard = make_safeguard("cloud_recording", checked_by="account")
    record_state(safeguard, "unknown", at=timezone.now() - timedelta(days=1), check=False)
    shared = {
        "CACHE_URL": cache_url,
        "SHARED_DIR": str(tmp_path / "shared"),
        "EMAIL_URL": f"smtp://127.0.0.1:{mails.server_address[1]}",
        "ZOOM_ACCOUNT_ID": "acc-demo",
        "ZOOM_CLIENT_ID": "demo-client",
        "ZOOM_CLIENT_SECRET": "demo-secret",
        "ZOOM_OAUTH_URL": fake_process + TOKEN_PATH,
        "ZOOM_API_URL": fake_process + "/v2",
    }
    database = address_of_database(tmp_path)
    return [Machine(tmp_path / name, database, **shared) for name in ("one", "other")]


@pytest.fixture
def zoom(fake_process: str) -> Fake:  # noqa: F811 - the fixture
    return Fake(fake_process)


def drifted(delay: float) -> dict[str, object]:
    """Return an account that keeps less than is promised, and is slow the first time."""
    slow = {"match": {"path": USERS}, "calls": [1], "delay_s": delay}
    return {"bundle": "../examples/02-drifted.json", "faults": [slow]}


def readings(zoom: Fake) -> int:
    return sum(request["path"] == USERS for request in zoom.state["requests"])


def told(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out


def test_of_two_machines_one_checks_zoom_and_one_sends_the_mail(
    machines: list[Machine], zoom: Fake, mails: Mails
) -> None:
    zoom.play(drifted(delay=1))
    # Nobody has an address yet, so that both machines have the mail before them later.
    both = [one.stands_by(JOBS + CHECKS) for one in machines]
    start_together(*both)
    said = [told(one) for one in both]
    assert sorted(CHECK + "erledigt" in words for words in said) == [False, True]
    assert readings(zoom) == 1
    assert mails.subjects == []

    both = [one.stands_by(JOBS + CHECKS) for one in machines]
    machines[0].does(WITH_ADDRESS)
    start_together(*both)
    assert [told(one).splitlines()[-1] for one in both] == ["1", "1"]
    assert readings(zoom) == 1
    assert mails.subjects == ["Zoom schützt weniger als zugesagt: Schutz cloud_recording"]


def test_a_machine_that_dies_in_the_middle_of_a_check_is_replaced_when_its_lease_ends(
    machines: list[Machine], zoom: Fake
) -> None:
    zoom.play(drifted(delay=60))
    dying = machines[0].stands_by(JOBS)
    others = [
        machines[1].stands_by(when + JOBS + CHECKS)
        for when in ("", LATER.format(seconds=LEASE.total_seconds() + 1))
    ]
    start_together(dying)
    until = time.monotonic() + 30
    while not readings(zoom):
        assert time.monotonic() < until
        time.sleep(0.02)
    dying.kill()
    dying.wait()
    at_once, later = others
    start_together(at_once)
    words = told(at_once)
    assert CHECK + "läuft anderswo" in words
    assert words.splitlines()[-1] == "0"
    start_together(later)
    words = told(later)
    assert CHECK + "erledigt" in words
    assert words.splitlines()[-1] == "1"

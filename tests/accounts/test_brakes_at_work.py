"""Guessing at the real server: four workers, many connections, one count."""

from __future__ import annotations

import http.client
import re
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import Settings

from portal.accounts import guessing
from portal.accounts.models import Tries
from tests.accounts.signing_in import LOGIN, PASSWORD, code_of, give_app
from tests.factories import make_organisation, make_user
from tests.machines import address_of_database
from tests.servers import Server, lupe

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4
# As `tests.servers` has it: what is encrypted here is read there.
SECRET_KEY = "only-for-measuring-" * 4
CSRF = "c" * 32
CODE, CONFIRM = "/admin/login/code/", "/admin/bestaetigen/"
# What may differ from one answer to the next.
OF_THE_MOMENT = {"date", "content-length", "expires", "set-cookie", "etag"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    words: str
    seconds: float


@dataclass
class Browser:
    """One browser; each request has a connection of its own, so that any worker may take it."""

    server: Server
    cookies: dict[str, str] = field(default_factory=lambda: {"csrf": CSRF})

    def ask(self, path: str, method: str = "GET", **sent: str) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": f"localhost:{self.server.port}", "Cookie": cookies}
        headers["X-Requested-With"] = "XMLHttpRequest"  # as the script of a passkey asks
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)) as line:
            began = time.perf_counter()
            body = urlencode({"csrfmiddlewaretoken": self.cookies["csrf"], **sent})
            line.request(method, path, body if method == "POST" else None, headers)
            answer = line.getresponse()
            words = answer.read().decode()
            seconds = time.perf_counter() - began
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                kept, _equals, rest = value.partition("=")
                self.cookies[kept] = rest.split(";", 1)[0]
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, words, seconds)

    def sign_in(self, name: str, password: str = PASSWORD) -> Answer:
        return self.ask(LOGIN, "POST", login=name, password=password)

    def is_in(self) -> bool:
        return self.ask("/admin/password_change/").status == 200


@dataclass
class Portal:
    """The server, and the counts in its database."""

    server: Server
    path: Path

    def forget(self) -> None:
        """Start all counts anew, as after the windows of all brakes."""
        if connection.vendor != "sqlite":
            Tries.objects.all().delete()
            return
        with closing(sqlite3.connect(self.path, timeout=20)) as database:
            database.execute("DELETE FROM accounts_tries")
            database.commit()

    def at_once(self, acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
        with ThreadPoolExecutor(2 * WORKERS) as threads:
            return list(threads.map(lambda act: act(), acts))


@pytest.fixture
def people(settings: Settings) -> dict[str, str]:
    """Make accounts with the slow hasher; return the secrets of their apps by name."""
    settings.SECRET_KEY = SECRET_KEY
    make_organisation()
    hashed = make_password(PASSWORD, hasher="argon2")
    secrets = {}
    for name in ("anna", "berta", "clara", "dora", *(f"known-{number}" for number in range(8))):
        user = make_user("editor", name=name)
        User.objects.filter(pk=user.pk).update(password=hashed)
        if name in ("clara", "dora"):
            secrets[name] = give_app(user)
    return secrets


@pytest.fixture
def portal(people: dict[str, str], tmp_path: Path) -> Iterator[Portal]:
    database = address_of_database(tmp_path)
    folder = tmp_path / "served"
    folder.mkdir()
    with lupe(folder, WORKERS, database) as server:
        yield Portal(server, tmp_path / "portal.sqlite3")


def test_four_workers_brake_as_one_and_lock_nobody_out(
    portal: Portal, people: dict[str, str]
) -> None:
    assert len(portal.server.children()) >= WORKERS
    at_home = Browser(portal.server)
    assert at_home.sign_in("anna").status == 302
    one_account_is_guessed_at(portal, at_home)
    portal.forget()
    one_password_is_tried_on_many(portal, at_home)
    portal.forget()
    nobody_learns_who_has_an_account(portal)
    for name, guess in (("clara", "000000"), ("dora", "00000000")):
        portal.forget()
        codes_are_guessed(portal, name, people[name], guess)
    portal.forget()
    an_open_session_is_guessed_in(portal)
    all_sessions_end_on_every_worker(portal)


def braked(answers: list[Answer], most: int) -> None:
    """Check that `most` were looked at and all others told how long to wait."""
    assert Counter(answer.status for answer in answers) == {200: most, 429: len(answers) - most}
    waits = [int(one.headers["retry-after"]) for one in answers if one.status == 429]
    assert all(1 <= wait <= 15 * 60 for wait in waits)


def one_account_is_guessed_at(portal: Portal, at_home: Browser) -> None:
    guess = lambda: Browser(portal.server).sign_in("anna", "wrong")  # noqa: E731
    braked(portal.at_once([guess] * 200), guessing.PER_ACCOUNT)
    # The right one waits too, but not where she was before, and not her passkey.
    portal.forget()
    portal.at_once([guess] * (guessing.PER_ACCOUNT + 1))
    assert Browser(portal.server).sign_in("anna").status == 429
    assert at_home.sign_in("anna").status == 302
    assert Browser(portal.server).ask("/admin/login/passkey/").status == 200
    assert Browser(portal.server).sign_in("berta").status == 302


def one_password_is_tried_on_many(portal: Portal, at_home: Browser) -> None:
    names = [f"somebody-{number}" for number in range(42)] + [f"known-{n}" for n in range(8)]
    tries = [lambda name=name: Browser(portal.server).sign_in(name, "wrong") for name in names]
    braked(portal.at_once(tries), guessing.OVERALL)
    assert at_home.sign_in("anna").status == 302


def nobody_learns_who_has_an_account(portal: Portal) -> None:
    found: dict[str, list[Answer]] = {"known": [], "other": []}
    for number in range(8):
        for kind, answers in found.items():
            answers.append(Browser(portal.server).sign_in(f"{kind}-{number}", "wrong"))
    alike = set()
    for answer in (*found["known"], *found["other"]):
        headers = {name: v for name, v in answer.headers.items() if name not in OF_THE_MOMENT}
        words = re.sub(r'value="[^"]*"', "", answer.words)
        alike.add((answer.status, tuple(sorted(headers.items())), words))
    assert len(alike) == 1
    # That the same work is done is proven in test_sign_in; this is the clock, with a wide margin.
    known, other = (statistics.median(one.seconds for one in found[kind]) for kind in found)
    assert 1 / 3 < known / other < 3


def codes_are_guessed(portal: Portal, name: str, secret: str, guess: str) -> None:
    browsers = [Browser(portal.server) for _ in range(2)]
    for browser in browsers:
        assert browser.sign_in(name).headers["location"].startswith(CODE)
    tries = [
        lambda browser=browser: Browser(portal.server, dict(browser.cookies)).ask(
            CODE, "POST", code=guess
        )
        for browser in browsers * 8
    ]
    braked(portal.at_once(tries), guessing.PER_ACCOUNT)
    for browser in browsers:
        assert browser.ask(CODE, "POST", code=code_of(secret)).status == 429
        assert not browser.is_in()


def an_open_session_is_guessed_in(portal: Portal) -> None:
    browser = Browser(portal.server)
    assert browser.sign_in("berta").status == 302
    cookies = dict(browser.cookies)
    tries = [
        lambda: Browser(portal.server, dict(cookies)).ask(CONFIRM, "POST", password="wrong")
    ] * 12
    braked(portal.at_once(tries), guessing.PER_ACCOUNT)


def all_sessions_end_on_every_worker(portal: Portal) -> None:
    portal.forget()
    phone, office = Browser(portal.server), Browser(portal.server)
    for browser in (phone, office):
        assert browser.sign_in("berta").status == 302
        assert browser.is_in()
    ended = dict(office.cookies)
    assert office.ask("/admin/anmeldung/ueberall-abmelden/", "POST").status == 302
    asked = [
        lambda cookies=cookies: Browser(portal.server, dict(cookies)).ask("/admin/")
        for cookies in (phone.cookies, ended) * 2 * WORKERS
    ]
    assert {answer.status for answer in portal.at_once(asked)} == {302}

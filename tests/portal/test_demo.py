"""A demo: nobody is mailed, all may sign in, and every night it is as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notices.editions.models import Edition
from notices.faq.models import Question
from notices.firm import mailing
from notices.firm.models import JobRun, Organisation
from portal import demo
from portal.backup import take
from portal.setup import demo as demo_settings
from portal.setup.demo import ACCOUNTS, PASSWORD
from portal.setup.env import ConfigurationError
from portal.setup.prepare import prepare
from tests.conftest import SignIn
from tests.factories import make_edition, make_organisation, make_user
from tests.starter import CopiedStarter

pytestmark = pytest.mark.thorough

# In Berlin an hour later.
NIGHT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def demo_on(settings: Any, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.SHARED_DIR = tmp_path
    settings.SECOND_FACTOR_DAYS = None


@contextmanager
def this_moment() -> Iterator[str]:
    yield "default"


@pytest.fixture(scope="module")
def make_demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], None]:
    """Return what makes a demo the first time, and copies its database and its backup later."""
    kept = tmp_path_factory.mktemp("demo") / demo.KEPT

    def prepare() -> None:
        demo.prepare()
        shutil.copy(demo.kept(), kept)

    database = CopiedStarter(prepare)

    def make() -> None:
        database.restore()
        shutil.copy(kept, demo.kept())

    return make


@pytest.fixture
def demo_made(
    transactional_db: None,
    demo_on: None,
    monkeypatch: pytest.MonkeyPatch,
    make_demo: Callable[[], None],
) -> None:
    # Tests may open no second connection; that one sees the same moment is tried with backups.
    monkeypatch.setattr(take, "one_moment", this_moment)
    make_demo()


def test_a_night_brings_everything_back(demo_made: None, monkeypatch: Any) -> None:
    at_once = replace(demo.RESET, is_due=lambda now: True)
    monkeypatch.setattr("portal.management.commands.run_due_jobs.JOBS", (at_once,))
    texts = set(Question.objects.values_list("pk", "answer_de"))
    Question.objects.update(answer_de="Unfug")
    make_edition()
    make_user("editor", "fremd")
    Organisation.objects.update(confirmed_at=timezone.now())
    call_command("run_due_jobs")
    assert JobRun.objects.get(name=demo.NAME).last_error == ""
    assert set(Question.objects.values_list("pk", "answer_de")) == texts
    assert {user.username for user in User.objects.all()} == {name for name, _role in ACCOUNTS}
    assert Organisation.objects.get().is_sample
    assert not Edition.objects.filter(notice__key__startswith="notice-").exists()


def test_a_backup_that_grew_old_is_made_anew_with_the_dates_of_today(demo_made: None) -> None:
    old = (timezone.now() - demo.FRESH_FOR - MINUTE).timestamp()
    os.utime(demo.kept(), (old, old))
    Question.objects.update(answer_de="Unfug")
    demo.reset()
    assert not Question.objects.filter(answer_de="Unfug").exists()
    assert demo.kept().stat().st_mtime > old + 60
    assert Client().login(username=ACCOUNTS[0][0], password=PASSWORD)


@pytest.mark.parametrize("content", [b"", b"PK nothing"])
def test_a_backup_that_is_damaged_is_made_anew(demo_made: None, content: bytes) -> None:
    demo.kept().write_bytes(content)
    Question.objects.update(answer_de="Unfug")
    demo.reset()
    assert not Question.objects.filter(answer_de="Unfug").exists()
    assert demo.kept().stat().st_size > 1000


def test_what_visitors_uploaded_is_gone_in_the_morning(demo_made: None) -> None:
    folder = demo.kept().parent / "evidence"
    folder.mkdir(exist_ok=True)
    (folder / "0123").write_bytes(b"%PDF-1.7 anything")
    demo.reset()
    assert list(folder.iterdir()) == []


def test_a_new_start_leaves_a_demo_as_it_is(demo_made: None) -> None:
    Question.objects.update(answer_de="Heute versucht")
    demo.prepare()
    assert Question.objects.filter(answer_de="Heute versucht").exists()


@pytest.mark.usefixtures("starter")
def test_whoever_prepares_the_portal_prepares_the_demo(demo_on: None, monkeypatch: Any) -> None:
    prepared: list[bool] = []
    monkeypatch.setattr(demo, "prepare", lambda: prepared.append(True))
    monkeypatch.setattr("portal.setup.prepare.collect_static", lambda: None)
    prepare()
    assert prepared == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("act", [demo.prepare, demo.reset])
def test_the_database_of_a_firm_is_never_replaced(demo_on: None, act: Any) -> None:
    make_organisation()
    make_user("editor", "echt")
    with pytest.raises(ConfigurationError, match="demo"):
        act()
    assert User.objects.get().username == "echt"


@pytest.mark.django_db
def test_a_confirmed_profile_without_any_account_is_a_firm_too(demo_on: None) -> None:
    make_organisation()
    assert not demo.is_ours()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made", "done", "now", "due"),
    [
        (NIGHT - MINUTE, None, NIGHT - MINUTE, False),
        (NIGHT - MINUTE, None, NIGHT + MINUTE, True),
        (NIGHT - MINUTE, NIGHT + MINUTE, NIGHT + 2 * MINUTE, False),
        (NIGHT - MINUTE, NIGHT + MINUTE, NIGHT + timedelta(days=1, minutes=1), True),
        (NIGHT + MINUTE, None, NIGHT + 2 * MINUTE, False),
    ],
)
def test_it_is_due_once_after_three_at_night(
    demo_on: None, made: datetime, done: datetime | None, now: datetime, due: bool
) -> None:
    demo.kept().touch()
    os.utime(demo.kept(), (made.timestamp(), made.timestamp()))
    if done:
        JobRun.objects.create(name=demo.NAME, last_started_at=done, last_finished_at=done)
    with time_machine.travel(now, tick=False):
        assert demo.is_due(now) == due


@pytest.mark.django_db
def test_without_demo_it_is_never_due() -> None:
    assert not django_settings.DEMO
    assert not demo.is_due(NIGHT)


def test_no_mail_leaves_and_no_second_factor_is_asked_for() -> None:
    values = demo_settings.settings({"EMAIL_URL": "smtp://mail.example.org"})
    assert values["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"
    assert values["SECOND_FACTOR_DAYS"] is None


@pytest.mark.django_db
def test_what_a_demo_mails_reaches_nobody(settings: Any) -> None:
    settings.EMAIL_BACKEND = demo_settings.settings({})["EMAIL_BACKEND"]
    make_organisation()
    mailing.send("Betreff", "Text", ["jemand@example.org"])
    assert mail.outbox == []


@pytest.mark.parametrize("name", demo_settings.REAL)
def test_a_demo_reads_no_real_account(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        demo_settings.settings({name: "secret"})


@pytest.mark.usefixtures("starter")
def test_every_page_says_that_it_is_a_demo_and_the_sign_in_how(
    demo_on: None, sign_in: SignIn
) -> None:
    bar = "Das ist eine Vorführung."
    public, office = Client(), sign_in("editor")[0]
    page = public.get("/admin/login/").content.decode()
    assert all(word in page for word in (bar, PASSWORD, *(name for name, _role in ACCOUNTS)))
    assert bar in public.get("/de/").content.decode()
    assert "This is a demo." in public.get("/en/").content.decode()
    assert bar in office.get("/admin/").content.decode()
    assert "Disallow: /\n" in public.get("/robots.txt").content.decode()


@pytest.mark.usefixtures("starter")
def test_no_other_portal_says_so() -> None:
    for path in ("/de/", "/admin/login/", "/robots.txt"):
        page = Client().get(path).content.decode()
        assert "Vorführung" not in page
        assert PASSWORD not in page
        assert "Disallow: /\n" not in page


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("path", ["/admin/password_change/", "/admin/anmeldung/app/"])
def test_nobody_locks_the_others_out(demo_on: None, sign_in: SignIn, path: str) -> None:
    client = sign_in("editor")[0]
    assert client.get(path).status_code == 403
    assert client.post(path, {}).status_code == 403

"""Two machines with one database and one shared folder: two processes, each with its own data."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.factories import make_organisation, make_user
from tests.servers import Reader, Server, free_port, lupe

PREAMBLE = """
import django; django.setup()
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from notices.firm.models import Organisation
from notices.safeguards.by_hand import evidence_files
from notices.safeguards.models import EvidenceFile
from portal.serving import error_pages, maintenance
user = User.objects.get()
"""
KEEP = """
file = SimpleUploadedFile("zoom.pdf", b"%PDF-1.7 seen at Zoom %%EOF")
print(evidence_files.keep(file, user))
"""
ADOPT = "print(evidence_files.adopt(evidence_files.kept({token!r}, user), user).sha256)"
CONTENT = "print(evidence_files.content_of(EvidenceFile.objects.get()))"
STATUS = """
page = Client().get("/api/safeguards.json")
print(maintenance.planned_until() is not None, page.status_code)
"""
PHONE = "print('030 999 888' in (error_pages.read('503', 'de') or ''))"
MOVE = """
firm = Organisation.objects.get()
firm.phone = "030 999 888"
firm.save()
"""


class Machine:
    """One of two: a folder of its own, the rest in common."""

    def __init__(self, folder: Path, database: str, **shared: str) -> None:
        folder.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "only-for-tests-" * 4,
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": database,
            "DATA_DIR": str(folder),
            **shared,
        }

    def does(self, script: str) -> str:
        return self._run("-c", PREAMBLE + script)

    def manage(self, *words: str) -> str:
        return self._run("manage.py", *words)

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> str:
    """Return the address of a database with a firm and one member of staff."""
    make_organisation()
    make_user("editor")
    if connection.vendor == "sqlite":
        path = tmp_path / "portal.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{path}"
    its = connection.settings_dict
    return f"postgres://{its['USER']}@{its['HOST']}:{its['PORT']}/{its['NAME']}"


def test_what_one_machine_is_told_the_other_one_knows(database: str, tmp_path: Path) -> None:
    shared = {"SHARED_DIR": str(tmp_path / "shared")}
    one = Machine(tmp_path / "one", database, **shared)
    other = Machine(tmp_path / "other", database, **shared)

    # A file uploaded here belongs to a report that is handed over there, and is read here again.
    token = one.does(KEEP)
    assert len(other.does(ADOPT.format(token=token))) == 64
    assert "seen at Zoom" in one.does(CONTENT)

    # A pause announced here closes there, and one that is ended there is over here.
    assert other.does(STATUS) == "False 200"
    one.manage("maintenance", "--until", "2099-01-01T06:00")
    assert other.does(STATUS) == "True 503"
    other.manage("maintenance", "--off")
    assert one.does(STATUS) == "False 200"

    # A new phone number stands on the error pages of both.
    assert other.does(PHONE) == "False"
    one.does(MOVE)
    assert other.does(PHONE) == "True"
    assert sorted(path.name for path in (tmp_path / "shared").iterdir()) == ["errors", "evidence"]


def test_a_shared_folder_that_takes_nothing_stops_the_start_with_a_sentence(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    machine = Machine(tmp_path / "one", "", SHARED_DIR=str(tmp_path / "file"))
    with pytest.raises(AssertionError, match=r"SHARED_DIR is .*where the portal cannot write"):
        machine.manage("check")


PUBLISH = """
import time
from notices.editions import drafting, publishing
from notices.editions.models import Notice
notice = Notice.objects.get(key="video-meetings")
draft = drafting.begin(notice, by=user)
draft.text_de = "## Wozu\\n\\nDas steht hier erst seit jetzt."
draft.text_en = draft.summary_de = draft.summary_en = ""
drafting.save(draft, by=user)
publishing.submit(draft, by=user)
publishing.publish(draft, by=user, without=["en"], claims_reasons=Anything())
print(time.time())
"""
ANYTHING = """
class Anything(dict):
    def get(self, key, default=""):
        return "because"
    __getitem__ = get
"""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place for the collected files of the first machine: compressing them takes long."""
    return tmp_path_factory.mktemp("collected") / "static"


@contextmanager
def machine(folder: Path, database: str, collected: Path) -> Iterator[Server]:
    """Serve from a folder of its own; only what was collected is copied."""
    folder.mkdir()
    if collected.exists():
        shutil.copytree(collected, folder / "static")
    with lupe(folder, database=database) as server:
        if not collected.exists():
            shutil.copytree(folder / "static", collected)
        yield server


@pytest.mark.parametrize("with_redis", [False, True])
def test_what_is_published_on_one_machine_is_read_on_the_other_within_a_second(
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    collected: Path,
    with_redis: bool,
) -> None:
    with ExitStack() as stack:
        if with_redis:
            monkeypatch.setenv("CACHE_URL", stack.enter_context(redis(tmp_path)))
        office = Machine(tmp_path / "office", database, FOUR_EYES="off")
        office.manage("load_starter")
        servers = [
            stack.enter_context(machine(tmp_path / name, database, collected))
            for name in ("one", "two")
        ]
        page = "/de/hinweise/videotreffen/"
        for server in servers:
            assert read(server, page)[0] == 200
            assert "erst seit jetzt" not in read(server, page)[1]
        published = float(office.does(ANYTHING + PUBLISH).splitlines()[-1])
        time.sleep(max(0.0, published + 1 - time.time()))
        assert ["erst seit jetzt" in read(server, page)[1] for server in servers] == [True, True]


def read(server: Server, path: str) -> tuple[int, str]:
    with closing(Reader(server)) as reader:
        status, _head, body = reader.get(path)
    return status, body.decode()


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis that keeps nothing; skip where there is none."""
    if not (program := shutil.which("redis-server")):
        pytest.skip("no Redis here")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir"]
    process = subprocess.Popen([*command, str(folder)], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(30)

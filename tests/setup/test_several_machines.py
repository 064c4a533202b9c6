"""Two machines with one database and one shared folder: two processes, each with its own data."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.machines import Machine, read, serving

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
# Those of the starter content name the sample firm.
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


def test_what_is_published_on_one_machine_is_read_on_the_other_within_a_second(
    database: str,
    tmp_path: Path,
    collected: Path,
    cache_url: str,
) -> None:
    with ExitStack() as stack:
        office = Machine(tmp_path / "office", database, FOUR_EYES="off", CACHE_URL=cache_url)
        office.manage("load_starter")
        servers = [
            stack.enter_context(serving(tmp_path / name, database, collected))
            for name in ("one", "two")
        ]
        page = "/de/hinweise/videotreffen/"
        for server in servers:
            assert read(server, page)[0] == 200
            assert "erst seit jetzt" not in read(server, page)[1]
        published = float(office.does(ANYTHING + PUBLISH).splitlines()[-1])
        time.sleep(max(0.0, published + 1 - time.time()))
        assert ["erst seit jetzt" in read(server, page)[1] for server in servers] == [True, True]

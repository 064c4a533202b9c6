"""Files that show what was set: kept whole, removed when they belong to no report."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from notices.safeguards.by_hand import evidence_files
from notices.safeguards.models import EvidenceFile, Finding, Safeguard
from tests.conftest import SignIn
from tests.factories import make_user
from tests.safeguards.evidence_files.uploading import JPEG, PDF, PNG, REPORT, answers, upload

pytestmark = pytest.mark.django_db


def test_only_files_of_no_report_are_removed_and_after_a_day(sign_in: SignIn, folder: Path) -> None:
    _client, editor = sign_in("editor")
    adopted = evidence_files.adopt(
        evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
    )
    old = evidence_files.kept(evidence_files.keep(upload(PDF, "a.pdf"), editor), editor)
    young = evidence_files.kept(evidence_files.keep(upload(JPEG, "a.jpg"), editor), editor)
    foreign = folder / "notes.txt"
    foreign.write_text("not ours")
    yesterday = time.time() - 25 * 3600
    for name in (adopted.stored_name, old.stored_name, foreign.name):
        os.utime(folder / name, (yesterday, yesterday))
    evidence_files.clear()
    left = {file.name for file in folder.iterdir()}
    assert left == {adopted.stored_name, young.stored_name, foreign.name}


def test_content_that_was_lost_is_put_back_by_the_next_upload_of_it(folder: Path) -> None:
    editor = make_user("editor")
    first = evidence_files.adopt(
        evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
    )
    stored = folder / first.stored_name
    for is_there in (False, True):
        stored.write_bytes(b"half")
        if not is_there:
            stored.unlink()
        with pytest.raises(evidence_files.Gone):
            evidence_files.content_of(first)
        again = evidence_files.adopt(
            evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
        )
        assert again == first
        assert evidence_files.content_of(first) == PNG


def test_a_kept_file_that_changed_before_it_was_handed_over_is_refused_with_a_sentence(
    sign_in: SignIn, safeguard: Safeguard, folder: Path
) -> None:
    client, _ = sign_in("editor")
    page = client.post(REPORT, {**answers(safeguard), "file": upload()})
    token = page.context["form"]["kept_file"].value()
    [file] = folder.iterdir()
    file.write_bytes(PDF)
    page = client.post(REPORT, {**answers(safeguard), "kept_file": token, "_publish": "1"})
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not EvidenceFile.objects.exists()
    assert not Finding.objects.filter(verdict="not_protected").exists()


def test_a_full_disk_leaves_no_half_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(evidence_files.NoRoom):
        evidence_files.keep(upload(), make_user("editor"))
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_told_beside_the_field_and_the_form_keeps_its_input(
    safeguard: Safeguard, folder: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    client, _ = sign_in("editor")
    sent = answers(safeguard)
    page = client.post(REPORT, {**sent, "file": upload()})
    assert page.status_code in (200, 422)
    [sentence] = page.context["form"].errors["file"]
    assert sentence.startswith("Das Portal hat keinen Platz mehr")
    assert page.context["form"]["safeguard"].value() == str(sent["safeguard"])


def test_two_processes_that_clear_at_once_do_not_trip(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence_files.keep(upload(), make_user("editor"))
    [file] = folder.iterdir()
    os.utime(file, (0, 0))
    stat = Path.stat

    def gone_meanwhile(path: Path, **options: Any) -> os.stat_result:
        path.unlink(missing_ok=True) if path == file else None
        return stat(path, **options)

    with monkeypatch.context() as other:
        other.setattr(Path, "stat", gone_meanwhile)
        evidence_files.clear()
    assert list(folder.iterdir()) == []

"""No change of an evidence file goes unseen by the script in it, which needs Python alone."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.evidence.verify import verify
from tests.portal.evidence.exporting import export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_moment")]


def run_alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script of the ZIP as a stranger would: no portal, no packages."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        env={"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )


@pytest.fixture
def unpacked(content: None, tmp_path: Path) -> Path:
    path = export(tmp_path / "out.zip")
    folder = tmp_path / "folder"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def test_the_script_in_it_checks_folder_and_file_with_python_alone(unpacked: Path) -> None:
    assert run_alone(unpacked).returncode == 0
    whole = unpacked.parent / "out.zip"
    answer = run_alone(unpacked, str(whole))
    assert answer.returncode == 0
    assert hashlib.sha256(whole.read_bytes()).hexdigest() in answer.stdout


def change(folder: Path) -> str:
    file = folder / "fassungen/video/2.de.html"
    file.write_text(file.read_text().replace("Zwei", "Zwo"))
    return "fassungen/video/2.de.html: wurde verändert."


def remove(folder: Path) -> str:
    (folder / "nachweis.html").unlink()
    return "nachweis.html: fehlt."


def add(folder: Path) -> str:
    (folder / "fassungen/video/9.json").write_text("{}")
    return "fassungen/video/9.json: gehört nicht dazu."


def remove_sums(folder: Path) -> str:
    (folder / "SHA256SUMS").unlink()
    return "SHA256SUMS: fehlt."


def change_text_and_sum(folder: Path) -> str:
    file = folder / "fassungen/video/2.json"
    file.write_text(file.read_text().replace("Zwei", "Zwo"))
    sum_anew(folder)
    return "fassungen/video/2.json: Inhalt und Prüfsumme der Fassung passen nicht zusammen."


def change_chain_and_sum(folder: Path) -> str:
    file = folder / "daten.json"
    data = json.loads(file.read_text())
    del data["chains"]["video"][1]
    file.write_text(json.dumps(data))
    sum_anew(folder)
    return "fassungen/video/2.json: Die Kette kennt diese Fassung nicht."


def spoil_sums(folder: Path) -> str:
    (folder / "SHA256SUMS").write_text("Unsinn\n")
    return "SHA256SUMS: enthält eine Zeile"


def sum_anew(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.relative_to(folder).as_posix()}\n"
        for one in sorted(folder.rglob("*"))
        if one.is_file() and one.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


@pytest.mark.parametrize(
    "tamper",
    [change, remove, add, remove_sums, change_text_and_sum, change_chain_and_sum, spoil_sums],
)
def test_whatever_is_done_to_it_is_named(unpacked: Path, tamper: Any) -> None:
    checker = unpacked.parent / "checker"
    checker.mkdir()
    shutil.copy(unpacked / "verify.py", checker)
    sentence = tamper(unpacked)
    answer = run_alone(checker, str(unpacked))
    assert answer.returncode == 1
    assert sentence in answer.stdout
    again = unpacked.parent / "again.zip"
    with zipfile.ZipFile(again, "w") as archive:
        for file in sorted(unpacked.rglob("*")):
            archive.write(file, file.relative_to(unpacked))
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("export_evidence", "verify", str(again), stdout=out)
    assert left.value.code == 1
    assert sentence in out.getvalue()


def test_a_second_file_of_the_same_name_is_named(unpacked: Path) -> None:
    whole = unpacked.parent / "out.zip"
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(whole, "a") as archive,
    ):
        archive.writestr("nachweis.html", "anders")
    assert "nachweis.html: kommt mehrfach vor." in verify(str(whole))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"x" * 999])
def test_what_is_no_zip_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.zip"
    file.write_bytes(content)
    assert "lässt sich nicht als ZIP lesen" in verify(str(file))[0]


def test_a_flipped_byte_anywhere_is_found(unpacked: Path) -> None:
    whole = unpacked.parent / "out.zip"
    content = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as archive:
        places = [one.header_offset + 40 + len(one.filename) for one in archive.infolist()]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1
        (whole.parent / "flipped.zip").write_bytes(changed)
        assert verify(str(whole.parent / "flipped.zip"))

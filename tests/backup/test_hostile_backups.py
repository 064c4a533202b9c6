"""Files that are no backups, or were made to do harm: refused with a sentence, nothing changed."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyrage
import pytest

from portal.backup import archive
from portal.backup.archive import BackupError, Manifest, check, encrypted, open_backup
from portal.backup.rows import Digest
from tests import kept_portal
from tests.backup.portals import Portal
from tests.backup.sealing import sealed

ROWS = b'[1, "one"]\n[2, "two"]\n'
Change = Callable[[dict[str, Any]], object]


def digest_of(rows: bytes) -> tuple[int, str]:
    digest = Digest()
    for row in rows.splitlines(keepends=True):
        digest.add(row)
    return digest.count, digest.text


def manifest() -> dict[str, Any]:
    rows, digest = digest_of(ROWS)
    table = {"model": "faq.Topic", "columns": ["id", "key"], "rows": rows, "digest": digest}
    return {
        "format": "lupe-backup",
        "version": 1,
        "taken_at": "2026-11-27T10:00:00+00:00",
        "database": "sqlite",
        "migrations": [["faq", "0001_initial"]],
        "tables": [table],
        "files": {"evidence/abc": hashlib.sha256(b"seen").hexdigest()},
    }


def packed(path: Path, said: Any, parts: Mapping[str, bytes] | None = None) -> Path:
    parts = parts or {"tables/faq.Topic.jsonl": ROWS, "files/evidence/abc": b"seen"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in parts.items():
            bundle.writestr(name, content)
        bundle.writestr("manifest.json", said if isinstance(said, bytes) else json.dumps(said))
    return path


def refused(path: Path, passphrase: str = "") -> str:
    with pytest.raises(BackupError) as refusal:
        read(path, passphrase)
    return str(refusal.value)


def read(path: Path, passphrase: str = "") -> Manifest:
    bundle, said = open_backup(path, passphrase)
    with bundle:
        check(bundle, said)
    return said


def test_the_file_that_these_tests_change_is_a_backup(tmp_path: Path) -> None:
    assert read(packed(tmp_path / "good.zip", manifest())).tables[0].rows == 2


@pytest.mark.parametrize("key", sorted(manifest()))
@pytest.mark.parametrize("value", [None, 1, -1, True, 1e300, "x", ["x"], [[1]], {"a": 1}])
def test_a_list_of_contents_of_a_wrong_kind_is_refused(
    key: str, value: Any, tmp_path: Path
) -> None:
    if (key, value) == ("database", "x") or (key, repr(value)) == ("version", "1"):
        return
    said = refused(packed(tmp_path / "bad.zip", {**manifest(), key: value}))
    assert "no backup of this portal, or it is damaged" in said


@pytest.mark.parametrize(
    "raw", [b"", b"[" * 200_000, b"null", b"\xff\xfe", b'{"format": 1e999}', b"NaN"]
)
def test_a_list_of_contents_that_is_none_is_refused(raw: bytes, tmp_path: Path) -> None:
    assert "no backup of this portal" in refused(packed(tmp_path / "bad.zip", raw))


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../evil",
            "/etc/evil",
            "evidence/../evil",
            "evidence/a/b",
            "evidence/.hidden",
            "evidence",
        ),
        *(
            "portal.sqlite3",
            "secret-key",
            "demo.zip",
            "static/x.css",
            "evidence\\x",
            "evidence/x\x00",
        ),
        *("", "evidence/\ud800", "evidence/" + "a" * 300),
    ],
)
def test_no_file_leaves_the_folder_of_evidence(name: str, tmp_path: Path) -> None:
    said = {**manifest(), "files": {name: ""}}
    assert "no backup of this portal" in refused(packed(tmp_path / "slip.zip", said))


def more_rows(said: dict[str, Any]) -> None:
    said["tables"][0]["rows"] += 1


def fewer_rows(said: dict[str, Any]) -> None:
    said["tables"][0]["rows"] -= 1


def other_rows(said: dict[str, Any]) -> None:
    said["tables"][0]["digest"] = "0" * 64


def other_file(said: dict[str, Any]) -> None:
    said["files"] = {"evidence/abc": "0" * 64}


def no_such_table(said: dict[str, Any]) -> None:
    said["tables"][0]["model"] = "../../faq.Topic"


def no_such_file(said: dict[str, Any]) -> None:
    said["files"]["evidence/other"] = "0" * 64


@pytest.mark.parametrize(
    "change", [more_rows, fewer_rows, other_rows, other_file, no_such_table, no_such_file]
)
def test_what_is_not_as_it_was_written_is_named(change: Change, tmp_path: Path) -> None:
    said = manifest()
    change(said)
    words = refused(packed(tmp_path / "bad.zip", said))
    assert "The backup is damaged: " in words
    assert "Nothing was changed; take another backup." in words


def test_a_table_may_stand_there_once_only(tmp_path: Path) -> None:
    said = manifest()
    said["tables"] *= 2
    assert "no backup of this portal" in refused(packed(tmp_path / "bad.zip", said))


def test_wherever_a_file_was_cut_off_or_a_byte_fell_over_is_told_in_a_sentence(
    tmp_path: Path,
) -> None:
    whole = packed(tmp_path / "good.zip", manifest()).read_bytes()
    for place in range(0, len(whole), 3):
        path = tmp_path / "cut.zip"
        path.write_bytes(whole[:place])
        refused(path)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            said = read(path)
        except BackupError:
            continue
        # What is no part of the contents, as a date, may differ; the contents are checked.
        assert said.tables[0].digest == digest_of(ROWS)[1]


def test_little_that_unpacks_to_much_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LONGEST_LINE", 1000)
    monkeypatch.setattr(archive, "LARGEST_FILE", 1000)
    monkeypatch.setattr(archive, "LONGEST_MANIFEST", 2000)
    long = b'"' + b"a" * 5000 + b'"\n'
    for parts, words in (
        ({"tables/faq.Topic.jsonl": long}, "table faq.Topic"),
        ({"tables/faq.Topic.jsonl": ROWS, "files/evidence/abc": b"0" * 5000}, "file evidence/abc"),
    ):
        said = manifest()
        if parts["tables/faq.Topic.jsonl"] == long:
            said["tables"][0] |= dict(zip(("rows", "digest"), digest_of(long), strict=True))
        assert words in refused(packed(tmp_path / "bomb.zip", said, parts))
    raw = json.dumps(manifest()).encode() + b" " * 5000
    assert "no backup" in refused(packed(tmp_path / "bomb.zip", raw))


@pytest.mark.parametrize(
    "head",
    [
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v9\n-> scrypt AAAA 10\nAAAA\n--- AAAA\n",
        b"age-encryption.org/v1\n-> scrypt "
        + b"A" * 22
        + b" 63\n"
        + b"A" * 43
        + b"\n--- "
        + b"A" * 43,
        b"age-encryption.org/v1\n" + b"-> X " + b"A" * 1_000_000 + b"\n",
        b"age-encryption.org/\xff\xfe",
    ],
    ids=["cut", "newer", "much work", "long", "no text"],
)
def test_a_hostile_head_of_an_encrypted_file_is_refused_at_once(
    head: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "locked.zip"
    path.write_bytes(head)
    assert "does not open with this passphrase" in refused(path, "a long enough passphrase")


def test_an_encrypted_file_that_was_changed_or_cut_off_does_not_open(tmp_path: Path) -> None:
    path, secret = tmp_path / "locked.zip", "a long enough passphrase"
    good = packed(tmp_path / "good.zip", manifest()).read_bytes()
    assert pyrage.passphrase.decrypt(encrypted(good, secret), secret) == good
    whole = sealed(good, secret)
    path.write_bytes(whole)
    assert read(path, secret).tables[0].rows == 2
    for changed in (whole[:-1], whole[:-40] + b"\0" + whole[-39:], whole[:200]):
        path.write_bytes(changed)
        assert "does not open with this passphrase, or it is damaged" in refused(path, secret)


RESTORE = """
import hashlib, io, json, os
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from portal.backup.rows import kept_models, lines_of
from django.apps import apps

def rows():
    digest = hashlib.sha256()
    for model in kept_models(apps):
        for line in lines_of(model, "default"):
            digest.update(line)
    return digest.hexdigest()

found = {}
for name in sorted(os.listdir(os.environ["CASES"])):
    before = rows()
    try:
        call_command("restore", os.path.join(os.environ["CASES"], name), overwrite=True,
            stdout=io.StringIO())
        said = "taken"
    except CommandError as error:
        said = str(error)
    except BaseException as error:
        said = f"TRACE {error!r}"
    found[name] = [said, rows() == before]
print(json.dumps(found))
"""


def changed_rows(
    backup: Path, out: Path, model: str, change: Callable[[list[Any]], list[Any]]
) -> None:
    """Write the backup anew with other rows, whose digests fit."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        said = json.loads(old.read("manifest.json"))
        for name in old.namelist():
            content = old.read(name)
            if name == f"tables/{model}.jsonl":
                rows = change([json.loads(line) for line in content.splitlines()])
                content = b"".join(
                    (
                        row
                        if isinstance(row, bytes)
                        else json.dumps(row, ensure_ascii=False).encode()
                    )
                    + b"\n"
                    for row in rows
                )
                [table] = [one for one in said["tables"] if one["model"] == model]
                table["rows"], table["digest"] = digest_of(content)
            if name != "manifest.json":
                new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(said))


def with_value(place: int, value: Any) -> Callable[[list[Any]], list[Any]]:
    return lambda rows: [[*rows[0][:place], value, *rows[0][place + 1 :]], *rows[1:]]


def test_rows_that_the_database_does_not_take_leave_it_as_it_was(tmp_path: Path) -> None:
    portal = Portal(tmp_path / "portal")
    kept_portal.begin(portal.folder)
    backup, cases = tmp_path / "backup.zip", tmp_path / "cases"
    portal.ok("backup", backup)
    cases.mkdir()
    with zipfile.ZipFile(backup) as bundle:
        said = json.loads(bundle.read("manifest.json"))
    columns = {table["model"]: table["columns"] for table in said["tables"]}
    text = columns["editions.Edition"].index("text_de")
    changes: dict[str, tuple[str, Callable[[list[Any]], list[Any]]]] = {
        "a chain that does not hold": ("editions.Edition", with_value(text, "Gefälscht.")),
        "a list too deep": ("faq.Topic", lambda rows: [b"[" * 100_000, *rows]),
        "a row that another one names is gone": ("faq.Topic", lambda rows: rows[1:]),
        "no text": ("faq.Topic", lambda rows: [b"\xff\xfe", *rows]),
        "too large a number": ("faq.Topic", with_value(0, 10**30)),
        "twice the same": ("faq.Topic", lambda rows: [*rows, rows[0]]),
    }
    for name, (model, change) in changes.items():
        changed_rows(backup, cases / name, model, change)
    portal.environment["CASES"] = str(cases)
    found = json.loads(portal.ok("shell", "-c", RESTORE).splitlines()[-1])
    assert found.keys() == changes.keys()
    for name, (words, is_same) in found.items():
        assert is_same, name
        assert ("chain" if "chain" in name else "damaged") in words, (name, words)
        assert "Nothing was changed" in words, (name, words)
    del portal.environment["CASES"]
    broken = cases / "a chain that does not hold"
    portal.ok("restore", broken, "--overwrite", "--despite-chain")
    assert portal.manage("verify_editions").returncode == 1

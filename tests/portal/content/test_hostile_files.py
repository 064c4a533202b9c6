"""Any file is answered in a sentence with its place, and leaves nothing half-written."""

from __future__ import annotations

import json
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notices.firm.models import Organisation
from portal.content.kinds import CURRENT, KINDS
from portal.content.reading import LARGEST, MOST_RECORDS, ContentError, read
from tests.factories import make_user

HEAD = {"format": "lupe-content", "version": 1}


def content(**lists: Any) -> bytes:
    return json.dumps({**HEAD, **lists}).encode()


def topic(**fields: Any) -> bytes:
    return content(topics=[{"key": "one", **fields}])


HOSTILE: list[tuple[bytes, str]] = [
    (b"", "line 1, column 1: This is not JSON"),
    (b"\xff\xfe", "The file is not UTF-8 text."),
    (b"[]", "format: This is no file of content"),
    (b'{"format": "lupe-backup"}', "format: This is no file of content"),
    (content(version=2), "version: This release reads version 1, not 2."),
    (content(version=True), "version: This release reads version 1, not true."),
    (content(surprise=[]), "'surprise': Nothing of this name is known."),
    (content(topics={}), "topics: This must be a list, not an object."),
    (content(topics=[[]]), "topics[0]: A record must be an object, not a list."),
    (content(topics=[{}]), "topics[0].key: This must not be missing."),
    (topic(colour="red"), "topics[0].'colour': No such field is known."),
    (content(topics=[{"key": "a"}, {"key": "a"}]), "topics[1]: topics has 'a' twice."),
    (topic(title="Titel"), "topics[0].title: This must be a text per language, not 'Titel'."),
    (topic(title={"xx": "x"}), "topics[0].title: 'xx' is no language of this portal."),
    (topic(title={"de": 1}), "topics[0].title.de: This must be a text, not 1."),
    (topic(title={"de": "a\0b"}), r"title.de: There is a sign that no page can show: '\x00'"),
    (topic(title={"de": "\ud800"}), r"title.de: There is a sign that no page can show: '\ud800'"),
    (topic(title={"de": "\x1b[2J"}), r"title.de: There is a sign that no page can show: '\x1b'"),
    (topic(position=True), "topics[0].position: This must be a whole number"),
    (topic(position="1"), "topics[0].position: This must be a whole number"),
    (topic(position=-1), "position: This must be a whole number from 0 to 32767, not -1."),
    (topic(position=99999), "topics[0].position: This must be a whole number from 0 to 32767"),
    (content(topics="x" * 100), "topics: This must be a list, not 'xxx"),
    (b'{"format": NaN}', "NaN is no number that this format knows."),
    (b'{"format": -Infinity}', "-Infinity is no number that this format knows."),
    (b'{"format": 1e999}', "1e999 is no whole number."),
    (b'{"format": ' + b"9" * 5000 + b"}", "The number 999999999… has more than 9 digits."),
    (b'{"format": 1, "format": 2}', "'format': This name stands twice in one object."),
    (b"[" * 500_000, "The file is nested too deeply."),
    (b'{"a":' * 100_000 + b"1", "The file is nested too deeply."),
    (b" " * (LARGEST + 1), "The file is larger than 10 MB."),
    (content(topics=[{}] * (MOST_RECORDS + 1)), "topics: These are more than 5000 records."),
    (content(questions=[{"key": "a", "related": ["b", "b"]}]), "related: The same stands here"),
    (content(questions=[{"key": "a", "reviewed_on": "gestern"}]), "'gestern' is no date"),
    (
        content(texts=[{"notice": "a", "in_force_from": "2031-01-01T00:00"}]),
        "in_force_from: '2031-01-01T00:00' does not say in which time zone it is.",
    ),
    (content(texts=[{"notice": "a", "current": ["xx"]}]), "current: 'xx' is no language"),
    (content(wordings=[{"safeguard": "a"}]), "wordings[0].state: This must not be missing."),
    (content(organisation=[{}, {}]), "organisation has '' twice."),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "sentence"), HOSTILE, ids=[words[:40] for _raw, words in HOSTILE])
def test_it_is_answered_in_one_sentence_that_names_the_place(raw: bytes, sentence: str) -> None:
    with pytest.raises(ContentError) as refused:
        read(raw)
    told = str(refused.value)
    assert sentence in told
    assert len(told) < 200
    assert told.isprintable()


@pytest.mark.django_db
def test_ten_megabytes_of_text_are_refused_by_the_rule_of_the_field() -> None:
    raw = topic(title={"de": "x" * (LARGEST - 200)}, slug={"de": "a", "en": "b"})
    told = _refused(raw)
    assert "topics/one.title.de: Ensure this value has at most 60 characters" in told


@pytest.mark.django_db
def test_questions_that_name_each_other_in_a_circle_are_no_endless_way() -> None:
    rows = [{"key": one, "related": [other]} for one, other in ("ab", "bc", "ca")]
    told = _refused(content(questions=rows))
    assert "questions/a.topic: This field is required." in told


@pytest.mark.django_db
def test_the_command_says_what_it_would_do_and_asks_who_does_it(tmp_path: Path) -> None:
    file = tmp_path / "content.json"
    file.write_bytes(topic(title={"de": "Eins", "en": "One"}, slug={"de": "eins", "en": "one"}))
    out = StringIO()
    call_command("import_content", file, stdout=out)
    assert out.getvalue().splitlines() == [
        "topics/one: added",
        "1 added.",
        "Nothing was changed. --apply --by NAME stores it.",
    ]
    with pytest.raises(CommandError, match="--apply needs --by NAME"):
        call_command("import_content", file, apply=True)
    with pytest.raises(CommandError, match="no account of staff named 'nobody'"):
        call_command("import_content", file, apply=True, by="nobody")
    call_command("import_content", file, apply=True, by=make_user("editor").username, stdout=out)
    again = tmp_path / "again.json"
    call_command("export_content", again, stdout=out)
    assert json.loads(again.read_bytes())["topics"][0]["title"]["en"] == "One"
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_content", again)
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("export_content", tmp_path / "no" / "folder.json")
    with pytest.raises(CommandError, match="It cannot be read: No such file"):
        call_command("import_content", tmp_path / "nothing.json")


def test_the_description_names_every_list_and_every_field() -> None:
    text = (Path(__file__).parents[3] / "portal/content/README.md").read_text(encoding="utf-8")
    for kind in KINDS:
        _before, _heading, section = text.partition(f"### `{kind.name}`")
        section = section.partition("\n### ")[0]
        assert [name for name in kind.names if f"`{name}`" not in section] == []
    assert f"`{CURRENT}`" in text


def _refused(raw: bytes) -> str:
    """Return what the command says about a file, and see that it stored nothing."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(raw)
        file.flush()
        told = StringIO()
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("import_content", Path(file.name), stderr=told)
    assert not Organisation.objects.exists()
    return told.getvalue()

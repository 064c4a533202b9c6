"""The German catalogue: complete, compiled, and of the same texts as the code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from string import Formatter

import polib
import pytest
from django.conf import settings

GERMAN = Path("locale/de/LC_MESSAGES")
PO = settings.BASE_DIR / GERMAN / "django.po"
MO = settings.BASE_DIR / GERMAN / "django.mo"
SOURCES = ("portal", "notices", "templates", "locale")


def test_every_text_is_translated() -> None:
    catalogue = polib.pofile(str(PO))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_the_compiled_catalogue_matches_its_source() -> None:
    assert texts(polib.mofile(str(MO))) == texts(polib.pofile(str(PO)))


def test_translations_keep_the_placeholders() -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(PO))
        if entry.msgstr and placeholders(entry.msgid) != placeholders(entry.msgstr)
    ]
    assert wrong == []


def test_the_catalogue_has_every_text_of_the_code(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        assert os.environ.get("CI") != "true", "install gettext"
        pytest.skip("gettext is not installed")
    for folder in SOURCES:
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder)
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "de", "--no-obsolete"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
    )
    written = texts(polib.pofile(str(PO)))
    found = texts(polib.pofile(str(tmp_path / GERMAN / "django.po")))
    assert sorted(map(str, found.keys() ^ written.keys())) == []


Texts = dict[tuple[str | None, str], tuple[str, dict[int, str]]]


def texts(catalogue: polib.POFile | polib.MOFile) -> Texts:
    return {
        (entry.msgctxt, entry.msgid): (entry.msgstr, dict(entry.msgstr_plural))
        for entry in catalogue
        if not entry.obsolete
    }


def placeholders(text: str) -> set[str]:
    """Return the names in `%(name)s` and in `{name}`."""
    percent = {part.split(")")[0] for part in text.split("%(")[1:]}
    return percent | {name for _, name, _, _ in Formatter().parse(text) if name}

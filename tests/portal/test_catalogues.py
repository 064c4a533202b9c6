"""The German catalogue: complete, compiled, and of the same texts as the code."""

from __future__ import annotations

import ast
import os
import re
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
IN_TEMPLATE = re.compile(r"""(?:\btranslate\s+|\b_\()(["'])(.+?)\1""")


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


# What asks for one text, without a number. In templates `blocktranslate` takes care of itself.
ALONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}


def test_no_text_is_asked_for_both_alone_and_with_a_number() -> None:
    """Python 3.11.2 (Debian 12) does not find such a text alone, and would show it in English."""
    counted = {entry.msgid for entry in polib.pofile(str(PO)) if entry.msgid_plural}
    both = {
        (str(path.relative_to(settings.BASE_DIR)), text)
        for folder in SOURCES
        for path in (settings.BASE_DIR / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"}
        for text in asked_alone(path) & counted
    }
    assert counted
    assert both == set()


def asked_alone(path: Path) -> set[str]:
    """Return the texts that a file asks for without a number."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        return {text for _quote, text in IN_TEMPLATE.findall(source)}
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", None)) in ALONE
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


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

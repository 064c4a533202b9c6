"""Only the settings name a language; all other code asks `notices/firm/languages.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

CODES = [code for code, _name in settings.LANGUAGES]
COLUMN = re.compile(rf"\w*_(?:{'|'.join(CODES)})(?:__\w+)?")
IN_TEMPLATE = re.compile(rf"\w_(?:{'|'.join(CODES)})\b|[\"'](?:{'|'.join(CODES)})[\"']")
# What joins two German words may look like a language.
MAY_NAME_THEM = {
    "portal/settings.py",
    "notices/firm/languages.py",
    "notices/lib/spelling.py",
}


def places(source: str) -> Iterator[int]:
    """Yield the lines of a module that name a language or a column of one."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)):
                named = text in CODES or COLUMN.fullmatch(text)
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                named = COLUMN.fullmatch(name)
            case ast.keyword(arg=str(name)) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                named = COLUMN.fullmatch(name)
            case _:
                named = None
        if named:
            yield getattr(node, "lineno", 0)


def modules() -> dict[str, str]:
    found = [path for room in ("notices", "portal") for path in _below(room, "*.py")]
    return {
        name: path.read_text("utf-8")
        for path in found
        if "/migrations/" not in (name := _name(path)) and name not in MAY_NAME_THEM
    }


def templates() -> dict[str, str]:
    found = [path for kind in ("*.html", "*.txt", "*.xml") for path in _below("templates", kind)]
    return {_name(path): path.read_text("utf-8") for path in found}


def _below(room: str, pattern: str) -> Iterator[Path]:
    return (settings.BASE_DIR / room).rglob(pattern)


def _name(path: Path) -> str:
    return path.relative_to(settings.BASE_DIR).as_posix()


@pytest.mark.parametrize(
    "source",
    [
        "row.title_de",
        'row = f(title_en="")',
        'x = "de"',
        'fields = ["slug_en"]',
        "def f(reason_de: str) -> None: ...",
        'x = {"en": 1}',
        "text_de = 1",
    ],
)
def test_the_rule_sees_what_names_a_language(source: str) -> None:
    assert list(places(source))


@pytest.mark.parametrize("source", ['x = "define"', "row.code", '"in_de_x"', "# de\nx = 1"])
def test_the_rule_leaves_other_words_alone(source: str) -> None:
    assert not list(places(source))


def test_no_module_names_a_language() -> None:
    named = {name for name, source in modules().items() if list(places(source))}
    assert sorted(named) == []


def test_no_template_names_a_language() -> None:
    named = {name for name, source in templates().items() if IN_TEMPLATE.search(source)}
    assert sorted(named) == []

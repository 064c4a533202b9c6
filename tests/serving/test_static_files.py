"""Static files as a server sends them: small, named by what is in them, compressed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.serving.static_files import small

PACKED = (".br", ".gz")


def test_a_style_sheet_loses_only_what_its_authors_need() -> None:
    css = "/* why */\n.a > b {\n  margin: calc(1px + 2px);\n}\n@media print { i { color: red } }"
    assert small(css) == ".a>b{margin:calc(1px + 2px)}@media print{i{color:red}}"


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> dict[str, Path]:
    """Collect the portal's own files; return where each stands, by its name in templates."""
    settings.STATIC_ROOT = tmp_path
    storage = {"BACKEND": "portal.serving.static_files.SmallStaticFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    names = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    return {name: tmp_path / kept for name, kept in names.items()}


def test_collected_style_sheets_are_small_and_named_by_what_is_in_them(
    collected: dict[str, Path],
) -> None:
    sheet = collected["css/portal.css"]
    css = sheet.read_text(encoding="utf-8")
    assert "/*" not in css
    assert "prefers-color-scheme:dark" in css
    packed = sheet.with_name(sheet.name + ".gz").read_bytes()
    assert gzip.decompress(packed).decode() == css
    assert len(packed) <= 8 * 1024


def test_no_file_stands_there_a_second_time_under_its_name_in_templates(
    collected: dict[str, Path], tmp_path: Path
) -> None:
    packed = {path.with_name(path.name + end) for path in collected.values() for end in PACKED}
    there = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert collected
    assert there - packed == {*collected.values(), tmp_path / "staticfiles.json"}

"""Static files as a server sends them: small, named by what is in them, compressed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

from portal.serving.static_files import small


def test_a_style_sheet_loses_only_what_its_authors_need() -> None:
    css = "/* why */\n.a > b {\n  margin: calc(1px + 2px);\n}\n@media print { i { color: red } }"
    assert small(css) == ".a>b{margin:calc(1px + 2px)}@media print{i{color:red}}"


def test_collected_style_sheets_are_small_and_named_by_what_is_in_them(
    tmp_path: Path, settings: Any
) -> None:
    settings.STATIC_ROOT = tmp_path
    storage = {"BACKEND": "portal.serving.static_files.SmallStaticFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    names = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    sheet = tmp_path / names["css/portal.css"]
    css = sheet.read_text(encoding="utf-8")
    assert "/*" not in css
    assert "prefers-color-scheme:dark" in css
    packed = sheet.with_name(sheet.name + ".gz").read_bytes()
    assert gzip.decompress(packed).decode() == css
    assert len(packed) <= 8 * 1024

"""The recipes of CONTRIBUTING.md and SECURITY.md name files that are really there."""

from __future__ import annotations

import re

import pytest
from django.conf import settings


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_file_it_names_exists(document: str) -> None:
    text = (settings.BASE_DIR / document).read_text(encoding="utf-8")
    roots = r"(?:portal|notices|templates|tests|locale)/"
    paths = set(re.findall(rf"`({roots}[\w./*-]+)`", text))
    assert paths
    assert [path for path in sorted(paths) if not list(settings.BASE_DIR.glob(path))] == []

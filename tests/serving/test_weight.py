"""What a first visit weighs on the wire: one page, one stylesheet."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from portal.serving.static_files import small
from tests.pages import page_path

from .cache import Portal

LONG = 15 * 1024
SHORT = 10 * 1024
PAGES = {
    "page-home": SHORT,
    "meeting-detail": SHORT,
    "question-detail": SHORT,
    "safeguard-list": LONG,
    "question-list": LONG,
    "notice-detail": LONG,
    "archive-list": LONG,
}
STYLESHEET = re.compile(r'<link [^>]*rel="stylesheet"[^>]*>')


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_first_visit_is_light_and_takes_two_requests(
    starter: None, portal: Portal, name: str
) -> None:
    with_page = portal.get(page_path(name, "de"))
    portal.follow_up()
    received = portal.get(page_path(name, "de"))
    assert received.content == with_page.content
    sheets = STYLESHEET.findall(received.text)
    blocking = [sheet for sheet in sheets if 'media="print"' not in sheet]
    assert len(blocking) == 1
    assert "<script" not in received.text
    path = re.search(r'href="/static/([^"]+)"', blocking[0])
    assert path
    # As it is collected; the tests themselves run on the sources.
    css = small(Path(settings.BASE_DIR, "static", path[1]).read_text(encoding="utf-8"))
    weight = len(received.raw) + len(brotli.compress(css.encode(), quality=11))
    assert weight <= PAGES[name], f"{name}: {len(received.raw)} + {weight - len(received.raw)}"

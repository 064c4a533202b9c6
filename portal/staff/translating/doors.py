"""The addresses of the translation board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from . import board_page


def doors(page: Callable[[Any], Any]) -> list[URLPattern]:
    """Return the pages, each let in and framed by `page`."""
    return [
        path("uebersetzungen/<language>/", page(board_page.board), name="translations"),
        path("uebersetzungen/<language>/datei/", page(board_page.export), name="translations-file"),
        path(
            "uebersetzungen/<language>/stimmt/",
            page(board_page.still_right),
            name="translations-still-right",
        ),
    ]

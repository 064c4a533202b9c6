"""Rules of the house: no folder is a heap, no file holds two nouns or two acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

MOST_MODULES, MOST_LINES = 16, 350
ROOMS = ("portal", "notices")


def modules(rooms: tuple[str, ...] = ROOMS) -> Iterator[Path]:
    for room in rooms:
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            if path.parent.name != "migrations":
                yield path.relative_to(settings.BASE_DIR)


def test_no_room_has_become_a_heap() -> None:
    heaps = Counter(path.parent for path in modules())
    assert heaps[Path("notices/firm")] > 5
    assert {room: n for room, n in heaps.items() if n > MOST_MODULES} == {}


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lines = {
        path: len((settings.BASE_DIR / path).read_text().splitlines())
        for path in modules((*ROOMS, "tests"))
    }
    assert lines[Path("tests/portal/test_rooms.py")] > 10
    assert {path: n for path, n in lines.items() if n > MOST_LINES} == {}


def test_every_room_says_what_is_inside() -> None:
    silent = [
        path
        for path in modules()
        if path.name == "__init__.py"
        and not (settings.BASE_DIR / path).read_text().startswith('"""')
        and not {"management", "commands", "templatetags"} & set(path.parts)
    ]
    assert silent == []

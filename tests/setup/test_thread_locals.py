"""Threads of a server note language, zone and prefix each for itself, and wait for no other."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import timezone, translation

from portal.setup.thread_locals import NOTED, use_own
from tests.servers import ROOT, environment

TYPES = "print({type(getattr(module, name)).__module__ for module, name in NOTED})"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in NOTED:
        monkeypatch.setattr(module, name, getattr(module, name))
    use_own()


def in_another_thread(ask: Callable[[], object]) -> object:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(ask()))
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.usefixtures("own")
def test_each_thread_has_its_own_language_zone_and_prefix() -> None:
    def noted() -> object:
        zone = timezone.get_current_timezone_name()
        return translation.get_language(), zone, get_script_prefix(), get_urlconf()

    untouched = in_another_thread(noted)
    with translation.override("en"), timezone.override("Asia/Tokyo"):
        set_script_prefix("/portal/")
        set_urlconf("tests.urls")
        assert noted() == ("en", "Asia/Tokyo", "/portal/", "tests.urls")
        assert in_another_thread(noted) == untouched == ("de", "Europe/Berlin", "/", None)
    set_urlconf(None)


@pytest.mark.usefixtures("own")
def test_a_language_ends_where_it_is_said_to_end() -> None:
    with translation.override("en"):
        assert translation.gettext("Safeguards") == "Safeguards"
        with translation.override("de", deactivate=True):
            assert translation.gettext("Safeguards") == "Schutz"
        assert translation.get_language() == "de"
    with translation.override(None):
        assert translation.get_language() is None


def test_the_door_of_the_server_puts_them_in_the_place_of_those_with_a_lock(
    tmp_path: Path,
) -> None:
    code = f"from portal.setup.thread_locals import NOTED; {TYPES}; import portal.wsgi; {TYPES}"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(tmp_path, 0),
        capture_output=True,
        text=True,
        check=True,
    )
    # Django's own are there and are what they are taken for; other tests may have opened the door.
    assert answer.stdout.split() == ["{'asgiref.local'}", "{'_thread'}"]

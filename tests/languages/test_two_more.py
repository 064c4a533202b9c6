"""Two languages, one from right to left, are added to a copy as CONTRIBUTING says."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests import kept_portal
from tests.pages import PAGES
from tests.servers import Server, free_port, running

# In the lane of the browser: it takes a portal of its own and a server.
pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
MORE = {"tr": "Türkçe", "ar": "العربية"}
ALL = ["de", "en", *MORE]
LINE = re.compile(r"^LANGUAGES = \[(.*)\]$", re.MULTILINE)
FALLBACK = {
    "tr": "Bu bölüm şimdilik yalnızca Almanca.",
    "ar": "هذا الجزء متوفر حتى الآن بالألمانية فقط.",
}
# What the acts and the commands said, once all of it is done.
SAID = "said.json"
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@dataclass
class Copy:
    """A copy of the project, its database, and what staff then did in it."""

    folder: Path
    port: int
    found: dict[str, Any]
    told: dict[str, str]

    @property
    def env(self) -> dict[str, str]:
        return environment(self.folder, self.port)

    def page(self, path: str) -> str:
        host = {"Host": f"localhost:{self.port}"}
        with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", headers=host)) as answer:
            return str(answer.read().decode())


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder / "project"),
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "SECRET_KEY": "only-for-two-more-languages-" * 3,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return a portal of one's own with the languages: made once, and copied for each worker."""
    if shutil.which("msgfmt") is None:
        assert os.environ.get("CI") != "true", "install gettext"
        pytest.skip("gettext is not installed")
    run_folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run_folder = run_folder.parent
    made, folder = run_folder / "with-more-languages", tmp_path_factory.mktemp("grown")
    with (run_folder / "more-languages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / SAID).exists():
            shutil.rmtree(made, ignore_errors=True)
            grow(made)
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return Copy(folder, free_port(), **json.loads((folder / SAID).read_text()))


def grow(folder: Path) -> None:
    """Set up the portal, add the languages by the recipe, bring it up to date, and publish."""
    project = folder / "project"
    for name in ("notices", "portal", "templates", "static", "locale"):
        shutil.copytree(settings.BASE_DIR / name, project / name)
    (project / "tests").mkdir()
    for name in ("manage.py", "tests/__init__.py", "tests/pages.py"):
        shutil.copy(settings.BASE_DIR / name, project / name)

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=project,
            env=environment(folder, port=8000),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    kept_portal.begin(folder)
    told = add_languages(project, run)
    run("manage.py", "prepare")
    said = run(str(HERE / "staff_acts.py"), str(folder), *sorted(PAGES))
    (folder / SAID).write_text(json.dumps({"found": json.loads(said), "told": told}))


def add_languages(project: Path, run: Callable[..., str]) -> dict[str, str]:
    """Follow the recipe "Add a language"; nothing else in the project is touched."""
    path = project / "portal/settings.py"
    added = "".join(f', ("{code}", "{name}")' for code, name in MORE.items())
    text, count = LINE.subn(rf"LANGUAGES = [\1{added}]", path.read_text("utf-8"))
    assert count == 1
    path.write_text(text, "utf-8")
    told = {"makemigrations": run("manage.py", "makemigrations")}
    for code in MORE:
        catalogue = project / "locale" / code / "LC_MESSAGES"
        catalogue.mkdir(parents=True)
        shutil.copy(HERE / "catalogues" / f"{code}.po", catalogue / "django.po")
    run("manage.py", "compilemessages", *(f"--locale={code}" for code in MORE))
    told["check"] = run("manage.py", "makemigrations", "--check", "--dry-run")
    return told


@pytest.fixture(scope="module")
def served(grown: Copy) -> Iterator[Copy]:
    command = [sys.executable, "manage.py", "serve", "--prepare"]
    with running(command, grown.port, grown.env, grown.folder / "project") as server:
        assert isinstance(server, Server)
        yield grown


def test_the_recipe_is_what_these_tests_do() -> None:
    text = (settings.BASE_DIR / "CONTRIBUTING.md").read_text("utf-8")
    recipe = text.split("### Add a language\n")[1].split("\n### ")[0]
    named = (
        "`portal/settings.py`",
        "`LANGUAGES`",
        "makemigrations`",
        "`locale/`",
        "compile-messages",
    )
    places = [recipe.index(one) for one in named]
    assert places == sorted(places)


def test_migrations_are_made_and_nothing_else_is_left_to_do(grown: Copy) -> None:
    assert "Add field text_tr to edition" in grown.told["makemigrations"]
    assert "Add field slug_ar to question" in grown.told["makemigrations"]
    assert "No changes detected" in grown.told["check"]


def test_what_was_sealed_before_stays_as_it_was_and_provable(grown: Copy) -> None:
    assert grown.found["kept"] is True
    assert grown.found["problems"] == []


def test_an_edition_is_published_corrected_and_redacted_in_every_language(grown: Copy) -> None:
    covered = grown.found["covered"]
    assert sorted(covered) == sorted(ALL)
    assert covered["ar"]["html"].endswith("<p>هذا النص باللغة العربية.</p>")
    assert covered["tr"]["made_from"] == covered["ar"]["made_from"] == covered["en"]["made_from"]
    assert "için için" in covered["tr"]["html"]
    assert "Bu metin sizin için. Sorular: ‹karartıldı›." in grown.found["corrected"]["tr"]


def test_the_export_is_verified_without_a_network_and_has_every_language(grown: Copy) -> None:
    path = grown.folder / "nachweis.zip"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        archive.extract("verify.py", grown.folder)
    for code in ALL:
        assert f"fassungen/video-meetings/2.{code}.html" in names
    command = [sys.executable, "-I", str(grown.folder / "verify.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "Unverändert: Alle Dateien, Fassungen und Ketten stimmen.",
    )


@pytest.mark.parametrize("language", MORE)
def test_every_page_names_its_language_and_leads_to_all_others(served: Copy, language: str) -> None:
    direction = "rtl" if language == "ar" else "ltr"
    for name, path in served.found["pages"][language].items():
        page = served.page(path)
        assert f'<html lang="{language}" dir="{direction}">' in page, name
        assert re.findall(r'rel="alternate" hreflang="(\w+)"', page) == ALL, name
        for code in set(ALL) - {language}:
            path = served.found["pages"][code][name]
            assert re.search(rf'href="{path}[^"]*"\s+lang="{code}"\s+hreflang="{code}"', page), name


@pytest.mark.parametrize("language", MORE)
def test_what_is_not_translated_is_shown_in_german_and_says_so(served: Copy, language: str) -> None:
    letter = served.page(served.found["pages"][language]["notice-detail"])
    assert FALLBACK[language] in letter
    assert re.search(r'<div class="text" lang="de"( dir="ltr")?>', letter)
    assert ('lang="de" dir="ltr"' in letter) == (language == "ar")


@pytest.mark.parametrize("language", ALL)
def test_an_address_that_does_not_exist_is_said_not_to(served: Copy, language: str) -> None:
    missing = served.found["pages"][language]["notice-list"] + "nirgends/"
    with pytest.raises(HTTPError) as answer:
        served.page(missing)
    assert answer.value.code == 404
    assert f'<html lang="{language}"' in answer.value.read().decode()


def test_a_translated_text_stands_under_its_own_address(served: Copy) -> None:
    page = served.page("/ar/hinweise/video-ar/")
    assert "<p>هذا النص باللغة العربية.</p>" in page
    assert FALLBACK["ar"] not in page
    assert "إعدادات الحماية" in page


def test_the_interface_speaks_every_language(served: Copy) -> None:
    answer = json.loads(served.page("/api/safeguards.json"))
    described = json.loads(served.page("/api/openapi.json"))["components"]["schemas"]
    assert list(answer["safeguards"][0]["name"]) == ALL
    for name in ("Text", "Words", "Page"):
        assert described[name]["required"] == list(described[name]["properties"]) == ALL


@pytest.mark.parametrize("language", MORE)
def test_no_page_scrolls_sideways(served: Copy, browser: Browser, language: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for name, path in served.found["pages"][language].items():
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(f"http://localhost:{served.port}{path}")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            shown, room = page.evaluate(WIDTHS)
            assert shown <= room, f"{name} at {width}"
        assert page.evaluate("getComputedStyle(document.body).direction") == (
            "rtl" if language == "ar" else "ltr"
        )
        if name == "page-home":
            # Marks stand beside the words that they belong to, on the side where reading begins.
            mark, words = (
                page.locator(f".qa > div:first-child {one}").bounding_box()
                for one in ("svg", "dt a")
            )
            assert mark
            assert words
            before = mark["x"] if language == "ar" else words["x"]
            after = words["x"] + words["width"] if language == "ar" else mark["x"] + mark["width"]
            assert after <= before
    page.close()

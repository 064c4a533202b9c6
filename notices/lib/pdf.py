"""HTML to a tagged PDF, made in a process of its own: WeasyPrint never runs in a web worker.

WeasyPrint and its C libraries are an optional extra; without them nothing here breaks.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
import subprocess
import sys
from base64 import b64decode
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 60
TRIES = 3
MEMORY_BYTES = 2 * 1024**3
MAX_HTML_BYTES = 4 * 1024**2
ROOT = Path(__file__).resolve().parents[2]
# What WeasyPrint loads, by the names it has on Linux and on macOS.
LIBRARIES = (
    ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)
# The process sees nothing else of the environment: no secret, no database.
PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "VIRTUAL_ENV"),
    *("FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
)
PICTURE = re.compile(r"data:(image/png|image/svg\+xml);base64,")
TOO_LARGE = "The page is too large for a PDF."
TOO_SLOW = "Making the PDF took too long."
NOT_MADE = "The PDF could not be made."
ABSENT = "The PDF extra is not installed."


logger = logging.getLogger(__name__)


class PdfError(Exception):
    """No PDF came out."""


def is_available() -> bool:
    """Say whether WeasyPrint and its libraries are here, without importing it."""
    return find_spec("weasyprint") is not None and _has_libraries()


def from_html(html: str) -> bytes:
    """Return `html`, a whole page with `lang` and `title`, as PDF/UA; equal input, equal bytes.

    Nothing is fetched: styles stand in the page, pictures are inline SVG or `data:`.
    """
    source = html.encode()
    if len(source) > MAX_HTML_BYTES:
        raise PdfError(TOO_LARGE)
    if not is_available():
        raise PdfError(ABSENT)
    for _try in range(TRIES):
        made = _make(source)
        if made.returncode >= 0:
            break
        # Ended by a signal: a machine short of memory ends whom it likes.
        logger.warning(
            "The process that made a PDF was ended by signal %d. %s",
            -made.returncode,
            made.stderr.decode(errors="replace").strip(),
        )
    if made.returncode or not made.stdout.startswith(b"%PDF-"):
        said = made.stderr.decode(errors="replace").strip().splitlines()
        raise PdfError(" ".join([NOT_MADE, *said[-1:]]))
    return made.stdout


def _make(source: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # Font subsets carry a date of making; a fixed one keeps the bytes equal.
    environment |= {"SOURCE_DATE_EPOCH": "0", "PYTHONIOENCODING": "utf-8"}
    try:
        return subprocess.run(
            [sys.executable, "-X", "faulthandler", "-m", "notices.lib.pdf"],
            input=source,
            capture_output=True,
            cwd=ROOT,
            env=environment,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PdfError(TOO_SLOW) from None
    except OSError as failure:
        raise PdfError(NOT_MADE) from failure


@cache
def _has_libraries() -> bool:
    return all(any(_loads(name) for name in names) for names in LIBRARIES)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _give_items_bodies(_document: object, made: Any) -> None:
    """Put whatever an item of a list holds into its body: PDF/UA allows a label and a body only.

    WeasyPrint does so for words, and sets paragraphs and blocks beside the body.
    """
    from pydyf import Array, Dictionary  # type: ignore[import-untyped]

    elements = {
        one.reference: one
        for one in made.objects
        if isinstance(one, Dictionary) and one.get("Type") == "/StructElem"
    }
    for item in [one for one in elements.values() if one["S"] == "/LI"]:
        kids = [(kid, elements.get(kid)) for kid in item["K"]]
        labels = [kid for kid, one in kids if one is not None and one["S"] == "/Lbl"]
        parts = [(kid, one) for kid, one in kids if one is not None and kid not in labels]
        if all(one["S"] == "/LBody" for _kid, one in parts):
            continue
        body = Dictionary({**item, "S": "/LBody", "P": item.reference})
        body["K"] = Array([kid for kid, _one in parts])
        made.add_object(body)
        for _kid, one in parts:
            one["P"] = body.reference
            if one["S"] == "/LBody":
                one["S"] = "/NonStruct"
        item["K"] = Array([*labels, body.reference])


def _main() -> None:
    """Read HTML from standard input, write the PDF to standard output."""
    # Only in this process: Windows has no `resource`, the web workers no WeasyPrint.
    import resource

    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, TIMEOUT_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        # Some systems know no such limit; the time-out of the parent holds everywhere.
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    source = sys.stdin.buffer.read()
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

    def refuse(url: str, *_more: object, **_options: object) -> URLFetcherResponse:
        # A picture that stands in the page itself: nothing is fetched.
        if found := PICTURE.match(url):
            return URLFetcherResponse(
                url, b64decode(url[found.end() :]), {"Content-Type": found[1]}
            )
        raise FatalURLFetchingError(f"refused to fetch {url[:200]}")

    document = HTML(string=source.decode(), url_fetcher=refuse)
    made = document.write_pdf(pdf_variant="pdf/ua-1", finisher=_give_items_bodies)
    sys.stdout.buffer.write(made or b"")
    sys.stdout.buffer.flush()
    # The PDF is out. Pango's objects are not taken apart one by one: a C library that stumbles
    # while the interpreter ends must not cost a finished document.
    os._exit(0)


if __name__ == "__main__":
    _main()

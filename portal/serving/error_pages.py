"""Error pages as files: they know the firm's phone number without the database."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext

from notices.firm.days import day_of
from notices.firm.models import Organisation

from . import maintenance

STATUSES = (404, 500, 503)
PLANNED = "maintenance"


def write(until: datetime | None = None) -> list[Path]:
    """Write every error page in every language; return the files.

    `until` is the end of a maintenance about to be announced.
    """
    organisation = Organisation.objects.current()
    until = until or maintenance.planned_until()
    folder().mkdir(parents=True, exist_ok=True)
    # A proxy with an account of its own serves them too.
    folder().chmod(0o755)
    written = []
    for language, _name in settings.LANGUAGES:
        pages = {str(status): render(status, language, organisation) for status in STATUSES}
        if until:
            pages[PLANNED] = render(503, language, organisation, until)
        for name, page in pages.items():
            _replace(_file(name, language), page)
            written.append(_file(name, language))
    return written


def write_when_saved(**kwargs: object) -> None:
    """Write the pages once the profile is stored (receiver of `post_save`)."""
    # Robust: what staff have saved is saved, even if the disk is full.
    transaction.on_commit(write, robust=True)


def render(
    status: int, language: str, organisation: Organisation, until: datetime | None = None
) -> str:
    """Render one page as it will lie in the file."""
    with translation.override(language):
        return render_to_string(
            f"{status}.html",
            {
                "layout": "_standalone.html",
                "organisation": organisation,
                "stylesheet": _stylesheet(),
                "until": until,
                "until_today": until is not None and day_of(until) == day_of(timezone.now()),
            },
        )


def read(name: str, language: str) -> str | None:
    """Return the page from its file, or None if it was never written."""
    with suppress(OSError, UnicodeDecodeError):
        return _file(name, language).read_text(encoding="utf-8")
    return None


def built_in(status: int, language: str) -> str:
    """Return a page that needs neither file nor template nor database."""
    with translation.override(language):
        sentences = {
            404: gettext("Page not found."),
            500: gettext("Sorry, that did not work."),
            503: gettext("This site is currently unavailable."),
        }
        return format_html(
            '<!doctype html>\n<html lang="{0}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            "<title>{1}</title>\n</head>\n<body><h1>{1}</h1><p>{2}</p></body>\n</html>\n",
            language,
            sentences[status],
            gettext("Please try again in a few minutes."),
        )


def folder() -> Path:
    """Return the folder of the pages; a proxy may serve them from there too."""
    chosen: Path = settings.ERROR_PAGES_DIR
    return chosen


def _file(name: str, language: str) -> Path:
    return folder() / f"{name}.{language}.html"


def _stylesheet() -> str:
    path = "css/portal.css"
    try:
        return static(path)
    except ValueError:
        # The starter content is loaded before the static files are collected.
        return f"{settings.STATIC_URL}{path}"


def _replace(path: Path, text: str) -> None:
    """Write in one step: a reader gets the old page or the new one, never half of it."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, encoding="utf-8", delete=False
    ) as unfinished:
        new = Path(unfinished.name)
        try:
            unfinished.write(text)
            unfinished.flush()
            # Temporary files are private; another account may serve these.
            new.chmod(0o644)
            new.replace(path)
        except OSError:
            new.unlink(missing_ok=True)
            raise

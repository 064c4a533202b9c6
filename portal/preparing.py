"""Bring a new or updated installation to the state in which it can serve."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection

from notices.faq import indexing
from notices.faq.models import SearchEntry
from notices.firm.models import Organisation
from portal import error_pages
from portal.env import ConfigurationError

STATIC_STAMP = ".collected"


def reach_database() -> None:
    """Stop with one sentence unless the database answers."""
    probe = connection.copy()
    # The pool would try for many seconds and then only say that it ran out of time.
    probe.settings_dict["OPTIONS"].pop("pool", None)
    try:
        probe.ensure_connection()
    except DatabaseError as error:
        reason = (str(error).strip() or "no reason given").splitlines()[0]
        raise ConfigurationError(
            f"The database of DATABASE_URL cannot be used: {reason}."
        ) from error
    finally:
        probe.close()


def prepare() -> None:
    """Migrate, set up the roles, load starter content into an empty portal, collect files."""
    reach_database()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("setup_roles", verbosity=0)
    # Only into an empty portal: what staff have deleted must not come back.
    if not Organisation.objects.exists():
        call_command("load_starter", verbosity=0)
    # The first start with a search; later the recurring job repairs what came by other ways.
    if not SearchEntry.objects.exists():
        indexing.refresh()
    collect_static()
    # Last: the pages name the style sheet under its collected name.
    error_pages.write()


def collect_static() -> None:
    """Collect and compress the static files unless those collected are of the same sources."""
    stamp = settings.STATIC_ROOT / STATIC_STAMP
    sources = static_digest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == sources:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(sources, encoding="utf-8")


def static_digest() -> str:
    """Return a digest of every source file's name, size and time."""
    digest = hashlib.sha256(version("whitenoise").encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            size = storage.size(path)
            changed = storage.get_modified_time(path).isoformat()
            digest.update(f"{path} {size} {changed}\n".encode())
    return digest.hexdigest()

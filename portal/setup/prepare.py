"""Bring a new or updated installation to the state in which it can serve."""

from __future__ import annotations

import fcntl
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from notices.firm.models import Organisation
from portal.setup.env import ConfigurationError
from portal.starter.completing import complete

STATIC_STAMP = ".collected"
LOCK_FILE = "prepare.lock"
# Any number, as long as nothing else takes it in this database.
LOCK_NUMBER = 4_011_990

logger = logging.getLogger(__name__)


def reach_database() -> None:
    """Stop with one sentence unless the database answers."""
    probe = _connection_of_its_own()
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
    with alone():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("setup_roles", verbosity=0)
        # Only into an empty portal: what staff have deleted must not come back.
        if not Organisation.objects.exists():
            call_command("load_starter", verbosity=0)
        # But what a newer version knows to belong to an answer is added to an older portal too.
        complete()
        if settings.DEMO:
            call_command("load_starter", demo=True, verbosity=0)
        collect_static()
        # Last: the pages name the style sheet under its collected name.
        try:
            call_command("write_error_pages", verbosity=0)
        except OSError as error:
            # The pages of the last start still stand, and the portal serves without them.
            logger.warning("The error pages could not be written: %s", error.strerror)


@contextmanager
def alone() -> Iterator[None]:
    """Wait until nobody else prepares the same installation, also on another machine."""
    with (settings.DATA_DIR / LOCK_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        lock = _connection_of_its_own()
        try:
            # Held until this connection closes, however the process ends.
            lock.cursor().execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
            yield
        finally:
            lock.close()


def _connection_of_its_own() -> BaseDatabaseWrapper:
    own = connection.copy()
    # The pool would try for many seconds and then only say that it ran out of time.
    own.settings_dict["OPTIONS"].pop("pool", None)
    return own


def collect_static() -> None:
    """Collect and compress the static files unless those collected are of the same sources."""
    stamp = settings.STATIC_ROOT / STATIC_STAMP
    sources = static_digest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == sources:
        return
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
    except OSError as error:
        raise ConfigurationError(
            f"DATA_DIR takes no more files: {error.strerror}. The pages need their style sheets."
        ) from error
    # Without the stamp they are collected anew the next time.
    with suppress(OSError):
        stamp.write_text(sources, encoding="utf-8")


def static_digest() -> str:
    """Return a digest of every source file's name, size and time."""
    digest = hashlib.sha256(f"{version('whitenoise')} {version('rcssmin')}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            size = storage.size(path)
            changed = storage.get_modified_time(path).isoformat()
            digest.update(f"{path} {size} {changed}\n".encode())
    return digest.hexdigest()

"""Bring a new or updated installation to the state in which it can serve."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from notices.firm.models import Organisation
from portal.setup.env import ConfigurationError
from portal.starter.completing import complete

STATIC_STAMP = ".collected"
LOCK_FILE = "prepare.lock"
# Any number, as long as nothing else takes it in this database.
LOCK_NUMBER = 4_011_990
# Who waits for a table keeps all waiting who come later. Readers, who are patient while somebody
# prepares, give up after two seconds, and PostgreSQL looks for deadlocks after one: a migration
# gives up before either, and comes again.
MILLISECONDS_FOR_A_TABLE = 800
SECONDS_BETWEEN = 1.0
# Before systemd ends a start that takes long (TimeoutStartSec of lupe.service).
SECONDS_FOR_ALL_TABLES = 90.0
GAVE_WAY = frozenset({"55P03", "40P01"})

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
        migrate_politely()
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


def migrate_politely() -> None:
    """Migrate without keeping readers waiting for a table that a backup or a long job reads."""
    until = time.monotonic() + SECONDS_FOR_ALL_TABLES
    while True:
        try:
            with _short_waits():
                call_command("migrate", interactive=False, verbosity=0)
            return
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in GAVE_WAY:
                raise
            if time.monotonic() > until:
                raise ConfigurationError(
                    "A table has been in use for a minute and a half, by a backup or a long job. "
                    "No migration is half done; let it end, then say prepare again."
                ) from error
        time.sleep(SECONDS_BETWEEN)


@contextmanager
def _short_waits() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {MILLISECONDS_FOR_A_TABLE}")
    try:
        yield
    finally:
        # A connection that was lost has forgotten it by itself.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


def is_under_way() -> bool:
    """Say whether somebody prepares this installation at this moment, on whichever machine."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND classid = 0 AND objid = %s AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database()))",
                [LOCK_NUMBER],
            )
            return bool(cursor.fetchone()[0])
    try:
        with (settings.DATA_DIR / LOCK_FILE).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


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
            # The server learns of a closed connection a moment later; who asks must not wait.
            with suppress(DatabaseError):
                lock.cursor().execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
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

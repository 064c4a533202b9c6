"""A portal to try out in public: a sample firm that is as new every morning, and reaches nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from notices.firm.days import BERLIN
from notices.firm.jobs import Job
from notices.firm.models import JobRun, Organisation
from notices.firm.storage.append_only import thawed
from portal.backup.archive import BackupError, check, open_backup
from portal.backup.restore import MADE_BY_MIGRATIONS, restore
from portal.backup.rows import kept_models
from portal.backup.take import evidence_files, take
from portal.setup.demo import ACCOUNTS, PASSWORD
from portal.setup.env import ConfigurationError
from portal.staff.roles import setup_roles
from portal.starter.loading import load

NAME = "demo-reset"
KEPT = "demo.zip"
HOUR = 3
# Checks of the sample firm hold for seven days, its next meeting lies a little further ahead.
FRESH_FOR = timedelta(days=5)


def kept() -> Path:
    """Return where the backup lies that every night is restored."""
    folder: Path = settings.SHARED_DIR
    return folder / KEPT


def prepare() -> None:
    """Make the demo on an empty portal; refuse a database that anybody else uses."""
    if not is_ours():
        raise ConfigurationError(
            "DEMO=on replaces this database every night, and it holds more than a demo. "
            "Give the demo an empty database and a DATA_DIR of its own."
        )
    if not _is_usable(timezone.now()):
        make_anew()


def is_ours() -> bool:
    """Say whether the database holds a demo, or nothing but the sample firm with no account."""
    known = {name for name, _role in ACCOUNTS}
    names = set(User.objects.values_list("username", flat=True))
    is_made = known <= names and kept().exists()
    is_untouched = not names and Organisation.objects.current().is_sample
    return is_made or is_untouched


def make_anew() -> None:
    """Fill the portal with the sample firm of today and its accounts, and keep that as a backup."""
    with transaction.atomic():
        with thawed(connection), connection.cursor() as cursor:
            for model in kept_models(apps):
                if model._meta.label not in MADE_BY_MIGRATIONS:
                    name = connection.ops.quote_name(model._meta.db_table)
                    cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - a quoted name
        setup_roles()
        load()
        for name, role in ACCOUNTS:
            user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
            user.groups.add(Group.objects.get(name=role))
    kept().unlink(missing_ok=True)
    take(kept())


def reset() -> None:
    """Bring everything back to the kept backup, or to a new one once that has grown old."""
    if not is_ours():
        raise ConfigurationError("This database is no demo. Nothing was replaced.")
    # No row of the demo has any; what visitors uploaded goes with the rows that named it.
    for file in evidence_files():
        file.unlink(missing_ok=True)
    if _is_usable(timezone.now()):
        restore(kept(), overwrite=True)
    else:
        make_anew()


def is_due(now: datetime) -> bool:
    """Say whether a night has begun since the demo was last as new."""
    if not settings.DEMO:
        return False
    night = now.astimezone(BERLIN).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    night -= timedelta(days=1) if night > now else timedelta(0)
    done = JobRun.objects.filter(name=NAME, last_error="", last_finished_at__gte=night)
    return not done.exists() and not (_made_at() or night) > night


def _made_at() -> datetime | None:
    try:
        return datetime.fromtimestamp(kept().stat().st_mtime, tz=BERLIN)
    except OSError:
        return None


def _is_usable(now: datetime) -> bool:
    """Say whether the kept backup is whole, of this release, and not too old for its own dates."""
    made = _made_at()
    if made is None or made < now - FRESH_FOR:
        return False
    try:
        bundle, manifest = open_backup(kept(), "")
        with bundle:
            check(bundle, manifest)
    except BackupError:
        return False
    return not set(MigrationLoader(connection).disk_migrations) - set(manifest.migrations)


RESET = Job(NAME, "Bring the demo back to its beginning", reset, is_due=is_due)

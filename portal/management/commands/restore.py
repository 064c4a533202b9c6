"""manage.py restore: bring back what a backup holds, on the same or another database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from portal.backup.archive import BackupError
from portal.backup.restore import restore

from .backup import passphrase_in


class Command(BaseCommand):
    help = "Restore a backup into an empty database: restore IN. --overwrite replaces a used one."
    # A database without tables, or with those of another release, is what this is for.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="IN")
        parser.add_argument("--passphrase-file", type=Path, help="holds the backup's passphrase")
        parser.add_argument("--overwrite", action="store_true", help="replace everything there is")
        parser.add_argument(
            "--despite-chain", action="store_true", help="also if its editions were changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write if options["verbosity"] > 1 else lambda words: None
        try:
            manifest = restore(
                options["path"],
                passphrase=passphrase_in(options["passphrase_file"]),
                overwrite=options["overwrite"],
                despite_chain=options["despite_chain"],
                say=say,
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CommandError(
                f"Not restored: {reason}. Make room, or make the place writable, then say "
                "restore --overwrite again; the backup is as it was."
            ) from error
        rows = sum(table.rows for table in manifest.tables)
        chain = "was not looked at" if options["despite_chain"] else "holds"
        self.stdout.write(
            f"Restored the state of {manifest.taken_at}: {rows} rows, "
            f"{len(manifest.files)} files. The chain of editions {chain}."
        )

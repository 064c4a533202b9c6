"""manage.py backup: everything the portal holds, as one file, while people go on saving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from portal.backup.archive import BackupError
from portal.backup.take import take
from portal.setup.troubles import note_backup


class Command(BaseCommand):
    help = (
        "Write database and evidence into one file: backup OUT. "
        "SECRET_KEY is not in it: keep that elsewhere, encrypted texts need it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="a new file, or a folder for dated ones")
        parser.add_argument(
            "--passphrase-file", type=Path, help="encrypt with what this file holds"
        )
        parser.add_argument("--keep", type=int, default=0, help="of a folder: how many to keep")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["out"] if options["out"].is_dir() else None
        if options["keep"] and not folder:
            raise CommandError("--keep needs a folder as OUT.")
        out = folder / f"lupe-{timezone.now():%Y%m%d-%H%M%S}.zip" if folder else options["out"]
        say = self.stdout.write if options["verbosity"] > 1 else lambda words: None
        try:
            manifest = take(out, passphrase=passphrase_in(options["passphrase_file"]), say=say)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database cannot be read: {error}.") from error
        try:
            note_backup(timezone.now())
        except OperationalError as error:
            # The file is whole all the same.
            self.stderr.write(f"The portal does not know of this backup: {error}.")
        rows = sum(table.rows for table in manifest.tables)
        self.stdout.write(
            f"{out}: {rows} rows of {len(manifest.tables)} tables, "
            f"{len(manifest.files)} files, {out.stat().st_size} bytes."
        )
        if folder and options["keep"] > 0:
            for old in sorted(folder.glob("lupe-*.zip"))[: -options["keep"]]:
                old.unlink()
                self.stdout.write(f"Removed {old}.")


def passphrase_in(path: Path | None) -> str:
    """Return the passphrase that a file holds, without the end of its line."""
    if path is None:
        return ""
    try:
        passphrase = path.read_text(encoding="utf-8").strip("\r\n")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path} holds no passphrase: it is not text.") from error
    if len(passphrase) < 12:
        raise CommandError(f"The passphrase in {path} needs at least 12 characters.")
    return passphrase

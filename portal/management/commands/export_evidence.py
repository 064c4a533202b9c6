"""manage.py export_evidence: what was said and set in a period, as one file; verify checks it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.evidence import verify
from portal.evidence.packing import WouldOverwrite, export_to
from portal.evidence.periods import PeriodError, period_of


class Command(BaseCommand):
    help = (
        "Write the evidence of a period into a ZIP: export_evidence --from DAY --to DAY OUT.zip. "
        "Check one without a database: export_evidence verify FILE.zip; exit 1 names what differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", help="first day in Berlin, 2026-01-01")
        parser.add_argument("--to", dest="last", help="last day in Berlin, 2026-03-31")
        parser.add_argument(
            "--as-known-at", default="", help="leave out what was recorded later: 2026-04-01T12:00"
        )
        parser.add_argument("words", nargs="+", metavar="OUT.zip | verify FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        words = options["words"]
        if words[0] == "verify" and len(words) == 2:
            self.verify(words[1])
        elif len(words) != 1:
            raise CommandError("Name one file to write, or: export_evidence verify FILE.zip")
        elif not options["first"] or not options["last"]:
            raise CommandError("Say which days: --from 2026-01-01 --to 2026-03-31")
        else:
            self.export(Path(words[0]), options)

    def export(self, path: Path, options: dict[str, Any]) -> None:
        try:
            period = period_of(
                options["first"], options["last"], options["as_known_at"], now=timezone.now()
            )
            digest = export_to(path, period)
        except PeriodError as error:
            raise CommandError(str(error)) from error
        except WouldOverwrite as error:
            raise CommandError(f"{path} exists already. Choose another name.") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Evidence of {period.first} to {period.last} is in {path}.")
        self.stdout.write(f"SHA-256, to be noted elsewhere: {digest}")

    def verify(self, path: str) -> None:
        problems = verify.verify(path)
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            self.stdout.write(f"Nicht unverändert: {len(problems)} Abweichungen.")
            sys.exit(1)
        self.stdout.write("Unverändert: Alle Dateien, Fassungen und Ketten stimmen.")
        if Path(path).is_file():
            self.stdout.write(f"SHA-256 dieser Datei: {verify.sum_of_file(path)}")

"""manage.py import_communities: a CSV file of owners' communities, tried first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices.communities import importing


class Command(BaseCommand):
    help = "Read owners' communities from a CSV file. Nothing is stored without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, UTF-8 or Windows-1252")
        parser.add_argument("--apply", action="store_true", help="store it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}.") from error
        plan = importing.run(content, by=None) if options["apply"] else importing.plan(content)
        for problem in plan.problems:
            self.stderr.write(str(problem))
        if plan.problems:
            raise CommandError("Nothing was stored.")
        done = "stored" if options["apply"] else "would be stored"
        self.stdout.write(
            f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged: {done}."
        )

"""manage.py export_content: all content that people edit, as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.content.exporting import export


class Command(BaseCommand):
    help = "Write all content that people edit into one JSON file: export_content OUT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT", help="a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        content = export()
        unfinished = out.with_name(f".{out.name}.new")
        try:
            if out.exists():
                raise CommandError(f"{out} is there already. Name a new file.")
            unfinished.write_bytes(content)
            unfinished.replace(out)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{out}: {len(content)} bytes.")

"""manage.py import_content: a file of content, tried first; see portal/content/README.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.content import importing
from portal.content.importing import Choice, Outcome, Report
from portal.content.reading import ContentError, read_file


class Command(BaseCommand):
    help = (
        "Read content from a file of export_content. Nothing is stored without --apply; "
        "what is published stays, and what readers would see better waits for a second person."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="IN")
        parser.add_argument("--apply", action="store_true", help="store it")
        parser.add_argument("--by", metavar="NAME", help="whose account proposes and writes drafts")
        parser.add_argument(
            "--overwrite", action="append", default=[], metavar="RECORD",
            help="replace what differs: questions/no-account, 'questions/*' or '*'",
        )  # fmt: skip
        parser.add_argument(
            "--skip", action="append", default=[], metavar="RECORD", help="leave this record out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        choice = Choice(tuple(options["overwrite"]), tuple(options["skip"]))
        by = self._account(options["by"]) if options["apply"] else None
        try:
            document = read_file(options["path"])
        except ContentError as error:
            raise CommandError(f"{options['path']}: {error} Nothing was changed.") from error
        plan = importing.plan
        report = importing.run(document, choice, by=by) if by else plan(document, choice)
        for problem in report.problems:
            self.stderr.write(problem)
        if report.problems:
            raise CommandError(f"{options['path']} was not taken. Nothing was changed.")
        self._tell(report, options["verbosity"])
        if not by:
            self.stdout.write("Nothing was changed. --apply --by NAME stores it.")

    def _account(self, name: str | None) -> User:
        if not name:
            raise CommandError("--apply needs --by NAME: somebody proposes and writes drafts.")
        user = User.objects.filter(username=name, is_active=True, is_staff=True).first()
        if user is None:
            raise CommandError(f"There is no account of staff named {name!r}.")
        return user

    def _tell(self, report: Report, verbosity: int) -> None:
        for line in report.lines:
            if line.outcome == Outcome.LEFT and verbosity < 2:
                continue
            self.stdout.write(f"{line.label}: {line.outcome}")
            for difference in line.differences:
                self.stdout.write(f"    {difference}")
        for outcome in Outcome:
            if count := report.count(outcome):
                self.stdout.write(f"{count} {outcome.split(':')[0].split(';')[0]}.")
        if report.not_in_file:
            self.stdout.write(f"{report.not_in_file} not in the file: they stay.")

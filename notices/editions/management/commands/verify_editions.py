"""manage.py verify_editions: is every published edition still what was published?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices.editions.integrity.chain import Report, moment_of, verify


class Command(BaseCommand):
    help = (
        "Recompute the digests of all published editions and follow the chain of each notice. "
        "Exit 0: all as published; 1: a row was changed, removed, inserted or moved."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", default="", help="a head noted earlier: are all rows of that time still here?"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        head = options["head"].strip()
        try:
            if head:
                moment_of(head)
        except ValueError as error:
            raise CommandError(
                "Write --head as it was printed: 20261125T163000.000000Z-, then 64 signs."
            ) from error
        report = verify(head)
        if options["json"]:
            result = {"ok": not report.problems, **asdict(report)}
            self.stdout.write(json.dumps(result, default=str, ensure_ascii=False, indent=2))
        else:
            self.tell(report)
        if report.problems:
            sys.exit(1)

    def tell(self, report: Report) -> None:
        for redaction in report.redactions:
            self.stdout.write(
                f"{redaction.notice}, edition {redaction.edition}: redacted on "
                f"{redaction.at:%Y-%m-%d}: {redaction.reason}"
            )
        if report.problems:
            self.stdout.write(f"The first broken row: {report.problems[0]}.")
            for problem in report.problems[1:]:
                self.stdout.write(f"Also: {problem}.")
        counts = f"{report.editions} published rows of {report.notices} notices"
        verdict = f"{len(report.problems)} problems in" if report.problems else "As published:"
        self.stdout.write(f"{verdict} {counts}, {len(report.redactions)} redactions.")
        self.stdout.write(f"Head, to be noted elsewhere: {report.head}")

"""manage.py foundations: which texts lean on what has fallen, and what is due a look."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notices.firm.languages import text_of
from portal.staff.foundations import FoundationReport, as_json, foundations


class Command(BaseCommand):
    help = (
        "List the legal foundations and every text that leans on a fallen one. "
        "Exit 0: nothing to do. Exit 1: a text from before the fall still leans on one that "
        "has fallen. Exit 2: no such text, but somebody has to look whether one still stands."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON, schema 1")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        standings = foundations(now)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(standings, now), ensure_ascii=False, indent=2))
        else:
            for standing in standings:
                self._tell(standing)
        if any(standing.open for standing in standings):
            sys.exit(1)
        if any(standing.is_check_due for standing in standings):
            sys.exit(2)

    def _tell(self, standing: FoundationReport) -> None:
        foundation = standing.foundation
        state = f"fallen on {foundation.fallen_on}" if standing.has_fallen else "stands"
        due = ", check due" if standing.is_check_due else ""
        self.stdout.write(
            f"{foundation.key}: {state}, checked on {foundation.checked_on}{due}"
            f" ({text_of(foundation, 'name')})"
        )
        if not standing.has_fallen:
            return
        for text in standing.leaning:
            word = "to do" if text.is_open else "written since"
            self.stdout.write(f"  {word}: {text.kind} {text.key} ({text.title})")

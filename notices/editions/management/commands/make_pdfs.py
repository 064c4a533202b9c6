"""Make the PDFs of published editions that have none yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices.editions.pages import pdf as documents
from notices.lib import pdf


class Command(BaseCommand):
    help = "Make the PDF of every published edition that has none yet, each once and for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=None, help="make at most so many")

    def handle(self, *args: Any, **options: Any) -> None:
        if not pdf.is_available():
            raise CommandError(
                "The PDF extra is not installed: install requirements-pdf.txt and Pango. "
                "Without it readers print the page."
            )
        try:
            made = documents.make_missing(limit=options["limit"])
        except pdf.PdfError as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"{made} made.")

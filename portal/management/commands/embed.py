"""manage.py embed: the quick answers or the label of now as HTML for the firm's own site."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notices.firm.languages import CODES, REQUIRED
from portal.staff import embed_page


class Command(BaseCommand):
    help = "Print today's quick answers, or the label, as HTML without script for another site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=CODES, default=REQUIRED)
        parser.add_argument("--label", action="store_true", help="print the label instead")
        parser.add_argument(
            "--address",
            default=settings.BASE_URL,
            help="scheme and host of the portal, such as https://datenschutz.example.de; "
            "BASE_URL by default",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address = (options["address"] or "").rstrip("/")
        if not re.fullmatch(r"https?://[^/\s\"'<>?#]+", address):
            raise CommandError(
                "The block links to the portal and needs its address: set BASE_URL, or give "
                "--address https://datenschutz.example.de"
            )
        block = embed_page.label_block if options["label"] else embed_page.block
        self.stdout.write(block(options["language"], address, timezone.now()), ending="")

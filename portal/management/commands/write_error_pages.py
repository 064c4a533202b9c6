"""manage.py write_error_pages: what readers see when the portal itself cannot answer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.serving import error_pages


class Command(BaseCommand):
    help = "Write the error pages into DATA_DIR, with the phone number of the profile."

    def handle(self, *args: Any, **options: Any) -> None:
        written = error_pages.write()
        if options["verbosity"]:
            self.stdout.write(f"{len(written)} error pages are in {error_pages.folder()}.")

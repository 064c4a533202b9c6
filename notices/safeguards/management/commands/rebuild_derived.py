"""Derive anew what pages read instead of the whole history."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from notices.safeguards.derived import intervals, runs


class Command(BaseCommand):
    help = "Derive covered intervals, runs of a state and deviations from the records anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many there are."""
        self.stdout.write(f"Covered intervals: {intervals.rebuild()}")
        self.stdout.write(f"Runs and deviations: {runs.rebuild()}")

"""manage.py prepare: after installing or updating, before serving."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.setup.prepare import prepare


class Command(BaseCommand):
    help = "Migrate, set up the roles, load starter content if empty, collect static files."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        self.stdout.write("The portal is ready to be served.")

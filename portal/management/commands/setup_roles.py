"""manage.py setup_roles: the groups of the three roles with exactly their permissions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.staff.roles import setup_roles


class Command(BaseCommand):
    help = "Create or repair the roles editor, reviewer and operator."

    def handle(self, *args: Any, **options: Any) -> None:
        setup_roles()
        if options["verbosity"]:
            self.stdout.write("The roles editor, reviewer and operator are set up.")

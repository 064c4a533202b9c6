#!/usr/bin/env python
"""Run a management command of the portal."""

import gc
import os
import sys

from notices.lib.frames import with_room


def main() -> None:
    """Hand the command line to Django."""
    # Databases, backups and evidence are for nobody else on this machine.
    os.umask(0o077)
    # What a command loads stays until it ends: a search for garbage takes a seventh of a start.
    gc.set_threshold(50_000, 20, 100)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is missing here: run `make run` once, then use `.venv/bin/python manage.py`."
        ) from error
    with_room(lambda: execute_from_command_line(sys.argv))


if __name__ == "__main__":
    main()

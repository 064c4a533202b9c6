"""manage.py serve: the portal through gunicorn, on a laptop and in production alike."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.setup.env import ConfigurationError
from portal.setup.listen import Listening
from portal.setup.prepare import prepare, reach_database


class Command(BaseCommand):
    help = "Serve the portal on HOST and PORT (127.0.0.1:8000)."
    # A wrong setting has stopped the start already; the other checks belong to `manage.py check`.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--prepare", action="store_true", help="run `manage.py prepare` before serving"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not socket_is_given():
            refuse_taken_port(Listening.from_environment(os.environ))
        if options["prepare"]:
            prepare()
        else:
            reach_database()
        # gunicorn takes the place of this process, so that signals reach it directly.
        os.chdir(settings.BASE_DIR)
        config = "portal/deploy/gunicorn_conf.py"
        python = own_python()
        os.execv(  # noqa: S606 - nothing here comes from outside
            python, [python, "-m", "gunicorn", "--config", config, "portal.wsgi"]
        )


def socket_is_given() -> bool:
    """Say whether systemd (lupe.socket) listens for us: then connections wait while we restart."""
    return os.environ.get("LISTEN_PID") == str(os.getpid())


def own_python() -> str:
    """Return the Python of this release, not of the link that will lead to the next one.

    Packages are read when they are first needed, and must not be those of the next one.
    """
    python, prefix = Path(sys.executable), Path(sys.prefix)
    if python.is_relative_to(prefix):
        python = prefix.resolve() / python.relative_to(prefix)
    return str(python)


def refuse_taken_port(listening: Listening) -> None:
    """Stop with one sentence unless the address is free; gunicorn would retry for seconds."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            listening.host, listening.port, type=socket.SOCK_STREAM
        )[0]
    except socket.gaierror as error:
        raise ConfigurationError(f"HOST {listening.host!r} is not a known address.") from error
    try:
        with socket.socket(family, kind, protocol) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = (
                f"Port {listening.port} on {listening.host} is taken: "
                "stop the other program or set PORT to a free one."
            )
        else:
            reason = (error.strerror or str(error)).lower()
            sentence = f"Cannot listen on {listening.bind}: {reason}."
        raise ConfigurationError(sentence) from error

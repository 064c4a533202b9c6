"""How gunicorn serves the portal; `manage.py serve` starts it with this file."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Any

from portal.listening import Listening

listening = Listening.from_environment(os.environ)

bind = [listening.bind]
workers = listening.workers
# Forty half-open connections starve a few threads; many threads let slow readers wait.
worker_class = "gthread"
threads = 64
timeout = 30
graceful_timeout = 20
keepalive = 5

# No access log: it would hold the addresses of readers.
accesslog = None
loglevel = "warning"

# portal.middleware alone decides whose forwarding headers count.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# gunicorn would open a control socket in the home directory.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 - memory; the heartbeat must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def when_ready(server: Any) -> None:
    """Say where the portal is and how to make an account."""
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    lines = [
        f"Lupe is ready: {listening.url}",
        f"Staff page:    {listening.url}/admin/",
        f"New account:   {shlex.quote(str(python))} manage.py create_staff NAME --role editor",
    ]
    if any(name in os.environ for name in ("DATA_DIR", "DATABASE_URL", "DATABASE_URL_FILE")):
        lines.append("               (with the same environment variables as this command)")
    print("\n".join(lines), flush=True)

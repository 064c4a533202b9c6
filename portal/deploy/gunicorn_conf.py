"""How gunicorn serves the portal; `manage.py serve` starts it with this file."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from portal.setup.listen import Listening

listening = Listening.from_environment(os.environ)

bind = [listening.bind]
workers = listening.workers
# Threads are for complete requests only; many of them let slow readers wait.
worker_class = "portal.serving.patient_worker.PatientWorker"
threads = 64
timeout = 30
graceful_timeout = 20
keepalive = 5

# What the portal writes is its own; error pages are opened for the proxy one by one.
umask = 0o077

# No access log: it would hold the addresses of readers.
accesslog = None
loglevel = "warning"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": False},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "formatters": {"line": {"()": "portal.serving.log_lines.JsonLine"}},
}

# portal.middleware alone decides whose forwarding headers count.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# gunicorn would open a control socket in the home directory.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 - memory; the heartbeat must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def on_starting(server: Any) -> None:
    """Make the folder in which all workers count for /metrics, new with each start."""
    folder = tempfile.mkdtemp(prefix="lupe-metrics-", dir=globals().get("worker_tmp_dir"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder


def on_exit(server: Any) -> None:
    """Remove what the workers counted."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)


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

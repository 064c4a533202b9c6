"""A small application behind the worker of the portal, for tests of the worker alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import ROOT, Server, free_port, running

WORKER = "portal.serving.patient_worker.PatientWorker"


@contextmanager
def behind_the_worker(app: str, folder: Path, threads: int) -> Iterator[Server]:
    """Run `app`, a module with `application` and its `at_hand`, with so many threads."""
    (folder / "small.py").write_text(app)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--threads", str(threads)]
    command += ["--keep-alive", "10", "--worker-class", WORKER, "--bind", f"127.0.0.1:{port}"]
    command += ["--chdir", str(folder), "--pythonpath", str(ROOT), "small:application"]
    with running(command, port, {}) as server:
        yield server

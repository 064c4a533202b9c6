"""Run every measurement, or those that are named: `python -m tests.bench search`.

With `--json` the lines come as one object, by measurement.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
import time
from importlib import import_module

import django
from django.conf import settings
from django.test.utils import setup_test_environment

from tests import bench, kept_portal

# They start portals of their own and ask those.
IN_SERVERS = ("outage", "serving")


def main(names: list[str], *, as_json: bool = False) -> int:
    """Run each measurement in a process and a database of its own; return how many failed."""
    known = sorted({module.name for module in pkgutil.iter_modules(bench.__path__)} - {"__main__"})
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"There is no measurement {', '.join(unknown)}: {', '.join(known)}.")
    alone = [sys.executable, "-m", "tests.bench", "--alone"]
    if not as_json:
        return sum(subprocess.run([*alone, name]).returncode != 0 for name in names or known)
    found = {
        name: subprocess.run([*alone, name], stdout=subprocess.PIPE, text=True)
        for name in names or known
    }
    lines = {name: one.stdout.strip().splitlines()[1:] for name, one in found.items()}
    print(json.dumps({name: [line.strip() for line in own] for name, own in lines.items()}))  # noqa: T201
    return sum(one.returncode != 0 for one in found.values())


def run_alone(name: str) -> None:
    """Run one measurement, if it measures in this process in a new database of starter content."""
    began = time.perf_counter()
    if name not in IN_SERVERS:
        os.environ["TEST_DATABASE_URL"] = ""
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        django.setup()
        setup_test_environment()
        kept_portal.begin_without_rows(settings.DATA_DIR)
        # Models can be imported only now.
        import_module("portal.starter.loading").load()
    print(f"\n{name}")  # noqa: T201
    import_module(f"tests.bench.{name}").run(lambda line: print(f"  {line}", flush=True))  # noqa: T201
    print(f"  ({time.perf_counter() - began:.0f} s)")  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        run_alone(sys.argv[2])
    else:
        asked = [name for name in sys.argv[1:] if name != "--json"]
        sys.exit(main(asked, as_json="--json" in sys.argv))

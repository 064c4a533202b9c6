"""The drill itself, and what it prints."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg

from . import __doc__ as about
from .kills import Commands, children, kill, kill_restores, kill_workers
from .portal import Portal, manifest_of, say
from .writers import Writers

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# Evidence that lies as a file beside the database.
FILE = ("evidence/" + "0" * 32, b"a picture")


def restore_into(place: str, portal: Portal, backup: Path, *words: str) -> float:
    """Restore `backup` and compare every row and file with it; return the seconds it took."""
    began = time.monotonic()
    portal.run("restore", backup, *words)
    took = time.monotonic() - began
    portal.run("verify_editions")
    again = portal.folder / "again.zip"
    portal.run("backup", again)
    before, after = manifest_of(backup), manifest_of(again)
    if before != after:
        differ = [model for model in before if before[model] != after.get(model)]
        sys.exit(f"FAILED: {place} differs in {', '.join(differ)}")
    name, content = FILE
    if (portal.folder / name).read_bytes() != content:
        sys.exit(f"FAILED: {place} lost a file")
    rows = sum(count for count, _digest in after.values())
    say(f"  {place}: {rows} rows of {len(after)} tables and 1 file in {took:.1f} s; chain holds")
    return took


def drill(folder: Path, kills: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - moments, not secrets
    portal = Portal(folder / "first")
    portal.run("prepare")
    (portal.folder / FILE[0]).write_bytes(FILE[1])
    of_commands = max(1, kills // 20)
    writers = Writers(portal)
    commands = Commands(portal, of_commands, random.Random(seed + 1))  # noqa: S311 - as above
    server = portal.serve()
    writers.begin()
    began = time.monotonic()
    commands.start()
    kill_workers(server, kills - of_commands, dice)
    commands.join()
    each = ", ".join(f"{count} {name}" for name, count in sorted(commands.killed.items()))
    took = time.monotonic() - began
    say(
        f"  {kills - of_commands} workers and {of_commands} commands killed in {took:.0f} s: {each}"
    )
    began = time.monotonic()
    backup = portal.folder / "backup.zip"
    portal.run("backup", backup)
    say(f"  backup under load: {backup.stat().st_size} bytes in {time.monotonic() - began:.1f} s")
    time.sleep(1)
    for pid in [server.pid, *children(server.pid)]:
        kill(pid)
    server.wait()
    writers.end()
    account_for(portal, writers, commands)
    # What was cut off before runs to its end as if nothing had been.
    for name in ("run_due_jobs", "rebuild_derived", "prepare", "verify_editions"):
        portal.run(name)
    took = restore_into("new folder", Portal(folder / "second"), backup)
    third = Portal(folder / "third")
    cut = kill_restores(third, backup, max(1, kills // 200), took, dice)
    restore_into(f"after {cut} restores cut off", third, backup, "--overwrite")
    restore_into_postgresql(folder, backup)


def account_for(portal: Portal, writers: Writers, commands: Commands) -> None:
    """Say what was acknowledged and is there; fail if anything is not, or only in part."""
    accounts = portal.accounts()
    lost = (writers.acknowledged - portal.words()) | (commands.acknowledged - set(accounts))
    say(
        f"  {len(writers.acknowledged)} saves and {len(commands.acknowledged)} accounts"
        f" acknowledged, {len(lost)} lost"
    )
    if lost:
        sys.exit(f"FAILED: gone is {min(lost)!r}, which was acknowledged")
    if not writers.acknowledged:
        sys.exit("FAILED: nothing was saved")
    if halves := [name for name, roles in accounts.items() if roles != 1]:
        sys.exit(f"FAILED: half made accounts: {', '.join(halves)}")
    if commands.damaged:
        sys.exit(f"FAILED: commands that were not killed: {', '.join(commands.damaged)}")
    if not portal.is_sound():
        sys.exit("FAILED: the database is damaged")


def restore_into_postgresql(folder: Path, backup: Path) -> None:
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        say("  PostgreSQL: left out, no server answers at TEST_POSTGRES_URL")
        return
    name = f"drill_{uuid4().hex[:12]}"
    server.execute(f'CREATE DATABASE "{name}"')
    try:
        there = Portal(folder / "there", f"{POSTGRES.rsplit('/', 1)[0]}/{name}")
        restore_into("PostgreSQL", there, backup)
    finally:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=60, help="how many (1000 take a while)")
    parser.add_argument("--seed", type=int, default=15, help="of the moments")
    options = parser.parse_args()
    say("drill")
    with tempfile.TemporaryDirectory(prefix="lupe-drill-") as folder:
        drill(Path(folder), options.kills, options.seed)


if __name__ == "__main__":
    main()

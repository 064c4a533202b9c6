"""Growth: every page after ten years of checks and findings against a fresh start."""

from __future__ import annotations

import gc
import multiprocessing
import shutil
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext
from pathlib import Path

import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from notices.communities.models import Community, Resolution
from notices.firm.storage import site_version
from notices.invitations.models import Meeting
from notices.lib.frames import with_room
from notices.safeguards.board import timelines
from notices.safeguards.derived import intervals, runs
from notices.safeguards.mails.alerts import pending
from notices.safeguards.mails.reminders import soon_due
from notices.safeguards.models import Check, CheckCoverage, Finding, Safeguard, Source
from notices.safeguards.recording import record_check
from portal.serving.health import examine
from portal.serving.kept.claims_end import next_after
from tests.factories import (
    make_community,
    make_meeting,
    make_notice,
    make_resolution,
    make_user,
)
from tests.pages import PAGES, page_path

from .editions import fill

YEARS, EVERY = 10, timedelta(hours=6)
FINDINGS, EDITIONS, MEETINGS, COMMUNITIES = 2_000, 1_000, 5_000, 200
ROUNDS = 21
BAR = 1.2
IN_ONE_GO = 5_000
OTHERS = {"feed-changes": "/de/aenderungen.atom", "api-safeguards": "/api/safeguards.json"}
STAFF = {
    "staff: start": "/admin/",
    "staff: deviations": "/admin/abweichungen/",
    "staff: safeguards": "/admin/safeguards/safeguard/",
    "staff: meetings": "/admin/invitations/meeting/",
    "staff: notices": "/admin/editions/notice/",
    "staff: report": "/admin/einstellung-geaendert/",
}
# Does something once, and says how many bytes it shows.
Ask = Callable[[], int]


def run(report: Callable[[str], None]) -> None:
    """Report per page, and per job, the ratio of medians of processor time.

    Both portals stand side by side and are asked in turns: a machine that is slower for a while
    is so for both. Nothing is kept from one time to the next: before each the stamp of the site
    is renewed. A page that shows more rows may take longer in the same measure.
    """
    # What is hardly written is read otherwise than ever after.
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        _compare(report)


def _compare(report: Callable[[str], None]) -> None:
    # The page that is measured speaks of a community from the first round on.
    Meeting.objects.upcoming().update(community=_community("0"))
    asked = _pages() | _jobs()
    connection.close()
    forked = multiprocessing.get_context("fork")
    # In a process that ends: what filling leaves in memory is no growth of a page.
    filling = forked.Process(target=_grow, args=(report,))
    filling.start()
    filling.join()
    portals = [Portal(forked, asked, is_grown=is_grown) for is_grown in (False, True)]
    worst = 0.0
    for name in asked:
        rounds = [[portal.measured(name) for portal in portals] for _round in range(ROUNDS)]
        fresh, now = (statistics.median(row[one][0] for row in rounds) for one in (0, 1))
        small, large = (rounds[0][one][1] for one in (0, 1))
        longer = max(1.0, large / small) if small else 1.0
        ratio = now / fresh
        worst = max(worst, ratio / longer)
        verdict = "" if ratio / longer <= BAR else f"; ABOVE the bar of {BAR:g}"
        rows = f", shows {longer:.2f} times as much" if longer > 1 else ""
        report(
            f"growth: {name}: {ratio:.2f} times "
            f"({fresh * 1000:.1f} ms, {now * 1000:.1f} ms{rows}{verdict})"
        )
    for portal in portals:
        portal.stop()
    report(f"growth: at most {worst:.2f} times, measured by what is shown")


class Portal:
    """A process for one of the two portals, begun in the same way for both.

    And as the server begins, with room for its calls: where only one of the two met the end of a
    piece of memory, `meeting-find` took a quarter longer by that alone.
    """

    def __init__(self, forked: ForkContext, asked: dict[str, Ask], *, is_grown: bool) -> None:
        self._ours, theirs = multiprocessing.Pipe()
        answer = partial(_answer, theirs, asked, is_grown=is_grown)
        self._process = forked.Process(target=with_room, args=(answer,), daemon=True)
        self._process.start()
        self._ours.recv()

    def measured(self, name: str) -> tuple[float, int]:
        self._ours.send(name)
        found: tuple[float, int] = self._ours.recv()
        return found

    def stop(self) -> None:
        self._ours.send(None)
        self._process.join()


def _use_the_copy() -> Path:
    """Let this process read and write the portal that has a history; return the other one."""
    name = Path(connection.settings_dict["NAME"])
    connection.settings_dict["NAME"] = name.with_name("grown.sqlite3")
    return name


def _grow(report: Callable[[str], None]) -> None:
    """Let ten years pass in a copy."""
    name = _use_the_copy()
    shutil.copy(name, connection.settings_dict["NAME"])
    stages = {
        "checks": add_checks,
        "findings": add_findings,
        "editions": add_editions,
        "meetings": add_meetings,
    }
    for stage, add in stages.items():
        begun = time.perf_counter()
        count = add()
        report(f"growth: {count:,} rows of {stage} in {time.perf_counter() - begun:.0f} s")


def _answer(asker: Connection, asked: dict[str, Ask], *, is_grown: bool) -> None:
    """Measure in one of the two portals once whatever is asked for, until nothing is."""
    if is_grown:
        _use_the_copy()
    asker.send(None)
    while (name := asker.recv()) is not None:
        asker.send(measured(asked[name]))


def _pages() -> dict[str, Ask]:
    def shown(client: Client, address: str) -> Ask:
        return lambda: _size(client, address)

    reader, staff = Client(), Client()
    staff.force_login(make_user("reviewer"))
    addresses = {name: page_path(name, "de") for name in sorted(PAGES)} | OTHERS
    pages = {name: shown(reader, address) for name, address in addresses.items()}
    return pages | {name: shown(staff, address) for name, address in STAFF.items()}


def _jobs() -> dict[str, Ask]:
    def alerts() -> int:
        return len(list(pending(timezone.now()))) * 0

    def reminders() -> int:
        return len(soon_due(timelines.load_now(), timezone.now())) * 0

    def check() -> int:
        with transaction.atomic():
            record_check(Safeguard.objects.all(), at=timezone.now(), source=Source.ACCOUNT)
            transaction.set_rollback(True)
        return 0

    def ready() -> int:
        examine(timezone.now())
        return 0

    return {
        "job: alerts": alerts,
        "job: reminders": reminders,
        "job: recording a check": check,
        "job: when the next claim ends": lambda: int(next_after(timezone.now()) is None) * 0,
        "readyz": ready,
    }


def add_checks() -> int:
    """Insert a check every six hours that covered all safeguards, and derive the intervals."""
    now = timezone.now()
    safeguards = list(Safeguard.objects.all())
    count = YEARS * 365 * 4 + 10
    moments = [now - EVERY * number for number in range(count, 0, -1)]
    made = Check.objects.bulk_create(
        [
            Check(at=at, recorded_at=at, source=Source.ACCOUNT, outcome=Check.Outcome.DONE)
            for at in moments
        ],
        batch_size=IN_ONE_GO,
    )
    _cover(made, safeguards)
    intervals.rebuild()
    runs.rebuild()
    return count * len(safeguards)


def add_findings() -> int:
    """Insert findings that switch between protected and not, evenly over the ten years."""
    now = timezone.now()
    safeguards = list(Safeguard.objects.all())
    step = timedelta(days=365 * YEARS) / FINDINGS
    rows = []
    for number in range(FINDINGS):
        at = now - step * (FINDINGS - number)
        is_off = (number // len(safeguards)) % 2 == 0 and number < FINDINGS - len(safeguards)
        verdict = Finding.Verdict.NOT_PROTECTED if is_off else Finding.Verdict.PROTECTED
        rows.append(
            Finding(
                safeguard=safeguards[number % len(safeguards)],
                verdict=verdict,
                seen_at=at,
                recorded_at=at,
                source=Source.ACCOUNT,
            )
        )
    Finding.objects.bulk_create(rows)
    runs.rebuild()
    return len(rows)


def add_editions() -> int:
    """Insert the editions of one notice."""
    fill(make_notice("bench-growth"), EDITIONS)
    return EDITIONS


@transaction.atomic
def add_meetings() -> int:
    """Insert meetings of the past, by the way staff take: each has a code of its own."""
    now = timezone.now()
    communities = [_community(str(number + 1)) for number in range(COMMUNITIES)]
    for number in range(MEETINGS):
        community = communities[number % COMMUNITIES]
        make_meeting(now - timedelta(hours=12 * (number + 10)), community=community)
    return MEETINGS


def _community(number: str) -> Community:
    community = make_community(number)
    for kind in Resolution.Kind.values:
        make_resolution(community, kind)
    return community


def _size(client: Client, address: str) -> int:
    answer = client.get(address, headers={"host": "localhost"})
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    return len(answer.content)


def measured(ask: Ask) -> tuple[float, int]:
    """Return the processor time in seconds, and how many bytes are shown."""
    site_version.renew(connection)
    # What pages before this one left is not counted to it, nor looked through meanwhile.
    gc.collect()
    gc.freeze()
    start = time.process_time()
    size = ask()
    return time.process_time() - start, size


def _cover(checks: list[Check], safeguards: list[Safeguard]) -> None:
    """Insert a row for each check and safeguard, without making half a million objects of them."""
    lasting = {one.pk: timedelta(days=one.max_age_days) for one in safeguards}
    stored = connection.ops.adapt_datetimefield_value
    rows = []
    for check in checks:
        until = {length: stored(check.at + length) for length in set(lasting.values())}
        rows += [(check.pk, key, until[length]) for key, length in lasting.items()]
    table = CheckCoverage._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (check_made_id, safeguard_id, valid_until) VALUES (%s, %s, %s)",
            rows,
        )

"""Growth: pages about one notice with 10,000 editions against the same pages with ten."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from notices.editions.integrity.digests import edition_digest, note_source
from notices.editions.models import Edition, EditionHtml, Notice
from notices.firm.days import day_of
from notices.firm.languages import CODES
from notices.lib import markdown

FEW, MANY = 10, 10_000
ROUNDS = 15
# A page that takes seconds is above the bar anyway: no need to look at it fifteen times.
ENOUGH = 4.0
BAR = 2.0
# About the length of an ordinary section, so that rows weigh what they weigh in use.
TEXT = "## Wozu\n\n" + "Wir zeigen, was bei Videotreffen mit Ihren Daten geschieht. " * 20


def run(report: Callable[[str], None]) -> None:
    """Report per page the ratio of medians; above the bar it says so."""
    few, many = make_notice("bench-few"), make_notice("bench-many")
    client = Client()
    yesterday = day_of(timezone.now() - timedelta(days=1))

    def pages(notice: Notice) -> dict[str, str]:
        page = f"/de/hinweise/{notice.slug_de}/"
        return {
            "page of the notice with its history": page,
            "page of an edition": f"{page}fassung/5/",
            "comparison of two editions": f"{page}fassung/5/vergleich/4/",
            # These show all notices: measured before and after the many editions are there.
            "page of a day": f"/de/archiv/{yesterday}/",
            "list of all editions": "/de/archiv/",
        }

    fill(few, FEW)
    small = {name: median(client, address) for name, address in pages(few).items()}
    fill(many, MANY)
    for name, address in pages(many).items():
        before, after = small[name], median(client, address)
        ratio = after / before
        verdict = "" if ratio < BAR else f"; ABOVE the bar of {BAR:g}"
        report(
            f"editions: {name}: {ratio:.2f} times from {FEW} to {MANY:,} editions "
            f"({before * 1000:.1f} ms, {after * 1000:.1f} ms{verdict})"
        )


def make_notice(key: str) -> Notice:
    return Notice.objects.create(
        key=key,
        kind=Notice.Kind.PRIVACY,
        slug_de=key,
        slug_en=key,
        title_de=f"Hinweis {key}",
        title_en=f"Notice {key}",
    )


def fill(notice: Notice, count: int) -> None:
    """Insert `count` editions with a whole chain, an hour apart, the last two days ago."""
    html = markdown.render(TEXT, "de")
    newest = timezone.now() - timedelta(days=2)
    previous = ""
    rows = []
    for number in range(1, count + 1):
        start = newest - timedelta(hours=count - number)
        row = Edition(
            notice=notice,
            number=number,
            status=Edition.Status.PUBLISHED,
            title_de=notice.title_de,
            title_en=notice.title_en,
            text_de=TEXT,
            text_en=TEXT,
            change_note_de=f"Änderung {number}",
            change_note_en=f"Change {number}",
            in_force_from=start,
            published_at=start,
            previous_digest=previous,
        )
        note_source(row)
        row.rendered = {code: EditionHtml(language=code, text=html) for code in CODES}
        row.digest = previous = edition_digest(row)
        rows.append(row)
    Edition.objects.bulk_create(rows, batch_size=500)
    pages = []
    for row in rows:
        for page in row.rendered.values():
            page.edition = row
            pages.append(page)
    EditionHtml.objects.bulk_create(pages, batch_size=500)


def median(client: Client, address: str) -> float:
    """Return the median time of one page in seconds; a page that fails measures nothing."""
    answer = client.get(address, headers={"host": "localhost"})
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    times: list[float] = []
    begun = time.perf_counter()
    while len(times) < ROUNDS and (len(times) < 3 or time.perf_counter() - begun < ENOUGH):
        start = time.perf_counter()
        client.get(address, headers={"host": "localhost"})
        times.append(time.perf_counter() - start)
    return statistics.median(times)

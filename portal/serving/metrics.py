"""/metrics: how the portal does, as numbers in the Prometheus text format, over all workers.

Nothing in it tells who asked for what: no address, no code, no query, only kinds of page.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from notices.editions.models import Edition
from notices.firm.jobs import last_heartbeat
from notices.firm.models import ProposedChange
from notices.safeguards.models import Attestation

from ..setup.troubles import last_backup, troubles
from .health import knows_token, last_zoom_check, may_read_details
from .kept.answering import Application, Environ, StartResponse

if TYPE_CHECKING:
    from .page_cache import PageCache

# Set by gunicorn_conf.py: the folder in which all workers count.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
KINDS = re.compile(
    r"/(?:(?P<staff>admin)|(?P<static>static)|(?P<api>api)|(?P<hook>hooks)"
    r"|(?P<probe>healthz|readyz|metrics)|(?P<page>[a-z]{2}))(?:/|$)"
)
PLAIN_TEXT = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter(
    "lupe_requests", "Requests by kind of page and status.", ["kind", "status"], registry=None
)
KEPT = Counter(
    "lupe_kept_pages", "Public pages by where they came from.", ["source"], registry=None
)
SECONDS = Histogram(
    "lupe_answer_seconds",
    "Seconds until an answer was ready, by kind of page.",
    ["kind"],
    buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 1, 5),
    registry=None,
)


class Counting:
    """A WSGI application around the page cache that counts what it answers."""

    def __init__(self, app: PageCache) -> None:
        self.app = app

    def at_hand(self, environ: Environ) -> Application | None:
        """Return who answers at once and is counted, None if the page cache has nobody."""
        send = self.app.at_hand(environ)
        return partial(self._counted, send) if send else None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._counted(self.app, environ, start_response)

    def _counted(
        self, app: Application, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        began = time.perf_counter()
        kind = kind_of(environ.get("PATH_INFO", ""))

        def counted(line: str, headers: list[tuple[str, str]], *more: object) -> object:
            REQUESTS.labels(kind, line[:3]).inc()
            SECONDS.labels(kind).observe(time.perf_counter() - began)
            return start_response(line, headers, *more)

        return app(environ, counted)


def kind_of(path: str) -> str:
    """Return which kind of page an address asks for."""
    found = KINDS.match(path)
    return found.lastgroup or "other" if found else "other"


@cache_control(no_store=True)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a collector on this machine, or one that knows METRICS_TOKEN; 404 for all others."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for one in (REQUESTS, KEPT, SECONDS):
            registry.register(one)
    registry.register(State())
    return HttpResponse(generate_latest(registry), content_type=PLAIN_TEXT)


def may_read(request: HttpRequest) -> bool:
    """Say whether the numbers are for whoever asks."""
    return knows_token(request) if settings.METRICS_TOKEN else may_read_details(request)


class State:
    """What the database says at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        try:
            ages = {
                "zoom_check": last_zoom_check(now),
                "jobs_run": last_heartbeat(now),
                "backup": last_backup(now),
            }
            waiting = {
                "editions": Edition.objects.filter(status=Edition.Status.REVIEW).count(),
                "reports": Attestation.objects.filter(decided_at=None).count(),
                "changes": ProposedChange.objects.filter(decided_at=None).count(),
            }
            count = len(list(troubles(now)))
        except Error:
            yield _gauge("lupe_database_up", "Whether the database answers.", {"": 0})
            return
        yield _gauge("lupe_database_up", "Whether the database answers.", {"": 1})
        yield _gauge(
            "lupe_seconds_since",
            "Seconds since the newest one; absent if there was none.",
            {what: (now - at).total_seconds() for what, at in ages.items() if at},
            "what",
        )
        yield _gauge("lupe_waiting", "What waits for a second person.", waiting, "what")
        yield _gauge("lupe_troubles", "Things that an operator has to mend.", {"": count})


def _gauge(
    name: str, words: str, values: dict[str, float] | dict[str, int], label: str = ""
) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label] if label else [])
    for key, value in values.items():
        family.add_metric([key] if label else [], value)
    return family

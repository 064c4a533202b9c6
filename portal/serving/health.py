"""/healthz and /readyz: real checks, in words that give nothing away."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from notices.editions.review import samples
from notices.firm.jobs import CLOCK_SKEW, last_heartbeat
from notices.firm.storage import append_only, site_version
from notices.safeguards.derived import intervals, runs
from notices.safeguards.models import Check, Source
from portal.middleware import WAS_FORWARDED

from ..setup.prepare import is_under_way
from ..setup.troubles import last_backup, troubles
from . import database

BEING_PREPARED = "being prepared"


@cache_control(no_store=True)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; ask nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@cache_control(no_store=True)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the portal can serve, and if not, why."""
    if request.META.get(database.IS_DOWN):
        # Asking it again would only keep the probe waiting.
        return JsonResponse({"ready": False, "database": "does not answer"}, status=503)
    report = examine(timezone.now())
    # Others learn whether it serves; what is missing or old helps them to nothing good.
    told = report if may_read_details(request) else {"ready": report["ready"]}
    return JsonResponse(told, status=200 if report["ready"] else 503)


def may_read_details(request: HttpRequest) -> bool:
    """Say whether a probe asks from this machine itself, or knows METRICS_TOKEN."""
    if knows_token(request):
        return True
    if WAS_FORWARDED in request.META:
        # A proxy on this machine asks for somebody elsewhere.
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def knows_token(request: HttpRequest) -> bool:
    """Say whether METRICS_TOKEN is set and whoever asks sent it."""
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def examine(now: datetime) -> dict[str, Any]:
    """Ask the database, and compare it with the code."""
    checks = dict.fromkeys(("migrations", "append_only", "site_version", "derived"), "unknown")
    checks = {"database": "ok", **checks}
    zoom_check = jobs_run = backup = None
    not_set_up: list[str] = []
    broken: list[str] = []
    try:
        if pending_migrations():
            checks["migrations"] = "pending"
        else:
            checks["migrations"] = "ok"
            for name, module in (("append_only", append_only), ("site_version", site_version)):
                missing = module.missing_triggers(connection)
                checks[name] = _state_of_triggers(missing)
            derived_right = intervals.is_right() and runs.is_right(now)
            checks["derived"] = "ok" if derived_right else "run rebuild_derived"
            zoom_check, jobs_run = last_zoom_check(now), last_heartbeat(now)
            if zoom_check is None:
                not_set_up.append("Zoom account")
            if jobs_run is None:
                not_set_up.append("recurring jobs")
            backup = last_backup(now)
            broken = [trouble.key for trouble in troubles(now)]
            # The first staff page has a list of its own of these.
            broken += [f"sample text: {one.notice.key}" for one in samples.left_over(now)]
    except Error:
        # The text of the exception may name hosts and users: it stays in here.
        checks["database"] = "does not answer"
    return {
        "ready": set(checks.values()) <= {"ok", BEING_PREPARED},
        **checks,
        "seconds_since_zoom_check": _seconds(zoom_check, now),
        "seconds_since_jobs_run": _seconds(jobs_run, now),
        "seconds_since_backup": _seconds(backup, now),
        "not_set_up": not_set_up,
        "troubles": broken,
    }


def pending_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations that the code has and the database has not."""
    return _known_migrations() - set(MigrationRecorder(connection).applied_migrations())


def _state_of_triggers(missing: Collection[object]) -> str:
    """Say how the triggers stand; what a newer release lifts while it migrates keeps nobody out."""
    if not missing:
        return "ok"
    return BEING_PREPARED if is_under_way() else "triggers are missing"


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of the code; a process never sees others than it started with."""
    return frozenset(MigrationLoader(None).disk_migrations)


def last_zoom_check(now: datetime) -> datetime | None:
    """Return when the account was last read; a time in the future is no answer."""
    done = Check.objects.filter(
        source=Source.ACCOUNT, outcome=Check.Outcome.DONE, at__lte=now + CLOCK_SKEW
    )
    return done.order_by("-at").values_list("at", flat=True).first()


def _seconds(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))

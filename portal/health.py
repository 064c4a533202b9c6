"""/healthz and /readyz: real checks, in words that give nothing away."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from notices.firm import freezing
from notices.firm.jobs import last_heartbeat
from notices.safeguards.models import Check, Source


@cache_control(no_store=True)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; ask nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@cache_control(no_store=True)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the portal can serve, and if not, why."""
    report = examine(timezone.now())
    return JsonResponse(report, status=200 if report["ready"] else 503)


def examine(now: datetime) -> dict[str, Any]:
    """Ask the database, and compare it with the code."""
    checks = {"database": "ok", "migrations": "unknown", "append_only": "unknown"}
    last_zoom_check = last_jobs_run = None
    not_set_up: list[str] = []
    try:
        if pending_migrations():
            checks["migrations"] = "pending"
        else:
            checks["migrations"] = "ok"
            missing = freezing.missing_triggers(connection)
            checks["append_only"] = "triggers are missing" if missing else "ok"
            last_zoom_check, last_jobs_run = _last_zoom_check(), last_heartbeat()
            if last_zoom_check is None:
                not_set_up.append("Zoom account")
            if last_jobs_run is None:
                not_set_up.append("recurring jobs")
    except Error:
        # The text of the exception may name hosts and users: it stays in here.
        checks["database"] = "does not answer"
    return {
        "ready": set(checks.values()) == {"ok"},
        **checks,
        "seconds_since_zoom_check": _seconds(last_zoom_check, now),
        "seconds_since_jobs_run": _seconds(last_jobs_run, now),
        "not_set_up": not_set_up,
    }


def pending_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations that the code has and the database has not."""
    return _known_migrations() - set(MigrationRecorder(connection).applied_migrations())


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of the code; a process never sees others than it started with."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _last_zoom_check() -> datetime | None:
    done = Check.objects.filter(source=Source.ACCOUNT, outcome=Check.Outcome.DONE)
    return done.order_by("-at").values_list("at", flat=True).first()


def _seconds(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))

"""Since when a state lasted, and what deviated how long: derived, and may be rebuilt."""

from __future__ import annotations

from django.db import models

from ..states import State
from .finding import Finding
from .promise import Promise
from .safeguard import PROPERTIES, Safeguard


class StateRun(models.Model):
    """One state of a safeguard without a break, as `states.runs` tells it.

    The last one of a safeguard begins when its check gets too old: it may lie ahead.
    """

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10)
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    # The day in Berlin on which it began, and its year: lists ask by them.
    day = models.DateField()
    year = models.SmallIntegerField()
    # What was promised at that moment, with its reason; the run may have begun without any.
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_late_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["start", "safeguard"]
        indexes = [
            models.Index(name="run_by_moment", fields=["start"]),
            models.Index(name="run_by_day", fields=["day"]),
            models.Index(name="run_by_year", fields=["year"]),
        ]
        constraints = [
            models.UniqueConstraint(name="run_starts_once", fields=["safeguard", "start"])
        ]

    def __str__(self) -> str:
        return f"{self.safeguard_id} {self.state} {self.start:%Y-%m-%d}"


class DeviationSpanQuerySet(models.QuerySet["DeviationSpan"]):
    def failures(self) -> DeviationSpanQuerySet:
        """Leave out what is a property: nobody failed, so nobody is told of a deviation."""
        return self.exclude(safeguard__key__in=PROPERTIES)


class DeviationSpan(models.Model):
    """The account did less than promised, as `states.deviations` tells it."""

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="deviations")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="deviations")
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    # The state that readers could expect at least.
    against = models.CharField(max_length=10, default=State.ON.value)

    objects = DeviationSpanQuerySet.as_manager()

    class Meta:
        ordering = ["start", "safeguard"]
        indexes = [
            models.Index(name="deviation_by_start", fields=["start"]),
            models.Index(name="deviation_by_end", fields=["end"]),
        ]
        constraints = [
            models.UniqueConstraint(name="deviation_starts_once", fields=["safeguard", "start"])
        ]

    def __str__(self) -> str:
        return f"{self.safeguard_id} {self.start:%Y-%m-%d}"


class KeptPromise(models.Model):
    """Which promise readers last saw kept, from `start` on: what deviates is measured by it."""

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    start = models.DateTimeField()

    class Meta:
        ordering = ["start", "safeguard"]
        constraints = [
            models.UniqueConstraint(name="kept_promise_starts_once", fields=["safeguard", "start"])
        ]

    def __str__(self) -> str:
        return f"{self.safeguard_id} {self.start:%Y-%m-%d}"

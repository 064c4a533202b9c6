"""How long checks covered a safeguard without a gap: derived, and may be rebuilt."""

from __future__ import annotations

from django.db import models

from .finding import Source
from .safeguard import Safeguard


class CoveredInterval(models.Model):
    """Checks that renewed each other: from the first of them until the last one gets too old.

    Derived from `CheckCoverage` by `intervals`; `source`, `role` and `confirmed` are those of
    the last check.
    """

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="intervals")
    start = models.DateTimeField()
    end = models.DateTimeField()
    last_check_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    role = models.CharField(max_length=40, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(name="interval_starts_once", fields=["safeguard", "start"])
        ]

    def __str__(self) -> str:
        return f"{self.safeguard_id} {self.start:%Y-%m-%d}"

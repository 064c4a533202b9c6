from __future__ import annotations

from django.db import models


class TextSource(models.Model):
    """Which required text a translation was made from, once that text has moved on.

    No row means: made from the required text as it is. Editions keep theirs in `made_from`.
    """

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    column = models.CharField(max_length=60)
    made_from = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="text_source_once_per_text", fields=["model", "row", "column"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row} {self.column}"

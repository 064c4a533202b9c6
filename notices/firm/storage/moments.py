"""Moments by the thousand: Django makes them of SQLite's text in four steps, where one is enough.

On PostgreSQL they come as text too, so that there is one way for both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Expression, Subquery, TextField
from django.db.models.functions import Cast


def as_text(moment: str | Expression | Subquery[Any]) -> Cast:
    """Return a moment of a query as the database writes it."""
    return Cast(moment, TextField())


def moment_of(text: str) -> datetime:
    """Return the moment; SQLite does not say that it counts in UTC."""
    return datetime.fromisoformat(text if "+" in text else f"{text}+00:00")

"""Parts of addresses."""

from __future__ import annotations

from datetime import date


class IsoDate:
    """A day such as 2024-03-12; impossible days do not match."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class WrongDate:
    """What looks like a day; the days that exist are taken by IsoDate before."""

    regex = r"\d{4}-\d{1,2}-\d{1,2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value

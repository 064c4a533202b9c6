"""The staff pages of safeguards: what is written, what was recorded, what deviates."""

from . import content, records

__all__ = ["content", "records"]

"""The staff pages of meetings; each act has a page and calls one verb of `planning`."""

from . import meeting, meeting_type

__all__ = ["meeting", "meeting_type"]

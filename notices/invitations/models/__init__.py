"""Meetings and all that is said about one."""

from .incidents import IncidentDecision
from .meetings import (
    Adjustment,
    Meeting,
    MeetingErasure,
    MeetingFinding,
    MeetingType,
    spoken,
)
from .minutes import Minutes

__all__ = [
    "Adjustment",
    "IncidentDecision",
    "Meeting",
    "MeetingErasure",
    "MeetingFinding",
    "MeetingType",
    "Minutes",
    "spoken",
]

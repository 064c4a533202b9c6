"""Safeguards, the words for them, and three append-only timelines: nothing else decides."""

from .attestation import Attestation
from .check import Check, CheckCoverage, Reminder
from .evidence import EvidenceFile
from .finding import DeviationNotice, Explanation, Finding, Source
from .interval import CoveredInterval
from .promise import Promise
from .provider import Provider
from .quick_answer import AnswerTie, QuickAnswer
from .run import DeviationSpan, KeptPromise, StateRun
from .safeguard import Safeguard
from .wording import Wording
from .zoom import SeenDelivery, SettingStatement, StaffNotice, ZoomToken

__all__ = [
    "AnswerTie",
    "Attestation",
    "Check",
    "CheckCoverage",
    "CoveredInterval",
    "DeviationNotice",
    "DeviationSpan",
    "EvidenceFile",
    "Explanation",
    "Finding",
    "KeptPromise",
    "Promise",
    "Provider",
    "QuickAnswer",
    "Reminder",
    "Safeguard",
    "SeenDelivery",
    "SettingStatement",
    "Source",
    "StaffNotice",
    "StateRun",
    "Wording",
    "ZoomToken",
]

"""Notices and their editions: what we say, and what we said on any day."""

from .claim_reason import ClaimReason
from .edition import Edition, EditionQuerySet
from .edition_html import EditionHtml
from .edition_pdf import EditionPdf, EditionPdfQuerySet
from .foundation import Foundation
from .notice import Notice
from .redaction import Redaction
from .text_source import TextSource
from .withdrawal import Withdrawal

__all__ = [
    "ClaimReason",
    "Edition",
    "EditionHtml",
    "EditionPdf",
    "EditionPdfQuerySet",
    "EditionQuerySet",
    "Foundation",
    "Notice",
    "Redaction",
    "TextSource",
    "Withdrawal",
]

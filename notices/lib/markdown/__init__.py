"""Markdown of the staff: read as it was meant, limited, rendered, made safe, read again.

Text in, text out: nothing here knows a model, a setting or a request.
"""

from .limits import Fault, MarkdownError
from .losses import check
from .reading import Heading, outline, plain_text
from .rendering import is_clean, render
from .turning import Kind, Turn, turns

__all__ = [
    "Fault",
    "Heading",
    "Kind",
    "MarkdownError",
    "Turn",
    "check",
    "is_clean",
    "outline",
    "plain_text",
    "render",
    "turns",
]

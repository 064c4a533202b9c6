"""A letter as a file, read as Markdown without network, macros or pictures: bytes in, text out."""

from .limits import LARGEST, Fault, LetterError
from .reading import ENDINGS, Letter, read, typed

__all__ = ["ENDINGS", "LARGEST", "Fault", "Letter", "LetterError", "read", "typed"]

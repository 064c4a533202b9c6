"""A letter of Word as HTML: mammoth reads the words and leaves the looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mammoth

from .limits import Fault, LetterError
from .packages import packed

MAIN = "word/document.xml"
# What Word calls the title of a text is its first heading here.
STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Titel'] => h1:fresh"


def html_of(parts: Mapping[str, bytes]) -> str:
    """Return the text of a .docx file; each picture is an empty `img`."""
    try:
        found: Any = mammoth.convert_to_html(
            packed(dict(parts)),
            style_map=STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=mammoth.images.img_element(lambda _picture: {}),
        )
    except RecursionError as error:
        raise LetterError(Fault.TOO_TANGLED) from error
    except Exception as error:
        # A package may break any rule of the format; mammoth raises whatever comes of it.
        raise LetterError(Fault.BROKEN) from error
    return str(found.value)

"""Open the packages in which word processors keep a text, and look at every part before use."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from lzma import LZMAError
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from .limits import DEEPEST, MOST_ELEMENTS, MOST_MEMBERS, MOST_UNPACKED, Fault, LetterError

XML = (".xml", ".rels")
# The one part that is no XML: it names the kind of a package.
KIND = "mimetype"
# Where the two kinds of files keep programs.
MACROS = ("vbaproject.bin", "basic/", "scripts/", "activex/")
# Whatever the reader of packages raises for one that is damaged.
UNREADABLE = (
    *(BadZipFile, EOFError, LookupError, LZMAError, OSError, RuntimeError, ValueError),
    *(struct.error, zlib.error),
)


def parts_of(raw: bytes) -> dict[str, bytes]:
    """Return the parts of a package that hold words, by name; pictures stay packed."""
    try:
        with ZipFile(BytesIO(raw)) as package:
            members = package.infolist()
            _look_at(members)
            parts = {one.filename: package.read(one) for one in members if _is_read(one)}
    except LetterError:
        raise
    except UNREADABLE as error:
        raise LetterError(Fault.BROKEN) from error
    for name, content in parts.items():
        if name != KIND:
            _look_into(content)
    return parts


def packed(parts: dict[str, bytes]) -> BytesIO:
    """Return a package that holds nothing but these parts."""
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    file.seek(0)
    return file


def _look_at(members: list[ZipInfo]) -> None:
    """Refuse a package by what it says of itself; reading it is bound to that."""
    if len(members) > MOST_MEMBERS:
        raise LetterError(Fault.UNPACKS_TOO_LARGE)
    names = [one.filename.lower() for one in members]
    if any(place in name for name in names for place in MACROS):
        raise LetterError(Fault.HAS_MACROS)
    if len(names) != len(set(names)):
        # Two parts of one name: two programs would read two letters.
        raise LetterError(Fault.BROKEN)
    if any(one.flag_bits & 1 for one in members if _is_read(one)):
        raise LetterError(Fault.LOCKED)
    if sum(one.file_size for one in members if _is_read(one)) > MOST_UNPACKED:
        raise LetterError(Fault.UNPACKS_TOO_LARGE)


def _is_read(member: ZipInfo) -> bool:
    return member.filename.lower().endswith(XML) or member.filename == KIND


def _look_into(content: bytes) -> None:
    """Refuse a part that names entities, or is deeper or larger than a text is."""
    # With names of other documents, so that a prefix which stands for none is found here.
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = elements = 0

    def begins(_name: str, _attributes: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > DEEPEST or elements > MOST_ELEMENTS:
            raise LetterError(Fault.TOO_TANGLED)

    def ends(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declares(*_of: object) -> None:
        # Neither format has a document type; with one come entities that grow or reach out.
        raise LetterError(Fault.HAS_ENTITIES)

    parser.StartElementHandler = begins
    parser.EndElementHandler = ends
    parser.StartDoctypeDeclHandler = declares
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise LetterError(Fault.BROKEN) from error

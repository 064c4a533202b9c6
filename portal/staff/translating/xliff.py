"""Texts as XLIFF 1.2, the format of translation programs: written for them, read back with care."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Iterable
from dataclasses import dataclass

from notices.firm.languages import REQUIRED

from .units import CURRENT, STALE, Unit

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
OWN = "urn:lupe:translation"
LARGEST = 2 * 1024 * 1024
STATE_WORDS = {CURRENT: "translated", STALE: "needs-review-translation"}

etree.register_namespace("", NAMESPACE)
etree.register_namespace("lupe", OWN)


class Unreadable(Exception):
    """This is no XLIFF file of ours in this language."""


@dataclass(frozen=True, slots=True)
class Translated:
    """One text as it came back: what it was made from, and what stood there when it left."""

    key: str
    source: str
    target: str
    was: str


def write(units: Iterable[Unit], language: str) -> bytes:
    """Return the file for a translator; each text carries where it stands."""
    root = etree.Element(_tag("xliff"), {"version": "1.2"})
    file = etree.SubElement(
        root,
        _tag("file"),
        {
            "original": "lupe",
            "datatype": "plaintext",
            "source-language": REQUIRED,
            "target-language": language,
        },
    )
    body = etree.SubElement(file, _tag("body"))
    for unit in units:
        attributes = {"id": unit.key, f"{{{OWN}}}was": unit.target_digest}
        one = etree.SubElement(body, _tag("trans-unit"), attributes)
        etree.SubElement(one, _tag("source")).text = unit.source
        if unit.target:
            state = {"state": STATE_WORDS[unit.state]}
            etree.SubElement(one, _tag("target"), state).text = unit.target
        etree.SubElement(one, _tag("note")).text = f"{unit.kind}: {unit.row} – {unit.field_name}"
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def read(data: bytes, language: str) -> list[Translated]:
    """Return the texts of a file that came back; raise Unreadable for anything else."""
    if len(data) > LARGEST:
        raise Unreadable("size")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("encoding") from error
    # Entities are declared there: they can blow a small file up, or name other files.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable("entities")
    try:
        root = etree.fromstring(data)  # noqa: S314 - without declarations, as checked above
    except (etree.ParseError, ValueError) as error:
        raise Unreadable("xml") from error
    files = root.findall(_tag("file"))
    if root.tag != _tag("xliff") or not files:
        raise Unreadable("format")
    if any(file.get("target-language") != language for file in files):
        raise Unreadable("language")
    return [_read(one) for file in files for one in file.iter(_tag("trans-unit"))]


def _read(one: etree.Element) -> Translated:
    found = {name: one.find(_tag(name)) for name in ("source", "target")}
    # Programs put marks around parts of a text; the words inside are what counts.
    texts = {
        name: "".join(element.itertext()) if element is not None else ""
        for name, element in found.items()
    }
    return Translated(
        one.get("id", ""), texts["source"], texts["target"], one.get(f"{{{OWN}}}was", "")
    )


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"

"""Prüft einen Nachweis: python3 verify.py [NACHWEIS.zip]; ohne Angabe den Ordner dieser Datei.

Needs Python 3.8 or newer and nothing else. A copy of this file lies in every evidence file; it
speaks German because its readers do.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

SUMS = "SHA256SUMS"
DATA = "daten.json"
LINE = re.compile(r"([0-9a-f]{64})  (.+)")
PIECE = 1 << 20
# Far more than any list or edition needs; keeps a forged file from filling the memory.
LARGEST_TEXT = 256 * PIECE


def verify(path: str) -> list[str]:
    """Return what is wrong with the ZIP or folder at `path`; nothing means it is intact."""
    place = Path(path)
    if place.is_dir():
        names = [
            one.relative_to(place).as_posix()
            for one in sorted(place.rglob("*"))
            if one.is_file() and "__pycache__" not in one.parts
        ]
        return check(names, lambda name: (place / name).open("rb"))
    try:
        with zipfile.ZipFile(place) as archive:
            # Folders that a tool wrote when it packed the files again say nothing.
            entries = [one for one in archive.infolist() if not one.is_dir() or one.file_size]
            return check([one.filename for one in entries], archive.open)
    except FileNotFoundError:
        return [f"{place}: Diese Datei gibt es nicht."]
    # The last two: packed in a way that Python cannot unpack, or locked with a password.
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        return [f"{place}: Die Datei lässt sich nicht als ZIP lesen ({error})."]


def check(names: list[str], read: Callable[[str], IO[bytes]]) -> list[str]:
    """Compare the files with the list of sums, then the editions with their digests."""
    found = [f"{name}: kommt mehrfach vor." for name in sorted(set(names)) if names.count(name) > 1]
    present = set(names) - {SUMS}
    if SUMS not in names:
        return [*found, f"{SUMS}: fehlt. Ohne diese Liste lässt sich nichts prüfen."]
    expected: dict[str, str] = {}
    try:
        lines = text_of(read, SUMS).splitlines()
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        return [*found, f"{SUMS}: lässt sich nicht lesen ({error})."]
    for line in lines:
        match = LINE.fullmatch(line)
        if not match or match[2] in expected:
            return [*found, f"{SUMS}: enthält eine Zeile, die keine Prüfsumme ist: {line[:80]!r}"]
        expected[match[2]] = match[1]
    found += [f"{name}: fehlt." for name in sorted(set(expected) - present)]
    found += [f"{name}: gehört nicht dazu." for name in sorted(present - set(expected))]
    for name in sorted(present & set(expected)):
        try:
            if sum_of(read, name) != expected[name]:
                found.append(f"{name}: wurde verändert.")
        except (OSError, zipfile.BadZipFile) as error:
            found.append(f"{name}: wurde verändert oder beschädigt ({error}).")
    return found or check_editions(sorted(present), read)


def check_editions(names: list[str], read: Callable[[str], IO[bytes]]) -> list[str]:
    """Recompute the digest of each edition and follow the chain of each notice."""
    found: list[str] = []
    try:
        chains: dict[str, list[dict[str, Any]]] = json.loads(text_of(read, DATA))["chains"]
        for name in names:
            if name.startswith("fassungen/") and name.endswith(".json"):
                edition = json.loads(text_of(read, name))
                digest = hashlib.sha256(
                    json.dumps(
                        edition["covered"],
                        ensure_ascii=False,
                        sort_keys=True,
                        separators=(",", ":"),
                    ).encode()
                ).hexdigest()
                if digest != edition["digest"]:
                    found.append(f"{name}: Inhalt und Prüfsumme der Fassung passen nicht zusammen.")
                links = chains[edition["covered"]["notice"]]
                if digest not in [link["digest"] for link in links]:
                    found.append(f"{name}: Die Kette kennt diese Fassung nicht.")
        for key, links in sorted(chains.items()):
            found += [f"{key}: {one}" for one in broken_links(links)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found.append(f"{DATA}: hat nicht die erwartete Form ({error!r}).")
    return found


def broken_links(links: list[dict[str, Any]]) -> list[str]:
    """Return which editions do not follow another one."""
    after = {link["previous_digest"]: link for link in links}
    link = after.get("")
    reached: list[str] = []
    while link is not None and link["edition"] not in reached:
        reached.append(link["edition"])
        names = [link["digest"], *link["redacted_from"]]
        link = next((after[name] for name in names if name in after), None)
    return [
        f"Die Kette führt nicht zu Fassung {link['edition']}."
        for link in links
        if link["edition"] not in reached
    ]


def text_of(read: Callable[[str], IO[bytes]], name: str) -> str:
    with read(name) as file:
        content = file.read(LARGEST_TEXT + 1)
    if len(content) > LARGEST_TEXT:
        raise ValueError(f"{name}: zu groß")
    return content.decode()


def sum_of(read: Callable[[str], IO[bytes]], name: str) -> str:
    with read(name) as file:
        return sum_of_pieces(file)


def sum_of_pieces(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(PIECE), b""):
        digest.update(piece)
    return digest.hexdigest()


def sum_of_file(path: str) -> str:
    """Return the SHA-256 of the ZIP itself, to be compared with the one noted at the export."""
    return sum_of(lambda name: Path(name).open("rb"), path)


def main(arguments: list[str]) -> int:
    path = arguments[0] if arguments else str(Path(__file__).resolve().parent)
    problems = verify(path)
    for problem in problems:
        sys.stdout.write(problem + "\n")
    if problems:
        sys.stdout.write(f"Nicht unverändert: {len(problems)} Abweichungen.\n")
        return 1
    sys.stdout.write("Unverändert: Alle Dateien, Fassungen und Ketten stimmen.\n")
    if Path(path).is_file():
        sys.stdout.write(f"SHA-256 dieser Datei: {sum_of_file(path)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

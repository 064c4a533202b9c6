"""Say which lines of the templates are hard to read; `make lint` fails if there are any."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST = 120
# A decision needed twice, or about a state, has a name in code: a template only asks for it.
COMPARISON = re.compile(r"""\{%\s*(?:if|elif)\b[^%]*?(?:[=!]=|\bin\b)\s*["'][^%]*%\}""")


def problems(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number of each line that is too long or compares with a string, and why."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > LONGEST:
            yield number, f"{len(line)} characters, at most {LONGEST}"
        if COMPARISON.search(line):
            yield number, "compares with a string: give the question a name in code"


def main(root: Path) -> int:
    found = 0
    for path in sorted(root.rglob("*.html")):
        for number, why in problems(path.read_text(encoding="utf-8")):
            sys.stderr.write(f"{path}:{number}: {why}\n")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path("templates")))

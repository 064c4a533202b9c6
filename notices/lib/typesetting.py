"""Set texts for display so that no line ends inside a date; nothing of it is stored."""

from __future__ import annotations

import re

from notices.lib.markdown.markers import MONTHS

# Code appears sign by sign as typed; inside of tags there are addresses.
FIXED = re.compile(r"(<(pre|code)\b.*?</\2>|<[^>]*>)", re.DOTALL)
DATE = re.compile(rf"(?<!\d)(\d{{1,2}}\.?) ((?:{MONTHS}|march|may)\b\.?)", re.IGNORECASE)
GROUPS = 3


def dates_together(text: str) -> str:
    """Return text or HTML with a protected blank between each day and its month."""
    parts = FIXED.split(text)
    # Each third part is the name of a tag, which the tag before it holds already.
    return "".join(
        DATE.sub("\\1\N{NO-BREAK SPACE}\\2", part) if place % GROUPS == 0 else part or ""
        for place, part in enumerate(parts)
        if place % GROUPS != GROUPS - 1
    )

"""Keep the names of what is shown, so that past days keep the old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .quick_answer import QuickAnswer
    from .safeguard import Safeguard

# The state of a `Wording` that holds a name or question instead of a claim.
NAME = "name"


def keep_name(subject: Safeguard | QuickAnswer, **texts: str | None) -> None:
    """Append the names of `subject` if they changed, so that past days keep the old ones."""
    newest = subject.wordings.filter(state=NAME).last()
    now = {field: text or "" for field, text in texts.items()}
    if newest and all((getattr(newest, field) or "") == text for field, text in now.items()):
        return
    subject.wordings.create(state=NAME, **now)

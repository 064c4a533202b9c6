"""Which German text an English one was made from, and what changed in German since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .comparing import Section, compare_editions
from .digests import TEXT_FIELDS, english_is_stale, german_source_digest
from .models import Edition

# So many editions are looked through for the source, the newest first.
LOOKED_THROUGH = 50


@dataclass(frozen=True, slots=True)
class EnglishNote:
    """What readers of an English text have to know about it; `source` is None if unknown."""

    edition: Edition
    source: Edition | None


def is_current(edition: Edition) -> bool:
    """Say whether there is an English text and whether it is that of the German one."""
    return bool(edition.text_en) and not english_is_stale(edition)


def english_note(edition: Edition) -> EnglishNote | None:
    """Return the note beside the English text of a published edition, None if it needs none."""
    if not english_is_stale(edition):
        return None
    return EnglishNote(edition, german_source(edition))


def german_source(edition: Edition) -> Edition | None:
    """Return the published edition whose German text the English one was made from."""
    wanted = edition.english_made_from
    if not wanted:
        return None
    fields = [f"{field}_de" for field in TEXT_FIELDS]
    published = Edition.objects.published().filter(notice=edition.notice_id)
    newest_first = published.exclude(pk=edition.pk).order_by("-number", "-correction")
    candidates = newest_first.select_related("notice").only(
        *fields, "text_en", "number", "correction", "notice"
    )
    looked_through: list[Edition] = list(candidates[:LOOKED_THROUGH])
    return next((one for one in looked_through if wanted in _digests(one)), None)


def german_changes(edition: Edition, source: Edition) -> Sequence[Section]:
    """Tell in words how the German text changed since the English one was made."""
    sections = compare_editions(source, edition, "de").sections
    return [section for section in sections if section.changes]


def _digests(edition: Edition) -> set[str]:
    # A draft begins with the texts of an edition and without its note on what was new.
    note = edition.change_note_de
    edition.change_note_de = ""
    without_note = german_source_digest(edition)
    edition.change_note_de = note
    return {german_source_digest(edition), without_note}

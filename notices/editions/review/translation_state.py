"""Which text a translation was made from, and what changed in that text since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from notices.firm.languages import FURTHER, REQUIRED, column, is_missing, name_of, text_of

from ..integrity.digests import TEXT_FIELDS, is_stale, source_digest
from ..models import Edition
from ..pages.comparing import Section, compare_editions

# So many editions are looked through for the source, the newest first.
LOOKED_THROUGH = 50


@dataclass(frozen=True, slots=True)
class TranslationNote:
    """What readers of a translation have to know about it; `source` is None if unknown."""

    edition: Edition
    source: Edition | None

    @property
    def sentence(self) -> str:
        """Say which German edition prevails over which translation."""
        labels = {"label": self.edition.label, "source": self.source and self.source.label}
        if self.source:
            text = _(
                "This is the translation of edition %(source)s; "
                "the German edition %(label)s prevails."
            )
        else:
            text = _(
                "This translation is older than the German text; "
                "the German edition %(label)s prevails."
            )
        return text % labels


@dataclass(frozen=True)
class Translation:
    """What staff have to know about a translation that is missing or older than its source."""

    edition: Edition
    language: str

    @property
    def is_missing(self) -> bool:
        return lacks(self.edition, self.language)

    @property
    def title(self) -> str:
        return _("%(language)s is older than German.") % {"language": name_of(self.language)}

    @property
    def missing_sentence(self) -> str:
        text = _(
            "The text in %(language)s is missing. "
            "Readers will see the German one, marked as German."
        )
        return text % {"language": name_of(self.language)}

    @property
    def sentence(self) -> str:
        """Say from which text the translation was made and what changed there since."""
        if not self.source:
            return _(
                "From which German text this one was made is not known. "
                "Please compare both as a whole."
            )
        if self.changes:
            text = _(
                "This text was made from the German of edition %(label)s. "
                "Since then this changed in German:"
            )
        else:
            text = _(
                "This text was made from the German of edition %(label)s. Title, summary and text "
                "are the same; only the note on what is new differs."
            )
        return text % {"label": self.source.label}

    @property
    def confirmation(self) -> str:
        return _("The text in %(language)s is still right") % {"language": name_of(self.language)}

    @cached_property
    def source(self) -> Edition | None:
        """Return the edition whose text it was made from, if it is known."""
        return source_of(self.edition, self.language)

    @cached_property
    def changes(self) -> Sequence[Section]:
        return changes_since(self.edition, self.source) if self.source else []


def not_current(edition: Edition) -> list[str]:
    """Return the languages whose text is missing or older than the required one."""
    return [one for one in FURTHER if lacks(edition, one) or is_stale(edition, one)]


def lacks(edition: Edition, language: str) -> bool:
    return is_missing(text_of(edition, "text", language))


def note_for(edition: Edition, language: str) -> TranslationNote | None:
    """Return the note beside a translation of a published edition, None if it needs none."""
    if not is_stale(edition, language):
        return None
    return TranslationNote(edition, source_of(edition, language))


def source_of(edition: Edition, language: str) -> Edition | None:
    """Return the published edition whose text the one in `language` was made from."""
    wanted = edition.made_from.get(language)
    if not wanted:
        return None
    fields = [column(field) for field in TEXT_FIELDS]
    published = Edition.objects.published().filter(notice=edition.notice_id)
    newest_first = published.exclude(pk=edition.pk).order_by("-number", "-correction")
    candidates = newest_first.select_related("notice").only(
        *fields, "number", "correction", "notice"
    )
    looked_through: list[Edition] = list(candidates[:LOOKED_THROUGH])
    return next((one for one in looked_through if wanted in _digests(one)), None)


def changes_since(edition: Edition, source: Edition) -> Sequence[Section]:
    """Tell in words how the required text changed since `source`."""
    sections = compare_editions(source, edition, REQUIRED).sections
    return [section for section in sections if section.changes]


def _digests(edition: Edition) -> set[str]:
    # A draft begins with the texts of an edition and without its note on what was new.
    name = column("change_note")
    note = getattr(edition, name)
    setattr(edition, name, "")
    without_note = source_digest(edition)
    setattr(edition, name, note)
    return {source_digest(edition), without_note}

"""What pages say about an edition in whole sentences, from its dates and roles only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm.languages import localised
from notices.firm.templatetags.lupe import day, in_its_language
from notices.firm.words.sentences import joined, sentence

from ..models import Edition, Foundation, Notice, Withdrawal


def numbered_name(edition: Edition) -> str:
    """Return "Edition 7" or "Correction 7.1"."""
    name = _("Correction %(label)s") if edition.correction else _("Edition %(label)s")
    return name % {"label": edition.label}


def approval(edition: Edition) -> SafeString:
    """Say who approved the edition, or why nobody did."""
    date = day(edition.published_at)
    if edition.correction and not edition.approver_role:
        text = _(
            "Correction of %(date)s: it changes no meaning, so nobody had to approve it before. "
            "Our reviewers see it afterwards."
        )
    elif not edition.approver_role:
        text = _("No approval is recorded.")
    elif edition.four_eyes:
        text = _("%(date)s, by a second person who reviews our texts")
    else:
        text = _("%(date)s, by the same person who wrote this text")
    return sentence(text, date=date)


def in_force(edition: Edition, ending: Ending | None = None) -> SafeString:
    """Say since when the edition is in force, or from when until when it was."""
    start = day(edition.in_force_from)
    if ending and ending.replaced_elsewhere:
        text = _("Edition %(label)s, in force from %(start)s. %(elsewhere)s")
        return sentence(text, label=edition.label, start=start, elsewhere=replaced_elsewhere())
    if ending:
        text = _("Edition %(label)s, in force from %(start)s until %(end)s.")
        return sentence(text, label=edition.label, start=start, end=day(ending.at))
    text = _("Edition %(label)s, in force since %(date)s.")
    return sentence(text, label=edition.label, date=start)


def validity(
    start: datetime, end: datetime | None, *, replaced_elsewhere: bool = False
) -> SafeString:
    """Say from when to when an edition was valid; `end` is None while it is."""
    if replaced_elsewhere:
        text = _("valid from %(start)s, later replaced outside this portal, the day is not known")
        return sentence(text, start=day(start))
    if end:
        return sentence(_("valid from %(start)s to %(end)s"), start=day(start), end=day(end))
    return sentence(_("valid since %(start)s"), start=day(start))


def replaced_elsewhere() -> str:
    """Say of a text from before this portal why it has no last day."""
    return _("It was replaced outside this portal. On which day, our records do not say.")


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a former edition no longer holds: replaced, or withdrawn."""

    edition: Edition
    at: datetime
    withdrawal: Withdrawal | None
    replaced_elsewhere: bool = False

    @property
    def sentence(self) -> SafeString:
        if self.withdrawal:
            text = _("We withdrew this edition on %(date)s.")
            return sentence(text, date=day(self.withdrawal.at))
        return sentence(_("This edition is no longer in force."))

    @property
    def reason(self) -> SafeString:
        if self.withdrawal:
            reason = in_its_language(localised(self.withdrawal, "reason"))
            return sentence(_("The reason: %(reason)s"), reason=reason)
        if self.replaced_elsewhere:
            text = _("It applied from %(start)s. %(elsewhere)s")
            start = day(self.edition.in_force_from)
            return sentence(text, start=start, elsewhere=replaced_elsewhere())
        text = _("It applied from %(start)s until %(end)s.")
        return sentence(text, start=day(self.edition.in_force_from), end=day(self.at))

    @property
    def span(self) -> SafeString:
        """Say from when until when it held, as a fact about this edition."""
        start = day(self.edition.in_force_from)
        if self.replaced_elsewhere:
            text = _("from %(start)s, until a day that our records do not name")
            return sentence(text, start=start)
        return sentence(_("from %(start)s until %(end)s"), start=start, end=day(self.at))


@dataclass(frozen=True, slots=True)
class Fallen:
    """The legal bases of a text that fell after it was written, oldest first."""

    foundations: Sequence[Foundation]

    def __bool__(self) -> bool:
        return bool(self.foundations)

    @property
    def sentence(self) -> SafeString:
        text = _("Parts have not been right since %(date)s.")
        return sentence(text, date=day(self.foundations[0].fallen_on))

    @property
    def reason(self) -> str:
        return ngettext(
            "This legal basis has fallen since:",
            "These legal bases have fallen since:",
            len(self.foundations),
        )

    @property
    def lines(self) -> list[SafeString]:
        """Return each basis with its day and what we note about it."""
        text = _("%(name)s: since %(date)s.")
        return [
            joined(
                [
                    sentence(
                        text,
                        name=in_its_language(localised(one, "name")),
                        date=day(one.fallen_on),
                    ),
                    in_its_language(localised(one, "note")),
                ]
            )
            for one in self.foundations
        ]


def lead(notice: Notice) -> str:
    """Say what kind of text this is, below its title."""
    if notice.kind == Notice.Kind.PRIVACY:
        return _("What happens to your data when you take part in a video meeting with us.")
    return _("Our letter to everyone who meets us by video.")

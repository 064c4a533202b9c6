"""What readers lose when an edition is withdrawn: computed, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.editions.models import Edition, Notice
from notices.faq.models import Question
from notices.firm.languages import CODES, column
from notices.firm.templatetags.lupe import day_and_clock
from notices.firm.words.sentences import sentence
from notices.invitations.models import Meeting


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """What becomes different on public pages, and what leans on the edition."""

    edition: Edition
    in_force: Edition | None
    following: Edition | None
    meetings: Sequence[Meeting]
    questions: Sequence[Question]

    @property
    def is_in_force(self) -> bool:
        return self.in_force == self.edition

    @property
    def address(self) -> str:
        return self.edition.notice.get_absolute_url()

    @property
    def instead(self) -> SafeString:
        """Say what readers find at the address of the notice from then on."""
        if self.is_in_force:
            return sentence(
                _("They read “%(words)s” and whom to ask. The text itself is gone from there."),
                words=_("No published edition is in force."),
            )
        if self.in_force is None:
            return sentence(_("They read as before that no edition is in force."))
        text = _("They read edition %(label)s as before: that is the one in force.")
        return sentence(text, label=self.in_force.label)

    @property
    def then(self) -> SafeString:
        """Say which edition comes by itself, if any does."""
        if self.following is None or self.following.in_force_from is None:
            return sentence(_("No later edition is scheduled. Nothing comes back by itself."))
        text = _("Edition %(label)s comes into force by itself: %(moment)s.")
        moment = day_and_clock(self.following.in_force_from)
        return sentence(text, label=self.following.label, moment=moment)


def withdrawing(edition: Edition) -> Withdrawing:
    """Return what withdrawing `edition` now would change."""
    now = timezone.now()
    notice = edition.notice
    following = (
        Edition.objects.published()
        .filter(notice=notice, in_force_from__gt=now, withdrawal=None)
        .exclude(pk=edition.pk)
        .order_by("in_force_from", "number", "correction")
        .first()
    )
    return Withdrawing(
        edition=edition,
        in_force=notice.in_force_at(now),
        following=following,
        meetings=_meetings(edition, now),
        questions=_questions(notice),
    )


def _meetings(edition: Edition, now: datetime) -> list[Meeting]:
    """Return the meetings to come on whose pages this edition stands."""
    notice = edition.notice
    if notice.kind != Notice.Kind.PRIVACY:
        return []
    coming = Meeting.objects.upcoming().filter(cancelled_at=None)
    return [one for one in coming if notice.in_force_at(max(one.starts_at, now)) == edition]


def _questions(notice: Notice) -> list[Question]:
    """Return the questions whose answer links to the notice."""
    links = []
    for language in CODES:
        with translation.override(language):
            address = notice.get_absolute_url()
        links += [Q(**{f"{column('answer', code)}__contains": address}) for code in CODES]
    return list(Question.objects.filter(reduce(or_, links)))

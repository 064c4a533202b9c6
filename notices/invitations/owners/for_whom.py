"""For whom a meeting is held, who answers for the data, and on which resolution it rests.

Computed from what was confirmed by the start of the meeting, never typed with the meeting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from notices.communities.models import CommunityDetails, Resolution
from notices.communities.reading import Flaw, details_at, resolution_for
from notices.firm.days import day_of
from notices.firm.languages import Localised, localised, text_of
from notices.firm.models import FirmDetails, Organisation
from notices.firm.templatetags.lupe import day_words

from ..models import Meeting


@dataclass(frozen=True, slots=True)
class ForWhom:
    """What a meeting's page and its invitation say about the community."""

    details: CommunityDetails
    firm: FirmDetails
    resolution: Resolution | None
    entered_later_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.details.name}, {self.details.address}"

    @property
    def who_answers(self) -> str:
        """Say who is the controller under the GDPR."""
        names = {"community": self.details.name, "firm": self.firm.legal_name}
        if self.details.controller == CommunityDetails.Controller.MANAGER:
            return _("%(firm)s is responsible for your data.") % names
        if self.details.controller == CommunityDetails.Controller.JOINT:
            return _("%(community)s and %(firm)s are jointly responsible for your data.") % names
        return _("%(community)s is responsible for your data. %(firm)s acts on its behalf.") % names

    @property
    def terms(self) -> Localised | None:
        """Return what two joint controllers have agreed (Art. 26 GDPR)."""
        is_joint = self.details.controller == CommunityDetails.Controller.JOINT
        return localised(self.details, "joint_terms") if is_joint else None

    @property
    def basis(self) -> str:
        """Name the resolution that lets people take part by video; nothing without one."""
        if self.resolution is None:
            return ""
        days = {
            "day": day_words(self.resolution.resolved_on),
            "until": day_words(self.resolution.until),
        }
        if self.resolution.until:
            return _("resolution of %(day)s, valid until %(until)s") % days
        return _("resolution of %(day)s") % days

    @property
    def sentences(self) -> Sequence[str]:
        """Return what an invitation says of it."""
        said = [_("For: %(name)s.") % {"name": self.name}, self.who_answers]
        if self.basis:
            said.append(_("Basis of taking part by video: %(basis)s.") % {"basis": self.basis})
        return said


def for_whom(meeting: Meeting, now: datetime) -> ForWhom | None:
    """Return what is said at `now`; from its start on, what was known by then."""
    if meeting.community is None:
        return None
    moment = min(now, meeting.starts_at)
    details = details_at(meeting.community, moment)
    if details is None:
        return None
    resolution, flaw = carried_by(meeting, moment)
    late = details.decided_at if details.decided_at and details.decided_at > moment else None
    return ForWhom(
        details=details,
        firm=meeting.firm or Organisation.objects.current(),
        resolution=None if flaw else resolution,
        entered_later_at=late,
    )


def carried_by(meeting: Meeting, moment: datetime) -> tuple[Resolution | None, Flaw | None]:
    """Return the resolution for this form of meeting and what is wrong with it."""
    if meeting.community is None or not meeting.type.needs_resolution:
        return None, None
    return resolution_for(meeting.community, form_of(meeting), day_of(meeting.starts_at), moment)


def form_of(meeting: Meeting) -> str:
    """Say whether people may also come in person: then others take part online, else all do."""
    has_room = bool(text_of(meeting, "place"))
    return Resolution.Kind.HYBRID if has_room else Resolution.Kind.VIRTUAL

"""The steps of the guided start: how far each is, in words, and where it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notices.editions.review.samples import left_over
from notices.firm.audit import Act
from notices.firm.models import AuditEntry, Organisation
from notices.invitations.models import Meeting

from . import sample_texts
from .all_safeguards import standings
from .profile_forms import PARTS, open_parts


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whether it is done, what is left, the page where it goes on, and who may.

    `is_waiting` says that what is left is up to a second person.
    """

    title: Promise
    is_done: bool
    told: str
    address: str
    permission: str
    button: str
    is_waiting: bool = False


def steps() -> Sequence[Step]:
    """Return the steps in their order, read from what is stored."""
    return (_profile(), _texts(), _safeguards(), _meeting(), _posters())


def _profile() -> Step:
    row = Organisation.objects.current()
    if not row.is_sample:
        return Step(
            gettext_lazy("Our details"),
            True,
            _("These are your own details."),
            reverse("admin:set-up-profile-whole"),
            "firm.change_organisation",
            _("Look at our details"),
        )
    left = open_parts(row)
    told = ngettext(
        "%(n)d of %(count)d parts still holds something of the sample.",
        "%(n)d of %(count)d parts still hold something of the sample.",
        len(left),
    ) % {"n": len(left), "count": len(PARTS)}
    return Step(
        gettext_lazy("Our details"),
        False,
        told if left else _("Everything is entered. Please read it once and confirm it."),
        reverse("admin:set-up-profile", args=left[:1])
        if left
        else reverse("admin:set-up-profile-whole"),
        "firm.change_organisation",
        _("Enter our details"),
    )


def _texts() -> Step:
    is_sample = Organisation.objects.current().is_sample
    left = left_over(timezone.now())
    told = _("The details are put into the texts once you have confirmed them.")
    if left:
        told = _("Still with the sample firm: %(names)s") % {
            "names": ", ".join(str(edition.notice) for edition in left)
        }
    elif not is_sample:
        told = _("No text names the sample firm any more.")
    return Step(
        gettext_lazy("Texts"),
        not is_sample and not left,
        told,
        reverse("admin:set-up-texts"),
        "editions.add_edition",
        _("Put our details into the texts"),
        is_waiting=bool(left) and len(sample_texts.waiting()) == len(left),
    )


def _safeguards() -> Step:
    # What was looked up while the profile was the sample's is forgotten with it.
    is_sample = Organisation.objects.current().is_sample
    found = standings()
    still_open = [one for one in found if one.is_open]
    waiting = [one for one in found if one.is_waiting]
    told = _("%(open)d of %(count)d settings are not looked up yet.")
    if waiting:
        told = _(
            "%(open)d of %(count)d settings are not looked up yet; "
            "%(waiting)d wait for a second person."
        )
    if waiting and not still_open:
        told = _("All settings are looked up; %(waiting)d wait for a second person.")
    if is_sample:
        told = _("What you look up counts once your own details are confirmed.")
    counts = {"open": len(still_open), "waiting": len(waiting), "count": len(found)}
    is_done = bool(found) and not still_open and not waiting and not is_sample
    return Step(
        gettext_lazy("Settings at Zoom"),
        is_done,
        _("All settings are looked up.") if is_done else told % counts,
        reverse("admin:set-up-safeguards"),
        "safeguards.add_promise",
        _("Look them up by hand"),
        is_waiting=not still_open and bool(waiting),
    )


def _meeting() -> Step:
    count = Meeting.objects.filter(is_sample=False).count()
    told = ngettext("%(n)d meeting is entered.", "%(n)d meetings are entered.", count)
    return Step(
        gettext_lazy("First meeting"),
        bool(count),
        told % {"n": count} if count else _("No meeting is entered yet."),
        reverse("admin:invitations_meeting_add"),
        "invitations.add_meeting",
        _("Enter a meeting"),
    )


def _posters() -> Step:
    is_done = AuditEntry.objects.filter(act=Act.POSTERS_UP).exists()
    return Step(
        gettext_lazy("Posters"),
        is_done,
        _("The sheets with the QR codes hang.")
        if is_done
        else _("Print the sheets with the QR codes and put them up."),
        reverse("admin:short-links"),
        "invitations.view_meeting",
        _("To the sheets"),
    )

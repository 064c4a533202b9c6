"""Tell staff by e-mail that the account cannot be read, or holds a setting that nobody knows."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm import mailing
from notices.firm.jobs import Job

from .. import checking, new_settings
from ..models import StaffNotice
from .alerts import LANGUAGE, LEASE, moment_in_words


def tell_of_failures() -> None:
    """Tell everybody once that the account could not be read twice, while that is so."""
    failing = checking.failing()
    to = mailing.addresses_of("editor", "reviewer", "operator")
    subject = f"failing {failing.first.pk}" if failing else ""
    if failing is None or not to or not _untold([subject]):
        return
    with translation.override(LANGUAGE):
        lines = [
            _("Every try since %(moment)s failed.") % {"moment": moment_in_words(failing.first.at)},
            failing.sentence,
            _("What was read before falls due day by day; then readers see “Check due”."),
            _("Connection to Zoom, for operators: %(link)s")
            % {"link": mailing.link(reverse("admin:zoom"))},
            _("Start page: %(link)s") % {"link": mailing.link(reverse("admin:index"))},
        ]
        mailing.send(_("The Zoom account cannot be read"), "\n\n".join(lines) + "\n", to)
    _remember([subject])


def tell_of_new_settings() -> None:
    """Tell those who can say what they do, once of each, of settings that nobody knows."""
    to = mailing.addresses_of("editor", "reviewer")
    paths = [one.path for one in new_settings.waiting()] if to else []
    untold = _untold([f"setting {path}" for path in paths])
    if not untold:
        return
    with translation.override(LANGUAGE):
        title = ngettext(
            "Zoom has a new setting that may capture something",
            "Zoom has new settings that may capture something",
            len(untold),
        )
        lines = [
            "\n".join(f"- {subject.removeprefix('setting ')}" for subject in untold),
            _("Readers are told that we cannot confirm whether anything is recorded."),
            _("Two people have to say here what they do: %(link)s")
            % {"link": mailing.link(reverse("admin:new-settings"))},
        ]
        mailing.send(title, "\n\n".join(lines) + "\n", to)
    _remember(untold)


def _untold(subjects: list[str]) -> list[str]:
    told = StaffNotice.objects.filter(subject__in=subjects).values_list("subject", flat=True)
    return sorted(set(subjects) - set(told))


def _remember(subjects: Collection[str]) -> None:
    # Written last: what was not sent must not count as told.
    StaffNotice.objects.bulk_create(
        [StaffNotice(subject=subject) for subject in subjects], ignore_conflicts=True
    )


FAILURES = Job("failures", "Tell staff that Zoom cannot be read", tell_of_failures, lease=LEASE)
NEW_SETTINGS = Job(
    "new-settings", "Tell staff of new settings at Zoom", tell_of_new_settings, lease=LEASE
)

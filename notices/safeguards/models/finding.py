"""What was seen, what staff say of it, and who was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.storage.append_only import AppendOnly

from ..read_share import LEAST_READ_PERCENT, enough_read
from ..states import Lock as LockValue
from ..states import Verdict as VerdictValue
from .safeguard import Safeguard


class Source(models.TextChoices):
    """Where a finding or a check comes from."""

    ACCOUNT = "account", _("automatically, from the Zoom account")
    HAND = "hand", _("by hand")
    IMPORT = "import", _("imported")


class FindingQuerySet(models.QuerySet["Finding"]):
    def telling(self) -> FindingQuerySet:
        """Leave out what tells neither good nor bad: `states.says_something` in SQL."""
        differs = Q(users_differing__gt=0) | Q(groups_differing__gt=0)
        sure = _enough_read("users") & _enough_read("groups")
        return self.filter(
            Q(verdict=Finding.Verdict.NOT_PROTECTED)
            | Q(verdict=Finding.Verdict.PROTECTED) & (differs | sure)
        )

    def latest_first(self) -> FindingQuerySet:
        return self.order_by("-seen_at", "-recorded_at", "-id")


def _enough_read(whom: str) -> Q:
    least = F(f"{whom}_total") * LEAST_READ_PERCENT
    enough = GreaterThanOrEqual(F(f"{whom}_read") * 100, least)
    return Q(**{f"rests_on_{whom}": False}) | Q(**{f"{whom}_total__gt": 0}) & Q(enough)


class Finding(AppendOnly):
    """What was seen; written only when it differs from the newest one."""

    class Verdict(models.TextChoices):
        PROTECTED = VerdictValue.PROTECTED.value, _("protected")
        NOT_PROTECTED = VerdictValue.NOT_PROTECTED.value, _("not protected")
        UNKNOWN = VerdictValue.UNKNOWN.value, _("unknown")

    class Lock(models.TextChoices):
        LOCKED = LockValue.LOCKED.value, _("locked for everyone")
        UNLOCKED = LockValue.UNLOCKED.value, _("a default that can be changed")
        NOT_LOCKABLE = LockValue.NOT_LOCKABLE.value, _("Zoom offers no lock")
        UNKNOWN = LockValue.UNKNOWN.value, _("unknown")

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="findings")
    verdict = models.CharField(_("finding"), max_length=15, choices=Verdict)
    lock = models.CharField(_("lock"), max_length=15, choices=Lock, default=Lock.UNKNOWN)
    users_read = models.PositiveIntegerField(_("users read"), default=0)
    # How many there are to read, those that are gone not counted; empty where nobody counted.
    users_total = models.PositiveIntegerField(_("users in all"), null=True, blank=True)
    users_differing = models.PositiveIntegerField(_("users that differ"), default=0)
    groups_read = models.PositiveIntegerField(_("groups read"), default=0)
    groups_total = models.PositiveIntegerField(_("groups in all"), null=True, blank=True)
    groups_differing = models.PositiveIntegerField(_("groups that differ"), default=0)
    # Whether users, or groups, can change the setting, so that each of them has to be read.
    rests_on_users = models.BooleanField(_("rests on the users"), default=False)
    rests_on_groups = models.BooleanField(_("rests on the groups"), default=False)
    seen_at = models.DateTimeField(_("seen at"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["seen_at", "recorded_at", "id"]
        indexes = [models.Index(name="finding_by_moment", fields=["safeguard", "seen_at"])]
        constraints = [
            models.CheckConstraint(
                name="finding_was_seen_before_it_was_recorded",
                condition=Q(seen_at__lte=F("recorded_at")),
            ),
            models.CheckConstraint(
                name="finding_counts_differing_among_read",
                condition=Q(users_differing__lte=F("users_read"))
                & Q(groups_differing__lte=F("groups_read")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.get_verdict_display()}"

    @property
    def differs_below(self) -> bool:
        """Say whether users or groups have a weaker value of their own."""
        return self.users_differing > 0 or self.groups_differing > 0

    @property
    def is_sure(self) -> bool:
        """Say whether so many were read of those who can change it that the finding holds."""
        users = not self.rests_on_users or enough_read(self.users_read, self.users_total)
        groups = not self.rests_on_groups or enough_read(self.groups_read, self.groups_total)
        return users and groups


class Explanation(AppendOnly):
    """What staff say about a deviation, attached to the finding that opened it."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="explanations")
    text = models.CharField(_("explanation"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return self.text

    def audit_name(self) -> str:
        """Return what the audit may keep for ever: its own words may name people."""
        return str(self.finding.safeguard)


class DeviationNotice(AppendOnly):
    """The reviewers were told that the deviation opened by `finding` has opened or closed."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        CLOSED = "closed", _("closed")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("e-mail about a deviation")
        verbose_name_plural = _("e-mails about deviations")
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="deviation_notice_goes_out_once", fields=["finding", "kind"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind}"

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import unique_in_each
from notices.firm.old_slugs import KeepsOldSlugs
from notices.safeguards.models import Safeguard

from .foundation import Foundation

if TYPE_CHECKING:
    from .edition import Edition


class Notice(KeepsOldSlugs):
    """A text with an address; its editions say what it says when."""

    slug_kind = "notice"

    class Kind(models.TextChoices):
        LETTER = "letter", _("letter")
        PRIVACY = "privacy", _("privacy notice")
        IMPRINT = "imprint", _("imprint")
        WEBSITE_PRIVACY = "website_privacy", _("privacy of this website")
        ACCESSIBILITY = "accessibility", _("accessibility statement")
        EASY = "easy", _("simply explained")

    # Kinds with an address of their own: one of each per site, not in the list of notices.
    SINGLE_KINDS = (Kind.IMPRINT, Kind.WEBSITE_PRIVACY, Kind.ACCESSIBILITY, Kind.EASY)

    key = models.SlugField(_("key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    review_due = models.DateField(_("next review due"), null=True, blank=True)
    safeguards = models.ManyToManyField(
        Safeguard, blank=True, related_name="notices", verbose_name=_("claims these safeguards")
    )
    foundations = models.ManyToManyField(
        Foundation, blank=True, related_name="notices", verbose_name=_("leans on")
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["kind", "key"]
        constraints = [
            *unique_in_each("slug", "notice_{column}_is_unique"),
            models.UniqueConstraint(
                name="notice_single_kinds_are_single",
                fields=["kind"],
                condition=Q(kind__in=["imprint", "website_privacy", "accessibility", "easy"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_single(self) -> bool:
        return self.kind in self.SINGLE_KINDS

    @property
    def is_signed(self) -> bool:
        return self.kind == self.Kind.LETTER

    def get_absolute_url(self) -> str:
        if self.is_single:
            return reverse(f"page-{self.kind.replace('_', '-')}")
        return reverse("notice-detail", kwargs={"slug": self.slug})

    def in_force_at(self, moment: datetime) -> Edition | None:
        """Return the edition in force at `moment`; withdrawing it revives no earlier one."""
        started = self.editions.came_into_force_by(moment)  # type: ignore[attr-defined]
        newest = started.in_force_order().select_related("notice", "withdrawal").first()
        return newest.if_not_withdrawn(moment) if newest else None

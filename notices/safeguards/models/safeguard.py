"""One Zoom setting that protects people."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import in_columns, texts_of, unique_in_each
from notices.firm.old_slugs import KeepsOldSlugs

from .names import keep_name
from .provider import Provider

# Full encryption shuts out browser and telephone: a choice with consequences, and no failure.
PROPERTIES = ("join_without_end_to_end",)


class Safeguard(KeepsOldSlugs):
    """One Zoom setting that protects people."""

    slug_kind = "safeguard"

    class Group(models.TextChoices):
        RECORDING = "recording", _("Is anything recorded?")
        SEEN = "seen", _("What can others see of me?")
        ACCESS = "access", _("Who can get in?")
        READING = "reading", _("Who can read along?")
        DATA = "data", _("Where does my data go?")

    class CheckedBy(models.TextChoices):
        ACCOUNT = "account", _("read from the Zoom account")
        HAND = "hand", _("compared by hand")

    key = models.SlugField(_("key"), max_length=40, unique=True)
    # Empty: Zoom, whose account can be read.
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("tool")
    )
    slug = models.SlugField(_("address on the page"), max_length=60)
    group = models.CharField(_("group"), max_length=10, choices=Group)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    letter_item = models.PositiveSmallIntegerField(
        _("item in the founding letter"), null=True, blank=True, unique=True
    )
    name = models.CharField(_("name"), max_length=80)
    zoom_name = models.CharField(_("Zoom's name of the setting"), max_length=120)
    listed = models.BooleanField(_("listed on the safeguards page"), default=True)
    checked_by = models.CharField(_("how it is checked"), max_length=10, choices=CheckedBy)
    max_age_days = models.PositiveSmallIntegerField(
        _("days until the next check is due"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )

    # What a machine reads several times a day must not stay green for long once it breaks.
    ACCOUNT_DAYS = 7
    HAND_DAYS = 90

    class Meta:
        verbose_name = _("safeguard")
        verbose_name_plural = _("safeguards")
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="safeguard_letter_has_13_items",
                condition=Q(letter_item__isnull=True) | Q(letter_item__range=(1, 13)),
            ),
            models.CheckConstraint(
                name="safeguard_age_limit_is_bounded", condition=Q(max_age_days__range=(1, 366))
            ),
            models.CheckConstraint(
                name="safeguard_of_another_tool_is_checked_by_hand",
                condition=Q(provider__isnull=True) | Q(checked_by="hand"),
                violation_error_message=_("Only Zoom’s settings are read from an account."),
            ),
            *unique_in_each("slug", "safeguard_{column}_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_property(self) -> bool:
        """Say whether this tells what a meeting is like, which is neither protection nor lack."""
        return self.key in PROPERTIES

    def holds_days(self, *, by_account: bool) -> int:
        """Return for how many days a check holds; what people compare holds longer."""
        if by_account:
            return min(self.max_age_days, self.ACCOUNT_DAYS)
        by_hand = self.checked_by == self.CheckedBy.HAND
        return self.max_age_days if by_hand else self.HAND_DAYS

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        keep_name(self, **in_columns("text", texts_of(self, "name")))

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.Model):
    """A further tool for video meetings; everything without one is about Zoom.

    Nothing reads its settings by itself: people attest its safeguards by hand.
    """

    name = models.CharField(_("name of the tool"), max_length=40, unique=True)
    received = models.CharField(_("what the tool receives"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("further tool for video meetings")
        verbose_name_plural = _("further tools for video meetings")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

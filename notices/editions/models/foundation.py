from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Foundation(models.Model):
    """A legal ground that notices lean on: framework, clauses, contract or law."""

    class Kind(models.TextChoices):
        FRAMEWORK = "framework", _("framework")
        CLAUSES = "clauses", _("standard contractual clauses")
        CONTRACT = "contract", _("contract")
        LAW = "law", _("law")

    class State(models.TextChoices):
        STANDS = "stands", _("stands")
        FALLEN = "fallen", _("has fallen")

    key = models.SlugField(_("key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=160)
    source_url = models.URLField(_("source"), max_length=300, blank=True)
    checked_on = models.DateField(_("checked on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STANDS)
    fallen_on = models.DateField(_("fallen on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("legal foundation")
        verbose_name_plural = _("legal foundations")
        ordering = ["kind", "key"]
        constraints = [
            models.CheckConstraint(
                name="foundation_fallen_has_a_day",
                condition=Q(state="stands", fallen_on__isnull=True)
                | Q(state="fallen", fallen_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

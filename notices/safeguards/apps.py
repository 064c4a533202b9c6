from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SafeguardsConfig(AppConfig):
    name = "notices.safeguards"
    label = "safeguards"
    verbose_name = _("Safeguards")

    def ready(self) -> None:
        post_migrate.connect(derive_once, sender=self)


def derive_once(using: str, **_kwargs: Any) -> None:
    """Derive what a database from before lacks, or what a migration changed."""
    # Models exist only once all apps are loaded.
    from .derived import intervals, runs

    tables = connections[using].introspection.table_names()
    if not {"safeguards_coveredinterval", "safeguards_staterun"} <= set(tables):
        return
    if not intervals.is_right():
        intervals.rebuild()
    if not runs.is_right(timezone.now()):
        runs.rebuild()

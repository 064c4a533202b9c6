from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "notices.editions"
    label = "editions"
    verbose_name = _("Notices and editions")

    def ready(self) -> None:
        from .review import text_sources

        pre_save.connect(text_sources.note_sources, dispatch_uid="editions.text_sources")

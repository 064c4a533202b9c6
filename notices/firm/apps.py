from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class FirmConfig(AppConfig):
    name = "notices.firm"
    label = "firm"
    verbose_name = _("Our firm")

    def ready(self) -> None:
        from .freezing import install_after_migrate, prepare_for_migrate

        pre_migrate.connect(prepare_for_migrate, dispatch_uid="firm.freezing")
        post_migrate.connect(install_after_migrate, dispatch_uid="firm.freezing")

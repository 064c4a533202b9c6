from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate, pre_migrate, pre_save
from django.utils.translation import gettext_lazy as _


class FirmConfig(AppConfig):
    name = "notices.firm"
    label = "firm"
    verbose_name = _("Our firm")

    def ready(self) -> None:
        from .earlier import keeping
        from .storage import append_only, site_version
        from .words import fixed_words

        fixed_words.replace_tag()
        for module in (append_only, site_version):
            uid = module.__name__
            pre_migrate.connect(module.prepare_for_migrate, dispatch_uid=uid)
            post_migrate.connect(module.install_after_migrate, dispatch_uid=uid)
        pre_save.connect(keeping.keep, dispatch_uid="firm.earlier")
        m2m_changed.connect(keeping.keep_ties, dispatch_uid="firm.earlier_ties")

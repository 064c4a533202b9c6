from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    default = True

    def ready(self) -> None:
        from django.apps import apps

        from notices.firm.inputs import yes_no
        from notices.firm.models import Organisation
        from notices.firm.words.field_words import name_fields

        from . import checks  # noqa: F401 - importing the checks registers them
        from .serving import error_pages

        yes_no.install()
        # Django's own word for it is no word of an office.
        apps.get_app_config("auth").verbose_name = _("Accounts of staff")
        name_fields(model for model in apps.get_models() if model.__module__.startswith("notices"))
        post_save.connect(
            error_pages.write_when_saved,
            sender=Organisation,
            dispatch_uid="portal.error_pages",
        )


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our own site in place of the stock one."""

    default = False
    default_site = "portal.staff.site.PortalAdminSite"

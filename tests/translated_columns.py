"""Tell mypy the columns that django-modeltranslation adds to a model, one per language."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from mypy.nodes import MDEF, SymbolTableNode, Var
from mypy.plugin import ClassDefContext
from mypy_django_plugin.main import NewSemanalDjangoPlugin

Hook = Callable[[ClassDefContext], None]


class Plugin(NewSemanalDjangoPlugin):
    """The plugin of django-stubs, which has loaded the models, and what they gained since."""

    def get_base_class_hook(self, fullname: str) -> Hook | None:
        """Add the columns after everything else is known of the class."""
        hook = super().get_base_class_hook(fullname)
        if hook is None:
            return None

        def with_columns(context: ClassDefContext) -> None:
            hook(context)
            _add_columns(context)

        return with_columns


def _add_columns(context: ClassDefContext) -> None:
    module, _, name = context.cls.fullname.rpartition(".")
    for model in apps.get_models():
        if model.__module__ != module or model.__name__ != name:
            continue
        for field in model._meta.get_fields():
            if not hasattr(field, "translated_field"):
                continue
            column = Var(field.name, context.api.named_type("builtins.str"))
            column.info = context.cls.info
            column._fullname = f"{context.cls.fullname}.{field.name}"
            context.cls.info.names[field.name] = SymbolTableNode(
                MDEF, column, plugin_generated=True
            )


def plugin(version: str) -> type[Plugin]:
    """Return the plugin to mypy."""
    return Plugin

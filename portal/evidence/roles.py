"""In which role somebody acted; a name never leaves the portal."""

from __future__ import annotations

from django.contrib.auth.models import User

STRONGEST = ("reviewer", "editor", "operator")


class Roles:
    """The role of each account today; its name never leaves the portal."""

    def __init__(self) -> None:
        self._known: dict[int, str] | None = None

    def of(self, pk: int | None) -> str:
        if pk is None:
            return ""
        if self._known is None:
            self._known = {}
            for user in User.objects.prefetch_related("groups").order_by("pk"):
                held = {group.name for group in user.groups.all()}
                self._known[user.pk] = next((one for one in STRONGEST if one in held), "staff")
        return self._known.get(pk, "staff")

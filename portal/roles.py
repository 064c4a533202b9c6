"""Editor, reviewer and operator: which permissions each role has."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

ROLES = ("editor", "reviewer", "operator")


def setup_roles() -> None:
    """Create the groups and give them their permissions; repeating it is harmless."""
    for role in ROLES:
        group, _new = Group.objects.get_or_create(name=role)
        apps = ["auth"] if role == "operator" else ["safeguards", "editions", "faq", "invitations"]
        group.permissions.set(Permission.objects.filter(Q(content_type__app_label__in=apps)))

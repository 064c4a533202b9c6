"""Editor, reviewer and operator: which permissions each role has."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notices.communities.models import Community
from notices.editions.models import Edition
from notices.firm.models import ProposedChange
from notices.safeguards.models import Attestation, ZoomToken

ROLES = ("editor", "reviewer", "operator")
ROLE_NAMES = {
    "editor": _("Office: writes texts and reports settings"),
    "reviewer": _("Data protection: approves and confirms"),
    "operator": _("Operator: manages accounts"),
}

# Acts that are more than adding or changing a row.
ACTS = {
    "publish_edition": (Edition, "Can approve or return an edition"),
    "redact_edition": (Edition, "Can redact personal data in a published edition"),
    "export_edition": (Edition, "Can export evidence of a period"),
    "confirm_attestation": (Attestation, "Can confirm or turn down a reported state"),
    "decide_proposedchange": (ProposedChange, "Can confirm or turn down a proposed change"),
    "decide_community": (Community, "Can confirm or turn down details of communities"),
    "connect_zoomtoken": (ZoomToken, "Can test the connection to Zoom"),
}

EVERYTHING = ("view", "add", "change", "delete")
WITHOUT_DELETING = ("view", "add", "change")
APPENDING = ("view", "add")
LOOKING = ("view",)

EDITOR = {
    "firm.organisation": ("view", "change"),
    "firm.firm": EVERYTHING,
    "firm.auditentry": LOOKING,
    "firm.proposedchange": LOOKING,
    "communities.community": WITHOUT_DELETING,
    "communities.communitydetails": APPENDING,
    "communities.resolution": APPENDING,
    "communities.physicalmeeting": APPENDING,
    "safeguards.safeguard": WITHOUT_DELETING,
    "safeguards.provider": WITHOUT_DELETING,
    "safeguards.quickanswer": WITHOUT_DELETING,
    "safeguards.answertie": APPENDING,
    "safeguards.wording": APPENDING,
    "safeguards.promise": APPENDING,
    "safeguards.explanation": APPENDING,
    "safeguards.finding": LOOKING,
    "safeguards.check": LOOKING,
    "safeguards.attestation": LOOKING,
    "safeguards.settingstatement": APPENDING,
    "safeguards.evidencefile": LOOKING,
    "editions.foundation": WITHOUT_DELETING,
    "editions.notice": WITHOUT_DELETING,
    "editions.edition": EVERYTHING,
    "editions.withdrawal": LOOKING,
    "editions.claimreason": LOOKING,
    "faq.topic": EVERYTHING,
    "faq.question": WITHOUT_DELETING,
    "faq.synonyms": EVERYTHING,
    "invitations.meetingtype": EVERYTHING,
    "invitations.meeting": WITHOUT_DELETING,
    "invitations.adjustment": EVERYTHING,
    "invitations.incidentdecision": LOOKING,
    "invitations.minutes": EVERYTHING,
}
PERMISSIONS = {
    "editor": EDITOR,
    "reviewer": {
        **EDITOR,
        "editions.edition": (*EVERYTHING, "publish", "redact", "export"),
        "safeguards.attestation": ("view", "confirm"),
        # The data protection officer decides; who writes the drafts does not.
        "invitations.incidentdecision": APPENDING,
        "firm.proposedchange": ("view", "decide"),
        "communities.community": (*WITHOUT_DELETING, "decide"),
    },
    "operator": {
        "auth.user": WITHOUT_DELETING,
        "safeguards.zoomtoken": ("connect",),
        "firm.auditentry": LOOKING,
    },
}


@transaction.atomic
def setup_roles() -> None:
    """Create the groups and give them exactly their permissions; repeating it is harmless."""
    for codename, (model, name) in ACTS.items():
        Permission.objects.get_or_create(
            codename=codename,
            content_type=ContentType.objects.get_for_model(model),
            defaults={"name": name},
        )
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role in ROLES:
        group, _new = Group.objects.get_or_create(name=role)
        group.permissions.set(
            known[app, f"{act}_{model}"]
            for label, acts in PERMISSIONS[role].items()
            for app, model in [label.split(".")]
            for act in acts
        )


def why_not_together(roles: set[str]) -> str:
    """Return why one account may not hold `roles`, or an empty text.

    Whoever makes accounts could otherwise be the second person for their own texts.
    """
    if settings.FOUR_EYES and "operator" in roles and roles & {"editor", "reviewer"}:
        return str(
            _(
                "An operator is not also office or data protection as long as a second person "
                "has to approve. Please make two accounts for two people."
            )
        )
    return ""


def role_of(user: User) -> str:
    """Return the strongest role of `user`, or an empty text."""
    held = set(user.groups.values_list("name", flat=True))
    return next((role for role in ("reviewer", "editor", "operator") if role in held), "")

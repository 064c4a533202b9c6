"""manage.py reencrypt: after SECRET_KEY was changed, encrypt what is kept with the new one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from notices.firm.storage.encryption import renewed
from notices.invitations.models import Meeting
from notices.safeguards.models import ZoomToken

ENCRYPTED = ((Meeting, "zoom_meeting_id_encrypted"), (ZoomToken, "encrypted"))

SECRETS_OF_FACTORS = {"secret", "seed"}


class Command(BaseCommand):
    help = (
        "Encrypt anew with SECRET_KEY what an earlier key of SECRET_KEY_FALLBACKS reads; "
        "afterwards that key is no longer needed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lost = 0
        for model, field in ENCRYPTED:
            name = model._meta.label
            done, unread = reencrypt(model, field)
            self.stdout.write(f"{name}: {done} encrypted anew, {unread} not readable.")
            lost += unread
        done, unread = reencrypt_factors()
        self.stdout.write(f"Second factors: {done} encrypted anew, {unread} not readable.")
        lost += unread
        if lost:
            raise CommandError(
                f"{lost} texts were encrypted with a key that is not in SECRET_KEY_FALLBACKS. "
                "They were left as they are: add that key and run this again."
            )


@transaction.atomic
def reencrypt_factors() -> tuple[int, int]:
    """Encrypt the secrets of apps and recovery codes anew; passkeys keep none here."""
    done = unread = 0
    for row in Authenticator.objects.select_for_update():
        for name in SECRETS_OF_FACTORS & row.data.keys():
            fresh = renewed(row.data[name])
            if fresh is None:
                unread += 1
                continue
            row.data[name] = fresh
            row.save(update_fields=["data"])
            done += 1
    return done, unread


@transaction.atomic
def reencrypt(model: type[Meeting] | type[ZoomToken], field: str) -> tuple[int, int]:
    """Encrypt one column anew; return how many were done and how many no key reads."""
    done = unread = 0
    rows = model._default_manager.select_for_update().exclude(**{field: ""})
    for pk, token in rows.values_list("pk", field):
        fresh = renewed(token)
        if fresh is None:
            unread += 1
            continue
        model._default_manager.filter(pk=pk).update(**{field: fresh})
        done += 1
    return done, unread

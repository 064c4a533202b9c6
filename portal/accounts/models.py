"""What is kept about an account: its sign-in, how often somebody guessed, which mails it had."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Standing(models.Model):
    """How far one account has come with its sign-in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="standing"
    )
    # From here on the days count within which a second factor is to be set up.
    first_signed_in_at = models.DateTimeField()
    # Somebody who knows the password said so; an operator makes sure who it was.
    factor_lost_at = models.DateTimeField(null=True, blank=True)


class Tries(models.Model):
    """How often something was tried within one window; the key is a keyed digest, no name."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()


class MailSwitchedOff(models.Model):
    """A kind of mail that somebody does not want."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="mail_switched_off_once", fields=["user", "kind"])
        ]


class Told(models.Model):
    """Somebody was told something in a daily mail; each thing is told once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="told")
    about = models.CharField(max_length=200)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="told_once", fields=["user", "about"])]

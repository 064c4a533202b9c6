"""manage.py create_staff: an account for one member of staff, the first one too."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from notices.firm import mailing
from portal.accounts import first_link
from portal.staff.roles import ROLES, setup_roles


class Command(BaseCommand):
    help = (
        "Create an account for staff and print a link with which the person sets their own "
        "password; it works once and for three days, and is mailed too if that is possible. "
        "--password asks for a password here instead."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", required=True, help=", ".join(ROLES))
        parser.add_argument("--email", help="for alarms and reminders; asked for if left out")
        parser.add_argument("--password", action="store_true", help="ask for the password here")
        parser.add_argument("--password-file", type=Path, help="a file that holds the password")

    def handle(self, *args: Any, **options: Any) -> None:
        name, role = options["name"].strip(), options["role"]
        if role not in ROLES:
            raise CommandError(f"There is no role {role!r}: choose one of {', '.join(ROLES)}.")
        if User.objects.filter(username__iexact=name).exists():
            raise CommandError(f"There is already an account named {name!r}.")
        email = options["email"]
        user = User(username=name, email=self._email() if email is None else email, is_staff=True)
        # The sentences of this command are English, whatever the language of the site.
        with translation.override(settings.SOURCE_LANGUAGE):
            self._refuse_bad_fields(user)
            file = options["password_file"]
            password = self._password(file) if options["password"] or file else None
            if password is not None:
                self._refuse_weak_password(password, user)
        user.set_password(password)
        with transaction.atomic():
            setup_roles()
            user.save()
            user.groups.add(Group.objects.get(name=role))
            address = first_link.send(user) if password is None else ""
        self._tell(user, role, address)

    def _tell(self, user: User, role: str, address: str) -> None:
        name = user.username
        if not address:
            self.stdout.write(f"{name} can sign in now, as {role}.")
        else:
            self.stdout.write(
                f"{name} can sign in as {role} once a password is set here "
                f"(works once, for three days):\n\n    {address}\n"
            )
            if user.email and mailing.has_server():
                self.stdout.write(f"The same link is on its way to {user.email}.")
        if not user.email:
            self.stderr.write(f"{name} has no e-mail address and is told of no alarm.")

    def _refuse_bad_fields(self, user: User) -> None:
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _email(self) -> str:
        if not sys.stdin.isatty():
            return ""
        try:
            return input("E-mail address, for alarms and reminders: ").strip()
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("No account was created.") from error

    def _password(self, file: Path | None) -> str:
        if file is None:
            return self._ask()
        try:
            return file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise CommandError(
                f"Cannot read the password from {file}: {reason.lower()}."
            ) from error

    def _ask(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("There is no terminal to ask for a password: use --password-file.")
        try:
            password = getpass.getpass("Password: ")
            again = getpass.getpass("The same password again: ")
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("No account was created.") from error
        if password != again:
            raise CommandError("The two passwords differ. No account was created.")
        return password

    def _refuse_weak_password(self, password: str, user: User) -> None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

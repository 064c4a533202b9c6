"""What cannot be taken back asks for a fresh sign-in, at every door, whoever knocks how."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.doors import FRESH_DOORS
from tests.accounts.signing_in import PASSWORD, attempt, code_of, give_app
from tests.doors import staff_doors
from tests.factories import make_user
from tests.portal.staff.test_who_opens_what import RIGHTS

pytestmark = pytest.mark.django_db

# Later than a fresh sign-in holds, earlier than an idle session ends.
LATER = timedelta(minutes=16)
NUMBERED = {
    "editions_edition_decide": {"pk": 1},
    "editions_edition_withdraw": {"pk": 1},
    "editions_edition_redact": {"pk": 1},
    "report-decide": {"pk": 1},
    "firm_proposedchange_decide": {"pk": 1},
    "firm_proposedchange_redact": {"pk": 1},
}


def address(door: str) -> str:
    if door == "auth_user_change":
        return reverse(f"admin:{door}", args=[User.objects.latest("pk").pk])
    return reverse(f"admin:{door}", kwargs=NUMBERED.get(door))


def everybody() -> User:
    """Make somebody to whom no door is closed by their role."""
    return User.objects.create_superuser("all-roles", password=PASSWORD)


@pytest.fixture
def later() -> Iterator[Client]:
    """Return a browser whose sign-in is no longer fresh."""
    client = Client()
    client.force_login(everybody())
    with time_machine.travel(timezone.now() + LATER, tick=True):
        yield client


def test_what_changes_a_text_for_ever_is_among_them() -> None:
    for_ever = {
        "editions_edition_withdraw",
        "editions_edition_redact",
        "firm_proposedchange_redact",
    }
    assert for_ever <= set(FRESH_DOORS)


# What may be done in a session that is hours old: it can be taken back, waits for a second person,
# or only makes an answer worse.
MAY_WAIT = {
    *(
        "report",
        "report-take-back",
        "promise-lift",
        "new-settings",
        "incident",
        "preview",
        "letter",
    ),
    *("set-up-profile", "set-up-profile-whole", "set-up-texts", "set-up-safeguards"),
    *("set-up-check", "set-up-posters", "translations", "translations-still-right", "zoom"),
    *("firm_proposedchange_take_back", "communities_community_import"),
    *("editions_edition_correct", "editions_edition_restore", "editions_edition_take_back"),
    *("editions_edition_take_over", "editions_edition_still_right", "editions_notice_new_edition"),
    *("invitations_meeting_move", "invitations_meeting_cancel", "invitations_meeting_copy"),
    *("invitations_meeting_minutes", "editions_edition_seen", "communities_community_own"),
}


def test_every_act_of_staff_asks_for_a_fresh_sign_in_or_is_known_to_do_without() -> None:
    """A new door that takes posts has to be put on one of the two lists."""
    sends = {route for route, may in RIGHTS.items() if any(send for _look, send in may)}
    acts = {
        door.name for door in staff_doors() if door.route in sends and not is_of_rows(door.name)
    }
    assert acts - set(FRESH_DOORS) == MAY_WAIT
    # Of Django's own pages those of accounts.
    assert {name for name in FRESH_DOORS if is_of_rows(name)} == {
        "auth_user_add",
        "auth_user_change",
        "auth_user_changelist",
    }


def is_of_rows(name: str) -> bool:
    return name.endswith(("_changelist", "_add", "_change", "_delete", "_history"))


@pytest.mark.parametrize("door", sorted(FRESH_DOORS))
def test_a_raw_post_later_leads_to_the_confirmation(later: Client, door: str) -> None:
    sent = {FRESH_DOORS[door]: "1"} if FRESH_DOORS[door] else {"any": "thing"}
    answer = later.post(address(door), sent)
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].startswith("/admin/bestaetigen/?next=")


@pytest.mark.parametrize("door", sorted(FRESH_DOORS))
def test_right_after_the_sign_in_it_does_not(door: str) -> None:
    client = Client()
    client.force_login(everybody())
    answer = client.post(address(door), {FRESH_DOORS[door] or "any": "1"})
    assert "bestaetigen/?next" not in answer.headers.get("Location", "")


def test_looking_and_turning_down_ask_for_nothing(later: Client) -> None:
    assert later.get("/admin/auth/user/").status_code == HTTPStatus.OK
    answer = later.post(address("editions_edition_decide"), {"_return": "1"})
    assert "bestaetigen" not in answer.headers.get("Location", "")


class TestErasing:
    def erase(self, client: Client, user: User) -> str:
        named = {"_confirm": "1", "name": user.username}
        sent = {"action": "erase", "_selected_action": str(user.pk), **named}
        answer = client.post(reverse("admin:auth_user_changelist"), sent)
        return answer.headers["Location"]

    def test_nothing_happens_before_and_it_goes_on_by_itself_after(self, later: Client) -> None:
        other = make_user(name="anna")
        ask = self.erase(later, other)
        other.refresh_from_db()
        assert other.username == "anna"
        later.post(ask, {"password": "wrong"})
        other.refresh_from_db()
        assert other.username == "anna"
        later.post(ask, {"password": PASSWORD, "next": reverse("admin:auth_user_changelist")})
        other.refresh_from_db()
        assert other.username.startswith("editor-")

    def test_a_code_confirms_as_well(self, later: Client) -> None:
        secret = give_app(User.objects.get())
        other = make_user(name="anna")
        self.erase(later, other)
        listed = reverse("admin:auth_user_changelist")
        later.post("/admin/bestaetigen/code/", {"code": code_of(secret), "next": listed})
        other.refresh_from_db()
        assert other.username.startswith("editor-")

    def test_a_confirmation_opens_no_door_to_whom_the_role_does_not(self) -> None:
        client, other = Client(), make_user(name="anna")
        attempt(make_user("editor").username, client=client)
        sent = {"action": "erase", "_selected_action": str(other.pk)}
        answer = client.post(reverse("admin:auth_user_changelist"), sent)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        other.refresh_from_db()
        assert other.username == "anna"


class TestSessions:
    def at(self, client: Client, path: str = "/admin/", **later: float) -> int:
        with time_machine.travel(timezone.now() + timedelta(**later), tick=True):
            return client.get(path).status_code

    @pytest.fixture
    def client(self) -> Client:
        client = Client()
        attempt(make_user().username, client=client)
        return client

    def test_it_ends_after_an_hour_untouched(self, client: Client) -> None:
        assert self.at(client, minutes=59) == HTTPStatus.OK
        assert self.at(client, minutes=59 + 61) == HTTPStatus.FOUND
        # It is over for good, not only for that moment.
        assert self.at(client, minutes=59 + 62) == HTTPStatus.FOUND

    def test_it_ends_after_eight_hours_however_busy(self, client: Client) -> None:
        for minutes in range(30, 8 * 60, 30):
            assert self.at(client, minutes=minutes) == HTTPStatus.OK
        # A message for staff renews the cookie, but not the session.
        assert self.at(client, "/admin/password_change/", minutes=8 * 60 - 1) == HTTPStatus.OK
        assert self.at(client, minutes=8 * 60 + 1) == HTTPStatus.FOUND

    def test_a_session_of_an_earlier_release_signs_in_again(self, client: Client) -> None:
        session = client.session
        del session["accounts.began"]
        session.save()
        assert self.at(client) == HTTPStatus.FOUND

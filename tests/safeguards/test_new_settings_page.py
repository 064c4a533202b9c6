"""Two people say what a new setting does, on a page that the start page and a mail lead to."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from notices.firm.models import AuditEntry
from notices.safeguards import check_requests, new_settings
from notices.safeguards.mails import account
from notices.safeguards.models import Safeguard, SettingStatement
from tests.conftest import SignIn
from tests.factories import make_safeguard, make_user, record_state
from tests.pages import html_of

pytestmark = pytest.mark.django_db
PAGE = "/admin/neue-einstellungen/"
PATH = "in_meeting.live_note_taker"
SAID = {"path": PATH, "what_it_does": "Eine Farbe.", "captures": "harmless"}


@pytest.fixture(autouse=True)
def unknown(settings: Settings) -> Safeguard:
    """Make the safeguard for what nobody knows, with one such setting."""
    settings.FOUR_EYES = True
    settings.ADDRESS_IN_MAILS = "https://portal.example"
    safeguard = make_safeguard(new_settings.KEY, checked_by="account")
    record_state(
        safeguard, "unknown", source="account", evidence={PATH: {new_settings.NEW: "account user"}}
    )
    return safeguard


def with_address(client: tuple[Client, object], address: str) -> Client:
    user = client[1]
    user.email = address  # type: ignore[attr-defined]
    user.save()  # type: ignore[attr-defined]
    return client[0]


def test_the_start_page_names_it_and_leads_there(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    page = html_of(client.get("/admin/"))
    assert f"<code>{PATH}</code>" in page
    assert f'href="{PAGE}"' in page
    assert "das Konto, einzelne Konten" in html_of(client.get(PAGE))


def test_an_editor_says_it_and_a_reviewer_confirms_it(sign_in: SignIn) -> None:
    editor, _ = sign_in("editor")
    assert editor.post(PAGE, SAID).status_code == 302
    said = SettingStatement.objects.get()
    assert not said.counts
    assert f'value="{said.pk}"' not in html_of(editor.get(PAGE))
    assert editor.post(PAGE, {"_confirm": said.pk}).status_code == 403
    reviewer, _ = sign_in("reviewer")
    assert f'value="{said.pk}"' in html_of(reviewer.get(PAGE))
    for wrong in ({}, {"as_read": ""}, {"as_read": "0" * 64}):
        reviewer.post(PAGE, {"_confirm": said.pk, **wrong})
        said.refresh_from_db()
        assert not said.counts
    read = re.search(r'name="as_read" value="(\w+)"', html_of(reviewer.get(PAGE)))
    assert read
    reviewer.post(PAGE, {"_confirm": said.pk, "as_read": read[1]})
    said.refresh_from_db()
    assert said.counts
    assert 'id="new-settings"' not in html_of(reviewer.get("/admin/"))
    assert check_requests.reread_is_due()
    acts = list(AuditEntry.objects.order_by("id").values_list("act", "subject"))
    assert acts == [("setting-said", PATH), ("setting-confirmed", PATH)]


def test_nobody_confirms_what_they_said(sign_in: SignIn) -> None:
    reviewer, _ = sign_in("reviewer")
    reviewer.post(PAGE, SAID)
    said = SettingStatement.objects.get()
    assert 'name="_confirm"' not in html_of(reviewer.get(PAGE))
    reviewer.post(PAGE, {"_confirm": said.pk, "as_read": said.digest})
    assert not SettingStatement.objects.get().counts


def test_what_was_said_otherwise_since_cannot_be_confirmed(sign_in: SignIn) -> None:
    first = new_settings.say(PATH, captures=False, what_it_does="A.", by=make_user())
    new_settings.say(PATH, captures=False, what_it_does="B.", by=make_user())
    reviewer, _ = sign_in("reviewer")
    reviewer.post(PAGE, {"_confirm": first.pk, "as_read": first.digest})
    first.refresh_from_db()
    assert first.confirmed_at is None


def test_one_person_is_enough_to_say_that_it_captures(sign_in: SignIn) -> None:
    editor, _ = sign_in("editor")
    editor.post(PAGE, {**SAID, "captures": "captures"})
    assert SettingStatement.objects.get().counts


@pytest.mark.parametrize(
    "wrong", [{"what_it_does": ""}, {"captures": ""}, {"captures": "x"}, {"what_it_does": "a\x0bb"}]
)
def test_what_is_incomplete_is_not_kept_and_nothing_typed_is_lost(
    sign_in: SignIn, wrong: dict[str, str]
) -> None:
    editor, _ = sign_in("editor")
    answer = editor.post(PAGE, {**SAID, **wrong})
    assert answer.status_code == 200
    assert 'class="field-error"' in html_of(answer)
    assert not SettingStatement.objects.exists()


@pytest.mark.parametrize(
    "sent", [{**SAID, "path": "a.b"}, {"_confirm": "x"}, {"_confirm": "9"}, {}]
)
def test_what_the_account_did_not_return_is_refused(sign_in: SignIn, sent: dict[str, str]) -> None:
    reviewer, _ = sign_in("reviewer")
    assert reviewer.post(PAGE, sent).status_code in (302, 404)
    assert not SettingStatement.objects.exists()


def test_an_operator_does_not_see_it(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    assert client.get(PAGE).status_code == 403
    assert PATH not in html_of(client.get("/admin/"))


def test_staff_are_told_at_once_and_once(sign_in: SignIn, unknown: Safeguard) -> None:
    with_address(sign_in("editor"), "buero@muster.example")
    with_address(sign_in("reviewer"), "pruefung@muster.example")
    account.tell_of_new_settings()
    account.tell_of_new_settings()
    [message] = mail.outbox
    assert message.bcc == ["buero@muster.example", "pruefung@muster.example"]
    assert PATH in message.body
    assert f"https://portal.example{PAGE}" in message.body
    other = {PATH: {new_settings.NEW: "account"}, "chat.ai_new": {new_settings.NEW: "account"}}
    record_state(unknown, "unknown", source="account", evidence=other, lock="locked")
    account.tell_of_new_settings()
    assert "chat.ai_new" in mail.outbox[1].body
    assert PATH not in mail.outbox[1].body


def test_what_is_settled_by_then_is_not_told(sign_in: SignIn) -> None:
    with_address(sign_in("editor"), "buero@muster.example")
    said = new_settings.say(PATH, captures=False, what_it_does="A.", by=make_user())
    new_settings.confirm(said, by=make_user("reviewer"))
    account.tell_of_new_settings()
    assert mail.outbox == []


def test_a_mail_that_was_not_sent_goes_with_the_next_run(
    sign_in: SignIn, settings: Settings
) -> None:
    account.tell_of_new_settings()
    with_address(sign_in("editor"), "buero@muster.example")
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "nowhere.Backend"
    with pytest.raises(ImportError):
        account.tell_of_new_settings()
    settings.EMAIL_BACKEND = works
    account.tell_of_new_settings()
    assert len(mail.outbox) == 1

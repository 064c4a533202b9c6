"""Mails to staff: a sender that exists, links that work, nothing that breaks a header."""

from __future__ import annotations

from email.header import decode_header, make_header

import pytest
from django.conf import settings as site
from django.core import mail
from pytest_django import Settings

from notices.firm import mailing
from portal.setup import env
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def sent_from() -> str:
    mailing.send("Betreff", "Text", ["a@example.org"])
    return str(make_header(decode_header(str(mail.outbox[-1].message()["From"]))))


def test_mails_come_from_the_service_at_our_own_host(settings: Settings) -> None:
    make_organisation(service_name_de="Datenschutz für\r\nTreffen")
    settings.MAIL_FROM = env.mail_from({}, "https://treffen.example")
    assert sent_from() == "Datenschutz für Treffen <noreply@treffen.example>"
    settings.MAIL_FROM = "buero@firma.example"
    assert sent_from() == "Datenschutz für Treffen <buero@firma.example>"
    settings.MAIL_FROM = "Büro <buero@firma.example>"
    assert sent_from() == "Büro <buero@firma.example>"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://localhost:8000", "noreply@localhost"),
        ("https://treffen.example:8443", "noreply@treffen.example"),
        ("http://192.0.2.7", "noreply@[192.0.2.7]"),
        ("http://[2001:db8::7]", "noreply@[IPv6:2001:db8::7]"),
    ],
)
def test_the_sender_is_at_the_host_of_the_portal(address: str, expected: str) -> None:
    assert env.mail_from({}, address) == expected


@pytest.mark.parametrize(
    "wrong", ["niemand", "a@b@c.example", "A <b>", "a@b.example\nBcc: c@d.example"]
)
def test_a_sender_that_is_none_stops_the_start(wrong: str) -> None:
    with pytest.raises(env.ConfigurationError, match="MAIL_FROM"):
        env.mail_from({"MAIL_FROM": wrong}, "https://treffen.example")


def test_links_lead_somewhere_without_a_public_address_too() -> None:
    assert site.BASE_URL == ""
    assert mailing.link("/admin/") == "http://localhost:8000/admin/"


def test_a_mail_server_that_says_nothing_is_given_up() -> None:
    assert site.EMAIL_TIMEOUT == 10


def test_nobody_sees_the_addresses_of_others_and_each_is_told_once() -> None:
    for role, address in (("editor", "a@x.example"), ("reviewer", "b@x.example"), ("editor", "")):
        user = make_user(role)
        user.email = address
        user.save()
    make_user("operator")
    addresses = mailing.addresses_of("editor", "reviewer", "operator")
    assert addresses == ["a@x.example", "b@x.example"]
    mailing.send("Eins\nzwei", "Text", addresses)
    [message] = mail.outbox
    assert (message.to, message.bcc, message.subject) == ([], addresses, "Eins zwei")


def test_what_is_no_address_keeps_an_alarm_from_nobody() -> None:
    make_organisation()
    mailing.send("Etwas", "Text", ["kein@", "da@office.example", "a b@c.example", "x\ny@z.example"])
    assert mail.outbox[0].bcc == ["da@office.example"]
    with pytest.raises(ValueError, match="none of these"):
        mailing.send("Etwas", "Text", ["kein@"])

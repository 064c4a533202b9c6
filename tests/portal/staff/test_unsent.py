"""A session that has ended eats nothing: what was typed waits behind the sign-in."""

from __future__ import annotations

import os
import re
import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from notices.communities import recording
from notices.communities.models import Community
from notices.faq.models import Topic
from notices.firm.models import AuditEntry
from notices.firm.proposals import proposing
from notices.safeguards.by_hand import reporting
from tests.conftest import SignIn
from tests.factories import (
    make_edition,
    make_organisation,
    make_question,
    make_safeguard,
    make_topic,
    make_user,
)
from tests.portal.staff.test_turns import opened, path_of

pytestmark = pytest.mark.django_db
WORDS = "Was ich lange geschrieben habe"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def refill(client: Client, page: str) -> Any:
    """Press the button that leads back to the form."""
    action = re.search(r'<form method="post" action="([^"]+)" class="buttons">', page)
    button = re.search(r'<button type="submit" name="(\w+)"', page)
    assert action
    assert button
    sent: dict[str, list[str]] = {button[1]: ["1"]}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        sent.setdefault(name, []).append(value)
    return client.post(action[1], sent)


@pytest.mark.usefixtures("one_person")
def test_an_ended_session_leads_through_sign_in_back_to_the_filled_form(sign_in: SignIn) -> None:
    make_organisation()
    client, user = sign_in("editor")
    topic = make_topic()
    sent = {**opened(client, path_of(topic)), "title_de": WORDS}
    client.logout()
    answer = client.post(path_of(topic), sent)
    assert answer.status_code == 302
    login, _, back = answer.headers["Location"].partition("?next=")
    assert login == "/admin/login/"
    (file,) = (settings.DATA_DIR / "unsent").iterdir()
    assert WORDS not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    client.force_login(user)
    page = text(client.get(back))
    assert "nichts verloren" in page
    filled = refill(client, page)
    assert filled.context["adminform"].form["title_de"].value() == WORDS
    assert "Das ist noch nicht gespeichert." in text(filled)
    assert Topic.objects.get().title_de != WORDS
    # Saving it then is an ordinary save.
    assert client.post(path_of(topic), sent).status_code == 302
    assert Topic.objects.get().title_de == WORDS


def test_a_draft_and_a_report_come_back_too(sign_in: SignIn) -> None:
    make_organisation()
    client, user = sign_in("editor")
    draft, safeguard = make_edition(status="draft"), make_safeguard()
    report = {"safeguard": safeguard.pk, "value": "off", "reason_de": WORDS, "_publish": "1"}
    for path, sent in (
        (path_of(draft), {**opened(client, path_of(draft)), "text_de": WORDS, "_submit": "1"}),
        ("/admin/einstellung-geaendert/", {**report, "_opened_by": mark(client)}),
    ):
        client.logout()
        back = client.post(path, sent).headers["Location"].partition("?next=")[2]
        client.force_login(user)
        filled = refill(client, text(client.get(back)))
        assert filled.status_code == 200
        assert WORDS in text(filled)
    draft.refresh_from_db()
    assert (draft.status, draft.text_de == WORDS) == ("draft", False)
    assert not safeguard.promises.exists()


def test_nobody_else_and_nobody_later_reads_it(sign_in: SignIn) -> None:
    make_organisation()
    client, user = sign_in("editor")
    topic = make_topic()
    sent = {**opened(client, path_of(topic)), "title_de": WORDS}
    client.logout()
    back = client.post(path_of(topic), sent).headers["Location"].partition("?next=")[2]
    other, _ = sign_in("reviewer")
    refused = other.get(back)
    assert refused.status_code == 404
    assert WORDS not in text(refused)
    assert Client().get(back).status_code == 302
    client.force_login(user)
    assert WORDS in text(client.get(back))
    (file,) = (settings.DATA_DIR / "unsent").iterdir()
    old = time.time() - 3601
    os.utime(file, (old, old))
    assert client.get(back).status_code == 404


def test_a_form_of_an_earlier_sign_in_is_kept_for_the_person_who_opened_it(
    sign_in: SignIn,
) -> None:
    make_organisation()
    _, user = sign_in("editor")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    topic = make_topic()
    sent = {**opened(client, path_of(topic)), "title_de": WORDS, "csrfmiddlewaretoken": "alt"}
    answer = client.post(path_of(topic), sent)
    assert answer.status_code == 302
    assert WORDS in text(client.get(answer.headers["Location"]))
    _, colleague = sign_in("editor")
    client.force_login(colleague)
    answer = client.post(path_of(topic), sent, follow=True)
    assert answer.status_code == 404
    assert WORDS not in text(answer)
    assert Topic.objects.get().title_de != WORDS


def test_a_form_that_says_not_who_opened_it_is_not_kept(sign_in: SignIn) -> None:
    make_organisation()
    topic = make_topic()
    for forged in ("", "1", "1:abc:def"):
        answer = Client().post(path_of(topic), {"title_de": WORDS, "_opened_by": forged})
        assert "noch-da" not in answer.headers["Location"]
    assert not (settings.DATA_DIR / "unsent").exists()
    client = Client(enforce_csrf_checks=True)
    assert client.post(path_of(topic), {"title_de": WORDS}).status_code == 403


def test_passwords_are_never_kept_and_the_folder_stays_small(sign_in: SignIn) -> None:
    make_organisation()
    client, user = sign_in("operator")
    sent = {"_opened_by": mark(client), "username": "neu", "password1": "geheim-und-lang"}
    client.logout()
    for _ in range(60):
        back = client.post("/admin/auth/user/add/", sent).headers["Location"]
    assert len(list((settings.DATA_DIR / "unsent").iterdir())) == 50
    client.force_login(user)
    page = text(client.get(back.partition("?next=")[2]))
    assert "neu" in page
    assert "geheim" not in page


def test_a_text_over_two_megabytes_answers_in_a_sentence_with_the_text_kept(
    sign_in: SignIn,
) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    draft = make_edition(status="draft")
    long = "Wort " * 450_000
    sent = {**opened(client, path_of(draft)), "text_de": long}
    answer = client.post(path_of(draft), sent)
    assert answer.status_code == 200
    assert "Der Text ist zu lang" in text(answer)
    assert long.strip() in text(answer)


def test_a_draft_that_saves_itself_is_stored_and_fills_no_history(sign_in: SignIn) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    draft = make_edition(status="draft")
    page = text(client.get(path_of(draft)))
    assert "data-autosave" in page
    sent = {**opened(client, path_of(draft)), "text_de": WORDS, "_autosave": "1"}
    assert client.post(path_of(draft), sent).status_code == 302
    draft.refresh_from_db()
    assert draft.text_de == WORDS
    assert not AuditEntry.objects.filter(act="content-changed").exists()


def mark(client: Client) -> str:
    return str(client.get("/admin/").context["opened_by"])


def test_no_form_with_words_in_it_escapes_this_rule() -> None:
    folder = Path(settings.BASE_DIR) / "templates/admin"
    typed = re.compile(r"_field\.html|<textarea|_turned_down_because\.html")
    escaped = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if "<form" in (html := path.read_text("utf-8"))
        and typed.search(html)
        and not re.search(r"_opened_by\.html|_turned_down_because\.html", html)
    }
    # A search is asked again, and the others show what is not to be typed.
    assert escaped <= {"finding/search.html", "unsent.html", "editions/edition/redact_review.html"}


@pytest.mark.parametrize("act", ["proposal", "report", "edition", "communities", "export"])
def test_what_was_typed_into_a_decision_comes_back_to_be_copied(sign_in: SignIn, act: str) -> None:
    make_organisation()
    author, (client, user) = make_user("editor"), sign_in("reviewer")
    path, sent, door = {
        "proposal": _proposal,
        "report": _report,
        "edition": _in_review,
        "communities": _communities,
        "export": _export,
    }[act](author)
    carried = {**sent, "_opened_by": mark_on(client, path, door)}
    client.logout()
    answer = client.post(door, carried)
    login, _, back = answer.headers["Location"].partition("?next=")
    assert login == "/admin/login/"
    client.force_login(user)
    page = text(client.get(back))
    assert WORDS in page
    assert ">reason<" not in page
    assert "as_read" not in page.split("<details")[1]


def mark_on(client: Client, path: str, door: str) -> str:
    """Return the mark that the form which is sent to `door` carries."""
    page = text(client.get(path))
    form = page.partition(f'action="{door}"')[2].partition("</form>")[0] or page
    found = re.search(r'name="_opened_by"\s+value="([^"]+)"', form)
    assert found, path
    return found[1]


def _proposal(author: User) -> tuple[str, dict[str, str], str]:
    question = make_question()
    before = {"answer_de": question.answer_de}
    change = proposing.propose(question, before, {"answer_de": "Nein."}, by=author)
    path = f"/admin/firm/proposedchange/{change.pk}/"
    sent = {"reason": WORDS, "as_read": change.digest, "_turn_down": "1"}
    return f"{path}change/", sent, f"{path}entscheiden/"


def _report(author: User) -> tuple[str, dict[str, str], str]:
    report = reporting.report_change(make_safeguard(), "on", by=author, reason_de="An.")
    assert report is not None
    path = f"/admin/meldungen/{report.pk}/"
    return path, {"reason": WORDS, "_turn_down": "1"}, path


def _in_review(author: User) -> tuple[str, dict[str, str], str]:
    edition = make_edition(status="review", written_by=author)
    path = f"/admin/editions/edition/{edition.pk}/"
    sent = {"comment": WORDS, "as_read": "x", "_send_back": "1"}
    return f"{path}change/", sent, f"{path}entscheiden/"


def _export(_author: User) -> tuple[str, dict[str, str], str]:
    return "/admin/nachweis/", {"first": WORDS}, "/admin/nachweis/"


def _communities(author: User) -> tuple[str, dict[str, str], str]:
    community = Community.objects.create(number="7")
    values = {"name": "GdWE", "street": "Weg 1", "postal_code": "1", "city": "Köln"}
    values["controller"] = "community"
    recording.record_details(community, values, by=author)
    path = "/admin/communities/community/bestaetigen/"
    return path, {"reason": WORDS, "as_read": "x", "_turn_down": "1"}, path

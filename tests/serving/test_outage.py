"""An outage: kept pages go on, all else says so at once, and nothing typed is lost."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from notices.firm.models import Organisation
from notices.safeguards.board import timelines
from portal.serving import database
from tests.factories import make_meeting, make_organisation, make_user

from .cache import Portal

CONTACT = "/de/kontakt/"


def test_kept_pages_go_on_and_the_rest_says_that_the_site_is_away(portal: Portal) -> None:
    make_organisation()
    portal.get(CONTACT)
    portal.site.up = False
    assert portal.get(CONTACT).status == 200
    away = portal.get("/de/fragen/")
    assert away.status == 503
    assert int(away.headers["Retry-After"]) > 0
    assert portal.get("/healthz").status == 200
    assert portal.get("/readyz").status == 503


def test_whether_it_lives_is_at_hand_whatever_happens(portal: Portal) -> None:
    first = portal.get("/healthz")
    portal.made.clear()
    portal.site.up, portal.site.closed = False, True
    assert portal.get("/healthz") == first
    assert (first.status, first.content) == (200, b"ok\n")
    assert portal.get("/healthz", method="HEAD").content == b""
    assert portal.made == []
    assert portal.get("/healthz", method="POST").status == 403
    assert portal.get("/healthz", host="evil.example").status == 400
    assert len(portal.cache._alive) == 1


def test_an_answer_that_it_does_not_live_is_not_kept(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(environ: object, start_response: Any) -> list[bytes]:
        start_response("500 Internal Server Error", [])
        return [b""]

    monkeypatch.setattr(portal.cache, "app", broken)
    assert portal.get("/healthz").status == 500
    monkeypatch.undo()
    assert portal.get("/healthz").status == 200


def test_a_change_before_the_outage_does_not_stop_the_last_good_page(portal: Portal) -> None:
    make_organisation(phone="030 111 111")
    portal.get(CONTACT)
    portal.site.up = False
    Organisation.objects.update(phone="030 222 222")
    portal.site.stamp = "another"
    assert "030 111 111" in portal.get(CONTACT).text


def test_after_the_outage_the_new_page_comes(portal: Portal) -> None:
    make_organisation(phone="030 111 111")
    portal.get(CONTACT)
    portal.site.up = False
    Organisation.objects.update(phone="030 222 222")
    portal.site.up = True
    assert "030 222 222" in portal.get(CONTACT).text


def test_pages_that_nobody_asks_for_are_made_fresh_before_an_outage(portal: Portal) -> None:
    make_organisation(phone="030 111 111")
    portal.get(CONTACT)
    Organisation.objects.update(phone="030 222 222")
    portal.site.begin()
    portal.cache.renewing.sweep()
    portal.site.up = False
    assert "030 222 222" in portal.get(CONTACT).text


def test_a_worker_that_starts_during_the_outage_serves_what_lies_on_disk(portal: Portal) -> None:
    make_organisation()
    before = portal.get(CONTACT)
    portal.follow_up()
    portal.restart()
    portal.site.up = False
    after = portal.get(CONTACT)
    assert (after.status, after.content) == (200, before.content)
    assert after.headers["Content-Security-Policy"] == before.headers["Content-Security-Policy"]


def test_the_disk_holds_no_meeting_and_no_query(portal: Portal) -> None:
    make_organisation()
    meeting = make_meeting()
    portal.get(meeting.get_absolute_url())
    portal.get("/de/fragen/", query="q=geheim")
    portal.get(CONTACT)
    portal.follow_up()
    stored = [path.read_text() for path in portal.folder.iterdir()]
    assert len(stored) == 1
    assert meeting.code.lower() not in stored[0]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 0}', "null", '{"format": 1}'])
def test_a_broken_file_is_no_page(portal: Portal, content: str) -> None:
    make_organisation()
    portal.get(CONTACT)
    portal.follow_up()
    for path in portal.folder.iterdir():
        path.write_text(content)
    portal.restart()
    portal.site.up = False
    assert portal.get(CONTACT).status == 503


def test_a_file_of_another_address_is_no_page(portal: Portal) -> None:
    make_organisation()
    portal.get(CONTACT)
    portal.follow_up()
    for path in portal.folder.iterdir():
        stored = json.loads(path.read_text())
        stored["key"][1] = "evil.example"
        path.write_text(json.dumps(stored))
    portal.restart()
    portal.site.up = False
    assert portal.get(CONTACT).status == 503


def test_a_full_disk_keeps_nobody_from_reading(portal: Portal, monkeypatch: Any) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    make_organisation()
    monkeypatch.setattr("portal.serving.kept.files.tempfile.NamedTemporaryFile", full)
    portal.get(CONTACT)
    portal.follow_up()
    assert portal.get(CONTACT).status == 200


def test_the_files_are_bounded(portal: Portal, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.serving.kept.files.MOST_FILES", 5)
    make_organisation()
    for day in range(1, 10):
        portal.get(f"/de/archiv/2026-02-{day:02}/")
    portal.follow_up()
    assert len(list(portal.folder.iterdir())) <= 5


def test_a_lost_connection_is_tried_once_more_for_readers(
    client: Client, starter: None, monkeypatch: Any
) -> None:
    load, tries = timelines.load_now, []

    def lost_once() -> Any:
        tries.append("try")
        if len(tries) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return load()

    monkeypatch.setattr("portal.pages.home.timelines.load_now", lost_once)
    monkeypatch.setattr("portal.serving.errors.connection", LostConnection())
    assert client.get("/de/").status_code == 200
    assert len(tries) == 2


class LostConnection:
    """What psycopg leaves behind when the server went away."""

    class connection:
        closed = True

    def close(self) -> None:
        pass


def test_staff_learn_that_nothing_was_saved_and_get_their_words_back(
    client: Client, starter: None, monkeypatch: Any
) -> None:
    client.force_login(make_user())
    typed = {
        "question_de": "Wer <b>sieht</b> mich?",
        "answer_de": "Niemand.\n\nWirklich niemand.",
        "password": "geheim",
        "csrfmiddlewaretoken": "token",
        "_save": "Save",
        "form-TOTAL_FORMS": "3",
    }
    away: Any = {database.IS_DOWN: True}
    response = client.post("/admin/faq/question/add/", typed, **away)
    page = response.content.decode()
    assert response.status_code == 503
    assert "<h1>Nichts wurde gespeichert</h1>" in page
    assert "Wer &lt;b&gt;sieht&lt;/b&gt; mich?" in page
    assert "Niemand.\n\nWirklich niemand." in page
    assert page.count("<textarea") == 2
    assert "geheim" not in page
    assert response["Cache-Control"] == "private, no-store"
    assert int(response["Retry-After"]) > 0


def test_another_sites_form_puts_no_words_on_our_page(client: Client, db: None) -> None:
    away: Any = {database.IS_DOWN: True}
    response = client.post("/admin/", {"text": "Falsch"}, **away)
    assert response.status_code == 503
    assert "Falsch" not in response.content.decode()


def test_signing_in_says_so_too(client: Client, db: None) -> None:
    away: Any = {database.IS_DOWN: True}
    response = client.post("/admin/login/", {"username": "a"}, **away)
    assert response.status_code == 503
    assert "Nichts wurde gespeichert" in response.content.decode()


def test_who_finds_the_database_overrun_is_sent_away_at_once() -> None:
    turns = database.Turns(at_once=1, waiting=1)
    inside, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with turns.turn():
            inside.set()
            leave.wait(10)

    threads = [threading.Thread(target=stay) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    while turns._waiting._value:
        pass
    with pytest.raises(database.Busy), turns.turn():
        pass
    leave.set()
    for thread in threads:
        thread.join(10)
    with turns.turn():
        pass

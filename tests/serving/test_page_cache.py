"""Pages are kept for everybody alike, and made again when anything on them changes."""

from __future__ import annotations

import gzip
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notices.faq.models import Question
from notices.firm.models import Organisation
from portal.serving.kept.page import Page
from portal.serving.kept.store import PageStore
from tests.factories import make_meeting, make_organisation, make_question, make_user

from .cache import Portal

HOME = "/de/"
CONTACT = "/de/kontakt/"


def test_a_page_is_made_once_and_says_what_django_says(portal: Portal, client: Client) -> None:
    make_organisation()
    first, second = portal.get(CONTACT), portal.get(CONTACT)
    assert portal.made == [CONTACT]
    assert first.content == second.content == client.get(CONTACT).content
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Content-Security-Policy" in second.headers


def test_a_change_by_update_is_on_the_next_page(portal: Portal) -> None:
    make_organisation(phone="030 111 111")
    assert "030 111 111" in portal.get(CONTACT).text
    Organisation.objects.update(phone="030 222 222")
    assert "030 222 222" in portal.get(CONTACT).text


def test_a_page_that_is_gone_is_not_shown_any_more(portal: Portal) -> None:
    question = make_question()
    path = question.get_absolute_url()
    assert portal.get(path).status == 200
    Question.objects.all().delete()
    assert portal.get(path).status == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("", None),
        ("identity", None),
        ("br;q=banana", None),
        ("x" * 5000, None),
        ("BR", "br"),
    ],
)
def test_each_browser_gets_the_best_encoding_that_it_takes(
    portal: Portal, accepted: str, encoding: str | None
) -> None:
    make_organisation()
    received = portal.get(CONTACT, encoding=accepted)
    assert received.headers.get("Content-Encoding") == encoding
    assert received.headers["Content-Length"] == str(len(received.raw))
    assert "Accept-Encoding" in received.headers["Vary"]


def test_odd_encodings_make_no_further_copies(portal: Portal) -> None:
    make_organisation()
    for number in range(50):
        portal.get(CONTACT, encoding=f"br;q=0.{number}, odd-{number}")
    assert len(portal.cache.store) == 1
    assert portal.made == [CONTACT]


def test_who_has_the_page_already_is_told_so_without_a_length(portal: Portal) -> None:
    make_organisation()
    tags = {}
    for encoding in ("br", "gzip", ""):
        tags[encoding] = portal.get(CONTACT, encoding=encoding).headers["ETag"]
        again = portal.get(CONTACT, encoding=encoding, if_none_match=f'"old", {tags[encoding]}')
        assert (again.status, again.raw) == (304, b"")
        assert "Content-Length" not in again.headers
        assert again.headers["ETag"] == tags[encoding]
        assert again.headers["Cache-Control"].startswith("public, max-age=0")
    assert len(set(tags.values())) == 3
    assert portal.get(CONTACT, encoding="gzip", if_none_match=tags["br"]).status == 200


def test_smaller_bytes_made_later_are_the_same_page(portal: Portal) -> None:
    make_organisation()
    first = portal.get(CONTACT)
    portal.follow_up()
    second = portal.get(CONTACT)
    assert len(second.raw) <= len(first.raw)
    assert second.content == first.content
    assert second.headers["ETag"] != first.headers["ETag"]
    assert portal.get(CONTACT, if_none_match=first.headers["ETag"]).status == 304


def test_head_has_every_header_and_no_body(portal: Portal) -> None:
    make_organisation()
    head, get = portal.get(CONTACT, method="HEAD"), portal.get(CONTACT)
    assert head.raw == b""
    assert head.headers == get.headers


def test_staff_get_pages_of_their_own(portal: Portal, client: Client) -> None:
    make_organisation()
    client.force_login(make_user())
    cookie = f"session={client.cookies['session'].value}"
    portal.get(CONTACT)
    received = portal.get(CONTACT, cookie=cookie)
    assert received.headers["Cache-Control"] == "private, no-store"
    assert portal.made == [CONTACT, CONTACT]


def test_other_cookies_change_nothing(portal: Portal) -> None:
    make_organisation()
    portal.get(CONTACT)
    portal.get(CONTACT, cookie="theme=dark; lang=en")
    assert portal.made == [CONTACT]


@pytest.mark.parametrize("path", ["/", "/s", "/de/gibt-es-nicht/", "/healthz", "/de/fragen/x/"])
def test_redirects_probes_and_missing_pages_are_not_kept(portal: Portal, path: str) -> None:
    make_organisation()
    portal.get(path)
    assert len(portal.cache.store) == 0


def test_a_flood_of_queries_keeps_nothing(portal: Portal) -> None:
    make_organisation()
    for number in range(20):
        received = portal.get(CONTACT, query=f"x={number}")
        assert received.headers["Cache-Control"] == "no-cache"
        assert received.headers["Content-Encoding"] == "br"
    assert len(portal.cache.store) == 0


@pytest.mark.parametrize(
    ("accepted", "made"),
    [("gzip, br", ["br"]), ("gzip", ["gzip"]), ("br;q=0, gzip", ["gzip"]), ("", [])],
)
def test_a_page_for_one_reader_is_compressed_once_at_most_and_as_they_take_it(
    portal: Portal, monkeypatch: Any, accepted: str, made: list[str]
) -> None:
    make_organisation()
    known = portal.get(CONTACT, query="x=1", encoding="").content
    added: list[str] = []
    add = Page._add

    def noted(self: Any, encoding: str, *rest: Any) -> None:
        added.append(encoding)
        add(self, encoding, *rest)

    monkeypatch.setattr(Page, "_add", noted)
    received = portal.get(CONTACT, query="x=1", encoding=accepted)
    assert added == ["", *made]
    assert received.headers.get("Content-Encoding", "") == "".join(made)
    raw = received.raw
    assert (gzip.decompress(raw) if made == ["gzip"] else received.content) == known


def test_a_page_that_sets_a_cookie_is_not_kept(portal: Portal, monkeypatch: Any) -> None:
    make_organisation()
    from portal.serving.kept import answering

    start = answering.Answer._start

    def with_cookie(self: Any, line: str, headers: Any, exc_info: object = None) -> None:
        start(self, line, [*headers, ("Set-Cookie", "a=b")], exc_info)

    monkeypatch.setattr(answering.Answer, "_start", with_cookie)
    portal.get(CONTACT)
    assert len(portal.cache.store) == 0


def test_a_foreign_host_is_refused_and_leaves_nothing(portal: Portal) -> None:
    make_organisation()
    for host in ("evil.example", "testserver.evil.example", "", "testserver\n", "a b"):
        assert portal.get(CONTACT, host=host).status == 400
    assert len(portal.cache.store) == 0


def test_headers_that_claim_another_address_poison_nothing(portal: Portal) -> None:
    make_organisation()
    poisoned = portal.get(
        "/robots.txt",
        x_forwarded_host="evil.example",
        x_forwarded_proto="https",
        forwarded="host=evil.example;proto=https",
        x_host="evil.example",
        x_original_url="/admin/",
        x_rewrite_url="/admin/",
        x_http_method_override="POST",
        user_agent="<script>",
        accept_language="<script>",
    )
    assert "evil" not in poisoned.text
    assert poisoned.content == portal.get("/robots.txt").content
    assert len(portal.cache.store) == 1


def test_many_ports_of_one_host_do_not_multiply_the_pages(portal: Portal, settings: Any) -> None:
    make_organisation()
    for port in range(1000, 1100):
        assert portal.get(CONTACT, host=f"testserver:{port}").status == 200
    assert len(portal.cache.store) < 20
    portal.get(CONTACT)
    made = len(portal.made)
    portal.get(CONTACT)
    assert len(portal.made) == made


def test_the_memory_for_pages_is_bounded(portal: Portal) -> None:
    make_organisation()
    portal.cache.store = PageStore(largest=200_000)
    for day in range(1, 29):
        portal.get(f"/de/archiv/2026-02-{day:02}/")
        portal.get(CONTACT)
    assert portal.cache.store.size <= 200_000
    assert len(portal.cache.store) > 3
    # What is read again and again stays.
    assert portal.made.count(CONTACT) == 1


def test_a_commit_while_a_page_is_made_is_on_the_next_one(portal: Portal) -> None:
    make_organisation(phone="030 111 111")
    portal.during = lambda: Organisation.objects.update(phone="030 222 222")
    assert "030 111 111" in portal.get(CONTACT).text
    portal.during = None
    assert "030 222 222" in portal.get(CONTACT).text


def test_who_finds_somebody_making_the_page_gets_the_old_one(portal: Portal) -> None:
    make_organisation(phone="030 111 111")
    portal.get(CONTACT)
    Organisation.objects.update(phone="030 222 222")
    seen: list[str] = []
    portal.site.begin = lambda: None  # type: ignore[method-assign]
    portal.site.stamp = "another"

    def meanwhile() -> None:
        portal.during = None
        other = threading.Thread(target=lambda: seen.append(portal.get(CONTACT).text))
        other.start()
        other.join(5)

    portal.during = meanwhile
    assert "030 222 222" in portal.get(CONTACT).text
    assert "030 111 111" in seen[0]


def test_a_page_that_cannot_be_made_leaves_the_old_one_and_is_not_tried_at_once(
    portal: Portal, monkeypatch: Any
) -> None:
    make_organisation(phone="030 111 111")
    portal.get(CONTACT)
    Organisation.objects.update(phone="030 222 222")

    def fail() -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("portal.pages.home.rights", lambda organisation: fail())
        assert "030 111 111" in portal.get(CONTACT).text
        made = len(portal.made)
        assert "030 111 111" in portal.get(CONTACT).text
        assert len(portal.made) == made
    portal.cache._failed_at = time.monotonic() - 60
    assert "030 222 222" in portal.get(CONTACT).text


def test_maintenance_closes_kept_pages_too(portal: Portal, settings: Any, tmp_path: Any) -> None:
    settings.SHARED_DIR = tmp_path
    make_organisation()
    assert portal.get(CONTACT).status == 200
    until = timezone.now() + timedelta(hours=1)
    (tmp_path / "maintenance-until").write_text(until.isoformat())
    portal.site.closed = True
    assert portal.get(CONTACT).status == 503


def test_a_meeting_is_kept_in_memory_and_by_nobody_else(portal: Portal) -> None:
    make_organisation()
    path = make_meeting().get_absolute_url()
    for _ in range(2):
        assert portal.get(path).headers["Cache-Control"] == "private, no-store"
    portal.follow_up()
    assert portal.made.count(path) == 2  # itself and its successor
    assert not portal.folder.exists()

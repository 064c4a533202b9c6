"""Every staff page speaks German: no word stands there as a program or Django left it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.utils import translation
from modeltranslation.translator import translator

from notices.firm.audit import Act
from notices.firm.jobs import Outcome
from notices.firm.languages import FURTHER, column
from portal.jobs import JOBS
from portal.management.commands.run_due_jobs import OUTCOME_WORDS
from portal.staff.roles import PERMISSIONS
from portal.staff.start.happened import JOB_WORDS
from tests.conftest import SignIn
from tests.factories import make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

# Small words that no German sentence has, and what Django and our models are called in English.
ENGLISH = {
    *("the", "and", "of", "with", "without", "this", "that", "these", "those", "not", "is", "are"),
    *("has", "have", "your", "you", "please", "from", "for", "by", "or", "no", "yes", "to", "be"),
    *("add", "change", "changes", "changed", "delete", "deleted", "save", "view", "edit", "select"),
    *("user", "users", "group", "groups", "permission", "permissions", "password", "staff"),
    *("superuser", "username", "login", "logout", "history", "home", "currently", "clear"),
    *("algorithm", "iterations", "salt", "hash", "raw", "active", "last", "first", "date", "time"),
    *("notice", "notices", "edition", "editions", "question", "questions", "safeguard", "meeting"),
    *("safeguards", "meetings", "finding", "findings", "check", "checks", "promise", "wording"),
    *("failed", "done", "published", "draft", "review", "editor", "reviewer", "operator", "none"),
    *("true", "false", "unknown", "today", "yesterday", "filter", "search", "show", "all", "any"),
}
# Words of other languages that are names, or German too.
NAMES = {
    # Zoom's own names, and words that German has as well.
    *("AI Companion", "Company Contacts", "Content Delivery", "My Notes", "Personal Meeting ID"),
    *("Meeting", "Meetings", "Team-Chat", "Filter", "Check", "XLIFF", "Login"),
}
# Closed to any crawl: they end the session or hand out a file.
LEFT_OUT = re.compile(r"logout|/datei/|qr\.|\.pdf|\.svg|/evidence|jsi18n|\.ics|/i18n")


class Words(HTMLParser):
    """The words of a page that are not marked as another language, and its links."""

    VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "wbr", "source"})
    SILENT = frozenset({"script", "style", "code", "textarea", "svg"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.texts: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a" and told.get("href"):
            self.links.append(str(told["href"]))
        foreign = "lang" in told and told["lang"] not in ("de", "")
        if not foreign:
            for name in ("aria-label", "placeholder", "title", "alt"):
                self.texts.append(told.get(name) or "")
            if tag == "input" and told.get("type") in ("submit", "button"):
                self.texts.append(told.get("value") or "")
        if tag not in self.VOID:
            is_silent = bool(self.stack) and self.stack[-1][1] and told.get("lang") != "de"
            self.stack.append((tag, is_silent or foreign or tag in self.SILENT))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.stack and self.stack[-1][1]):
            self.texts.append(data)


def english_in(text: str) -> set[str]:
    for name in NAMES:
        text = text.replace(name, " ")
    # A single word may be a name that somebody gave; examples in quotes are content.
    found = re.findall(r"(?<![\w./@-])[A-Za-z]{2,}(?![\w./@-])", text)
    return {word for word in found if word.lower() in ENGLISH}


def pages(client: Client) -> Iterator[tuple[str, Words]]:
    """Yield every staff page that links lead to, one of each kind."""
    waiting, seen = deque(["/admin/"]), {"/admin/"}
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        words = Words(answer.content.decode())
        yield path, words
        for link in words.links:
            address = urlsplit(urljoin(path, link))
            kind = re.sub(r"\d+|[0-9A-Z]{10}", "N", address.path)
            if not address.path.startswith("/admin/") or LEFT_OUT.search(address.path):
                continue
            if kind not in seen and not address.netloc:
                seen.add(kind)
                waiting.append(address.path)


def contents() -> str:
    """Return all that is stored in other languages: lists show it beside the German words."""
    found = []
    for model in translator.get_registered_models():
        names = [column(name, code) for name in fields_of(model) for code in FURTHER]
        for row in model._base_manager.values_list(*names):
            found += [text for text in row if text]
    return " ".join(" ".join(found).split())


def fields_of(model: type[models.Model]) -> list[str]:
    return list(translator.get_options_for_model(model).all_fields)


def left_in(words: Words, known: str) -> dict[str, set[str]]:
    """Return the texts of a page with English words in them, but not content and examples."""
    found = {}
    for text in words.texts:
        one = " ".join(text.split())
        # A list cuts long texts.
        is_content = bool(one) and one.rstrip("…").strip() in known
        if english_in(one) and not is_content and not one.startswith("Beispiel:"):
            found[one] = english_in(one)
    return found


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_no_staff_page_has_an_english_word(sign_in: SignIn, role: str) -> None:
    make_meeting()
    client, _user = sign_in(role)
    visited, left, known = [], {}, contents()
    for path, words in pages(client):
        visited.append(path)
        if found := left_in(words, known):
            left[path] = found
    assert left == {}
    assert len(visited) > (5 if role == "operator" else 40)


@pytest.mark.parametrize("act", Act, ids=str)
def test_every_act_of_the_audit_has_german_words(act: Act) -> None:
    with translation.override("de"):
        german = str(act.label)
    with translation.override("en"):
        assert german != str(act.label)


def test_every_model_and_every_field_that_staff_see_has_a_german_name() -> None:
    english = {}
    for page_model in admin.site._registry:
        for name in (page_model._meta.verbose_name, page_model._meta.verbose_name_plural):
            with translation.override("de"):
                german = str(name)
            if english_in(german):
                english[page_model._meta.label] = german
    assert english == {}


def test_a_field_without_words_of_its_own_gets_those_for_its_name() -> None:
    finding = apps.get_model("safeguards", "Finding")
    with translation.override("de"):
        assert str(finding._meta.get_field("safeguard").verbose_name) == "Schutzeinstellung"


def test_what_the_jobs_are_called_is_told_in_german() -> None:
    assert {job.name for job in JOBS} <= set(JOB_WORDS)
    assert set(OUTCOME_WORDS) == set(Outcome)
    told = [*JOB_WORDS.values(), *OUTCOME_WORDS.values()]
    with translation.override("en"):
        english = {str(words) for words in told}
    with translation.override("de"):
        assert {str(words) for words in told} & english <= {"Backup"}


def test_the_crawl_would_notice_an_english_word() -> None:
    page = Words('<html lang="de"><p>Das ist the house.</p><p lang="en">the car</p></html>')
    assert left_in(page, "") == {"Das ist the house.": {"the"}}
    assert left_in(page, "Das ist the house.") == {}

"""The states for machines claim what the pages claim."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.starter.loading import load
from tests.factories import (
    make_safeguard,
    record_state,
)
from tests.portal.pages.api.asking import answer, every_state, everything_due, safeguard

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def rows_of(html: str) -> list[tuple[str, str, str]]:
    """Return fragment, claim and state of every row of the safeguards page."""
    row = r'<li id="([^"]+)">\s*<div class="hd">\s*<h3>(.*?)</h3>\s*<span class="state (\w+)">'
    return [
        (slug, words_of(claim), state) for slug, claim, state in re.findall(row, html, re.DOTALL)
    ]


def answers_of(html: str) -> list[tuple[str, str, str]]:
    """Return state, question and answer of every quick answer on a page."""
    (answers,) = re.findall(r'<dl class="qa">(.*?)</dl>', html, re.DOTALL)
    # The word of the state is for who cannot see its mark.
    answers = re.sub(r'<span class="vh">[^<]*</span>', "", answers)
    parts = re.findall(r"<div>\s*<dt>(.*?)</dt>\s*<dd>(.*?)</dd>\s*</div>", answers, re.DOTALL)
    return [
        (re.findall(r"\bt-(\w+)", question)[0], words_of(question), words_of(text))
        for question, text in parts
    ]


def words_of(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))).strip()


@pytest.mark.parametrize(
    "prepare", [load, every_state, everything_due], ids=lambda prepare: prepare.__name__
)
@pytest.mark.parametrize(("language", "path"), [("de", "/de/schutz/"), ("en", "/en/safeguards/")])
def test_it_claims_what_the_safeguards_page_claims(
    client: Client, language: str, path: str, prepare: Any
) -> None:
    prepare()
    html = client.get(path).content.decode()
    body = answer(client)
    told = {
        one["page"][language]: (one["claim"][language] or one["claim"]["de"], one["state"])
        for one in body["safeguards"]
        if one["listed"]
    }
    shown = {f"http://testserver{path}#{slug}": rest for slug, *rest in rows_of(html)}
    assert told == {link: tuple(rest) for link, rest in shown.items()}
    assert told
    counts = {state: n for state, n in body["counts"].items() if n}
    assert counts == {
        state: sum(1 for row in rows_of(html) if row[2] == state)
        for state in {row[2] for row in rows_of(html)}
    }


@pytest.mark.parametrize(
    "prepare", [load, every_state, everything_due], ids=lambda prepare: prepare.__name__
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_it_answers_as_the_start_page_does(client: Client, language: str, prepare: Any) -> None:
    prepare()
    html = client.get(f"/{language}/").content.decode()
    shown, all_words = answers_of(html), words_of(html)
    told = answer(client)["quick_answers"]
    assert len(told) == len(shown) > 0
    for one, (state, question, text) in zip(told, shown, strict=True):
        assert (one["state"], one["question"][language]) == (state, question)
        assert one["answer"][language] in text
        if one["due_reason"]:
            assert one["due_reason"][language] in all_words
        if one["last_known"]:
            assert one["last_known"]["answer"][language] in all_words
        elif not one["due_reason"]:
            assert text.startswith(one["answer"][language])
        for more in one["more"]:
            assert more[language] in all_words


def test_a_change_is_there_at_once(client: Client) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, at=timezone.now() - timedelta(days=2))
    assert safeguard(client)["state"] == "on"
    record_state(cdn, "not_protected")
    assert safeguard(client)["state"] == "off"

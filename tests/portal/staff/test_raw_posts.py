"""Posts that no page sent: without what was read, by the wrong person, in another's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.editions.models import Edition
from notices.editions.review.edit_conflicts import draft_digest
from notices.firm.proposals import proposing
from notices.safeguards.models import Attestation
from tests.conftest import SignIn
from tests.doors import staff_doors, without_words
from tests.factories import (
    make_edition,
    make_organisation,
    make_question,
    make_safeguard,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
WRONG = "0" * 64


@dataclass
class Waiting:
    """Something that waits for a second person: where and how it is decided, and what it is now."""

    path: str
    back: str
    sent: dict[str, str]
    row: Any

    def is_open(self) -> bool:
        self.row.refresh_from_db()
        is_edition = isinstance(self.row, Edition)
        return self.row.status == "review" if is_edition else self.row.decided_at is None


def an_edition(author: User) -> Waiting:
    edition = make_edition(status="review")
    Edition.objects.filter(pk=edition.pk).update(written_by=author)
    edition.writers.add(author)
    edition.refresh_from_db()
    path = f"/admin/editions/edition/{edition.pk}/"
    sent = {"_publish": "1", "without_en": "on", "as_read": draft_digest(edition)}
    return Waiting(f"{path}entscheiden/", f"{path}zuruecknehmen/", sent, edition)


def a_report(author: User) -> Waiting:
    seen = {"value": "on", "lock": "unknown", "seen_at": timezone.now()}
    row = Attestation.objects.create(safeguard=make_safeguard(), reported_by=author, **seen)
    path = f"/admin/meldungen/{row.pk}/"
    return Waiting(path, f"{path}zuruecknehmen/", {"_confirm": "1", "as_read": row.digest}, row)


def a_change(author: User) -> Waiting:
    question = make_question()
    before = {"answer_de": question.answer_de}
    row = proposing.propose(question, before, {"answer_de": "Neu."}, by=author)
    path = f"/admin/firm/proposedchange/{row.pk}/"
    sent = {"_confirm": "1", "as_read": row.digest}
    return Waiting(f"{path}entscheiden/", f"{path}zuruecknehmen/", sent, row)


KINDS = [an_edition, a_report, a_change]


@pytest.mark.parametrize("kind", KINDS)
class TestDecidingAndTakingBack:
    def test_the_author_decides_nothing_with_the_right_digest_and_by_no_method(
        self, sign_in: SignIn, kind: Any
    ) -> None:
        make_organisation()
        client, author = sign_in("reviewer")
        waiting = kind(author)
        client.post(waiting.path, waiting.sent)
        client.get(waiting.path, waiting.sent)
        client.head(waiting.path)
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
            assert client.generic(method, waiting.path, b"_publish=1").status_code == 405
        assert waiting.is_open()

    def test_another_reviewer_decides_nothing_without_the_digest_of_what_was_read(
        self, sign_in: SignIn, kind: Any
    ) -> None:
        make_organisation()
        waiting = kind(make_user("editor"))
        client, _user = sign_in("reviewer")
        for digest_sent in ("", WRONG, waiting.sent["as_read"][:-1]):
            client.post(waiting.path, {**waiting.sent, "as_read": digest_sent})
        client.post(waiting.path, {key: v for key, v in waiting.sent.items() if key != "as_read"})
        # A post that calls itself something else, or is called so by a header, is no other act.
        client.get(f"{waiting.path}?_method=POST", waiting.sent)
        client.get(waiting.path, waiting.sent, headers={"X-HTTP-Method-Override": "POST"})
        assert waiting.is_open()
        client.post(waiting.path, waiting.sent)
        assert not waiting.is_open()

    def test_nobody_takes_back_what_another_handed_over(self, sign_in: SignIn, kind: Any) -> None:
        make_organisation()
        waiting = kind(make_user("editor"))
        for role in ("editor", "reviewer"):
            client, _user = sign_in(role)
            client.post(waiting.back)
            assert waiting.is_open()

    def test_the_author_does(self, sign_in: SignIn, kind: Any) -> None:
        make_organisation()
        client, author = sign_in("editor")
        waiting = kind(author)
        client.post(waiting.back)
        assert not waiting.is_open()


@pytest.mark.usefixtures("starter")
def test_no_door_takes_a_post_without_the_mark_of_its_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_words(monkeypatch)
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("all-roles"))
    for door in staff_doors():
        for headers in ({}, {"origin": "https://evil.example"}):
            answer = client.post(door.address(), {"_confirm": "1"}, headers=headers)
            # Who confirms a form whose session ended is answered by a page of its own: 403 too.
            assert answer.status_code == 403, (door, answer.status_code)

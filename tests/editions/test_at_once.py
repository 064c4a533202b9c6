"""Two people act on one text at the same moment: one winner, one number, nothing half done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import pytest
from django.contrib.auth.models import User
from django.test import Client

from notices.editions import publishing
from notices.editions.integrity.chain import verify
from notices.editions.models import Edition, Notice, Withdrawal
from notices.editions.review.edit_conflicts import draft_digest
from notices.firm.models import AuditEntry
from tests.editions.admin.test_editions import change, fields
from tests.factories import make_edition, make_notice, make_user
from tests.machines import at_once

pytestmark = pytest.mark.usefixtures("file_database")
# Threads do not meet at the same statement each time.
ATTEMPTS = 4
T = TypeVar("T")


def elsewhere(act: Callable[[], T]) -> T:
    """Return what `act` gives in the database of the machines, which may be a file of its own."""
    results: list[T] = []
    at_once([lambda: results.append(act())])
    return results[0]


def outcomes_of(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Do all at once; tell the label that each got, or the name of the refusal."""
    outcomes: list[str] = []

    def told(act: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                outcomes.append(getattr(act(), "label", "done"))
            except publishing.PublishingError as error:
                outcomes.append(type(error).__name__)

        return run

    at_once([told(act) for act in acts])
    return sorted(outcomes)


def stored_labels(notice: Notice) -> list[str]:
    """Return the labels of all published rows; the chain through them must be whole."""

    def look() -> list[str]:
        assert verify().problems == []
        return sorted(row.label for row in Edition.objects.published().filter(notice=notice))

    return elsewhere(look)


def correction_of(edition: Edition, by: User, wrong: str, right: str) -> Callable[[], object]:
    text = edition.text_de.replace(wrong, right)
    return lambda: publishing.correct(edition, by=by, texts={"text_de": text})


@pytest.fixture
def people(file_database: None) -> list[User]:
    return elsewhere(lambda: [make_user("reviewer"), make_user("reviewer")])


@pytest.mark.parametrize("_attempt", range(ATTEMPTS))
def test_two_approvals_at_once_give_one_edition_one_number_and_one_winner(
    people: list[User], _attempt: int
) -> None:
    edition = elsewhere(lambda: make_edition(status="review"))
    outcomes = outcomes_of([partial(publishing.publish, edition, by=by) for by in people])
    assert outcomes == ["1", "NotInReview"]
    assert stored_labels(edition.notice) == ["1"]
    assert elsewhere(lambda: AuditEntry.objects.filter(act="edition-published").count()) == 1


@pytest.mark.parametrize("_attempt", range(ATTEMPTS))
def test_two_corrections_at_once_give_one_correction_and_one_refusal(
    people: list[User], _attempt: int
) -> None:
    edition = elsewhere(lambda: make_edition(text_de="Die Verwaltng liest das Protokol nicht."))
    outcomes = outcomes_of(
        [
            correction_of(edition, people[0], "Verwaltng", "Verwaltung"),
            correction_of(edition, people[1], "Protokol", "Protokoll"),
        ]
    )
    assert outcomes == ["1.1", "NotTheNewestRow"]
    assert stored_labels(edition.notice) == ["1", "1.1"]


def test_a_correction_and_an_approval_at_once_never_share_a_label_or_break_the_chain(
    people: list[User],
) -> None:
    edition = elsewhere(lambda: make_edition(text_de="Die Verwaltng liest nicht mit."))
    following = elsewhere(lambda: make_edition(edition.notice, status="review"))
    outcomes = outcomes_of(
        [
            correction_of(edition, people[0], "Verwaltng", "Verwaltung"),
            partial(publishing.publish, following, by=people[1]),
        ]
    )
    # Who comes second corrects what is no longer in force, and is told so.
    assert outcomes in (["1.1", "2"], ["2", "NoLongerInForce"])
    assert stored_labels(edition.notice) == ["1", *[o for o in outcomes if o[0].isdigit()]]


def test_two_withdrawals_at_once_give_one_withdrawal(people: list[User]) -> None:
    edition = elsewhere(make_edition)
    withdrawals = [
        partial(publishing.withdraw, edition, by=by, reason_de="Ein Satz war falsch.")
        for by in people
    ]
    assert outcomes_of(withdrawals) == ["AlreadyWithdrawn", "done"]
    assert elsewhere(Withdrawal.objects.count) == 1


def saving(user: User, draft: Edition, answers: dict[str, int], text: str) -> Callable[[], None]:
    """Return the click on Save in a page that was opened before anybody saved."""
    client = Client()
    elsewhere(lambda: client.force_login(user))
    sent = elsewhere(lambda: fields(draft, text_de=text, _continue="1"))

    def click() -> None:
        answers[text] = client.post(change(draft), sent).status_code

    return click


@pytest.mark.parametrize("_attempt", range(ATTEMPTS))
def test_of_two_editors_who_save_at_once_one_is_asked(people: list[User], _attempt: int) -> None:
    draft = elsewhere(lambda: make_edition(status="draft"))
    answers: dict[str, int] = {}
    at_once([saving(by, draft, answers, f"Von {by.pk}.") for by in people])
    assert sorted(answers.values()) == [200, 302]
    stored = elsewhere(lambda: Edition.objects.get(pk=draft.pk))
    assert answers[stored.text_de] == 302


@pytest.mark.parametrize("_attempt", range(ATTEMPTS))
def test_saving_while_somebody_hands_over_never_changes_what_waits_for_approval(
    people: list[User], _attempt: int
) -> None:
    draft = elsewhere(lambda: make_edition(status="draft"))
    answers: dict[str, int] = {}
    text = "Spät."
    at_once(
        [
            saving(people[0], draft, answers, text),
            partial(publishing.submit, draft, by=people[1]),
        ]
    )
    stored = elsewhere(lambda: Edition.objects.get(pk=draft.pk))
    assert stored.status == "review"
    assert (stored.text_de == text) == (answers[text] == 302)
    assert answers[text] in (302, 409)


def clients_of(people: list[User]) -> list[Client]:
    clients = [Client() for _user in people]
    for client, user in zip(clients, people, strict=True):
        elsewhere(partial(client.force_login, user))
    return clients


@pytest.mark.parametrize("_attempt", range(ATTEMPTS))
def test_four_clicks_on_new_edition_begin_one_draft_and_lead_everybody_to_it(
    people: list[User], _attempt: int
) -> None:
    published = elsewhere(make_edition)
    clients = clients_of([*people, *people])
    answers: list[tuple[int, str]] = []

    def click(client: Client) -> None:
        answer = client.post(f"/admin/editions/notice/{published.notice_id}/neue-fassung/")
        answers.append((answer.status_code, answer.headers.get("Location", "")))

    at_once([partial(click, client) for client in clients])
    draft = elsewhere(lambda: Edition.objects.get(status="draft"))
    assert answers == [(302, change(draft))] * 4
    assert elsewhere(AuditEntry.objects.filter(act="edition-begun").count) == 1


@pytest.mark.parametrize("_attempt", range(ATTEMPTS))
def test_of_two_who_enter_a_draft_at_once_one_gets_the_words_back(
    people: list[User], _attempt: int
) -> None:
    notice = elsewhere(make_notice)
    answers: dict[str, tuple[int, str]] = {}

    def enter(client: Client, text: str) -> None:
        sent = {"notice": notice.pk, "title_de": "Titel", "text_de": text, "despite_gaps": "on"}
        answer = client.post("/admin/editions/edition/add/", sent)
        answers[text] = answer.status_code, answer.content.decode()

    texts = ("Von der einen.", "Von der anderen.")
    at_once([partial(enter, *pair) for pair in zip(clients_of(people), texts, strict=True)])
    draft = elsewhere(lambda: Edition.objects.get(status="draft"))
    (lost,) = set(texts) - {draft.text_de}
    assert answers[draft.text_de][0] == 302
    # The form itself sees the other draft, or the lock does; both give the words back.
    assert answers[lost][0] in (200, 409)
    assert lost in answers[lost][1]


@pytest.mark.parametrize("_attempt", range(ATTEMPTS))
def test_four_approvals_through_the_pages_give_one_edition(
    people: list[User], _attempt: int
) -> None:
    edition = elsewhere(lambda: make_edition(status="review"))
    address = f"/admin/editions/edition/{edition.pk}/entscheiden/"
    digest = elsewhere(lambda: draft_digest(edition))
    answers: list[int] = []

    def approve(client: Client) -> None:
        sent = {"_publish": "1", "comment": "", "as_read": digest}
        answers.append(client.post(address, sent).status_code)

    at_once([partial(approve, client) for client in clients_of([*people, *people])])
    assert answers == [302] * 4
    assert stored_labels(edition.notice) == ["1"]


def test_of_two_who_discard_a_draft_at_once_both_are_told(people: list[User]) -> None:
    draft = elsewhere(lambda: make_edition(status="draft"))
    answers: list[int] = []

    def discard(client: Client) -> None:
        answer = client.post(f"/admin/editions/edition/{draft.pk}/delete/", {"post": "yes"})
        answers.append(answer.status_code)

    at_once([partial(discard, client) for client in clients_of(people)])
    assert answers == [302, 302]
    assert not elsewhere(Edition.objects.exists)
    assert elsewhere(AuditEntry.objects.filter(act="edition-discarded").count) == 1

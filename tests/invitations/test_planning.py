"""Meetings are planned under one lock: acts at once neither lose a number nor undo each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.firm.models import AuditEntry
from notices.invitations import planning
from notices.invitations.models import Meeting
from tests.editions.test_at_once import elsewhere
from tests.factories import make_meeting, make_user
from tests.invitations.admin.test_meetings import address, changed
from tests.machines import at_once
from tests.turns import seen_date

DAY = timedelta(days=1)


@pytest.fixture
def editor(db: None) -> User:
    return make_user("editor")


@pytest.mark.django_db
class TestAlone:
    def test_a_move_keeps_the_date_before_and_raises_the_number(self, editor: User) -> None:
        meeting = make_meeting()
        later = meeting.starts_at + DAY
        moved = planning.move(meeting, starts_at=later, ends_at=later + DAY, by=editor)
        assert (moved.moved_from, moved.starts_at) == (meeting.starts_at, later)
        assert moved.sequence == meeting.sequence + 1

    def test_nothing_that_has_begun_is_moved_cancelled_or_changed(self, editor: User) -> None:
        meeting = make_meeting(timezone.now() - DAY)
        later = timezone.now() + DAY
        acts: list[Callable[[], object]] = [
            partial(planning.move, meeting, starts_at=later, ends_at=later + DAY, by=editor),
            partial(planning.cancel, meeting, by=editor),
            partial(planning.reinstate, meeting, by=editor),
            partial(planning.change, meeting, ["title_de"]),
        ]
        for act in acts:
            with pytest.raises(planning.HasBegun):
                act()
        assert not AuditEntry.objects.exists()

    def test_the_same_step_twice_is_refused(self, editor: User) -> None:
        meeting = planning.cancel(make_meeting(), by=editor)
        with pytest.raises(planning.DoneAlready):
            planning.cancel(meeting, by=editor)
        meeting = planning.reinstate(meeting, by=editor)
        with pytest.raises(planning.DoneAlready):
            planning.reinstate(meeting, by=editor)
        assert meeting.sequence == 2
        same = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
        with pytest.raises(planning.DoneAlready):
            planning.move(meeting, **same, by=editor)

    def test_an_old_row_in_memory_does_not_undo_what_others_did(self, editor: User) -> None:
        meeting = make_meeting()
        before = meeting.starts_at
        later = before + DAY
        planning.move(meeting, starts_at=later, ends_at=later + DAY, by=editor)
        planning.cancel(meeting, by=editor)
        meeting.title_de = "Anders"
        planning.change(meeting, ["title_de"])
        stored = Meeting.objects.get(pk=meeting.pk)
        assert (stored.title_de, stored.starts_at, stored.sequence) == ("Anders", later, 3)
        assert stored.cancelled_at
        assert stored.moved_from == before


@pytest.mark.usefixtures("file_database")
class TestAtOnce:
    def signed_in(self, user: User) -> Client:
        client = Client()
        elsewhere(lambda: client.force_login(user))
        return client

    def test_of_four_moves_at_once_one_counts_and_the_others_are_told(self) -> None:
        start = datetime(2031, 2, 1, 18, tzinfo=timezone.get_current_timezone())
        meeting = elsewhere(lambda: make_meeting(start))
        clients = [self.signed_in(elsewhere(partial(make_user, "editor"))) for _ in range(4)]
        answers: list[int] = []
        opened = elsewhere(lambda: seen_date(meeting))

        def move(client: Client, day: int) -> None:
            sent = {"starts_at": f"2031-03-0{day}T18:00", "ends_at": f"2031-03-0{day}T20:00"}
            sent["seen"] = opened
            answers.append(client.post(address(meeting, "verschieben"), sent).status_code)

        at_once([partial(move, client, day) for day, client in enumerate(clients, 1)])
        assert sorted(answers) == [200, 200, 200, 302]
        stored = elsewhere(lambda: Meeting.objects.get(pk=meeting.pk))
        assert stored.sequence == 1
        count = AuditEntry.objects.filter(act="meeting-moved").count
        assert elsewhere(count) == 1

    def test_a_new_title_and_a_cancellation_at_once_both_stand(self) -> None:
        meeting = elsewhere(make_meeting)
        one, two = (self.signed_in(elsewhere(partial(make_user, "editor"))) for _ in range(2))
        sent = elsewhere(lambda: changed(meeting, title_de="Anders"))
        at_once(
            [
                lambda: one.post(address(meeting), sent),
                lambda: two.post(address(meeting, "absagen"), {"act": "cancel"}),
            ]
        )
        stored = elsewhere(lambda: Meeting.objects.get(pk=meeting.pk))
        assert stored.cancelled_at
        assert (stored.title_de, stored.sequence) == ("Anders", 2)

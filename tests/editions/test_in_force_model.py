"""Which edition is in force, against a clerk who writes a calendar and reads it day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from hypothesis import HealthCheck, event, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from notices.editions import publishing
from notices.editions.models import Edition, Notice
from tests.factories import make_edition, make_notice, make_user

pytestmark = pytest.mark.thorough

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = timedelta(seconds=1)
WRONG, RIGHT = "Die Verwaltung liest liest nicht mit.", "Die Verwaltung liest nicht mit."


@dataclass
class Paper:
    """One published row, as the clerk files it."""

    number: int
    start: datetime
    correction: int = 0
    withdrawn: datetime | None = None
    row: Edition | None = None

    @property
    def label(self) -> str:
        return f"{self.number}.{self.correction}" if self.correction else f"{self.number}"


def hanging_at(papers: list[Paper], moment: datetime) -> Paper | None:
    """Walk through the calendar: a paper goes up on its start, and down when it is withdrawn.

    Only one hangs there. What is withdrawn earlier never goes up; nothing goes up twice.
    """
    hanging: Paper | None = None
    begins = sorted(papers, key=lambda paper: (paper.start, paper.number, paper.correction))
    moments = {p.start for p in papers} | {p.withdrawn for p in papers if p.withdrawn}
    for today in sorted(day for day in moments if day <= moment):
        for paper in begins:
            if paper.start == today and not (paper.withdrawn and paper.withdrawn <= today):
                hanging = paper
        if hanging and hanging.withdrawn == today:
            hanging = None
    return hanging


def newest_of_its_number(papers: list[Paper], paper: Paper) -> bool:
    return not any(
        other.number == paper.number and other.correction > paper.correction for other in papers
    )


ACTS = st.tuples(
    st.integers(0, 3),
    st.one_of(
        st.tuples(st.sampled_from(["publish", "enter"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["correct", "correct", "withdraw"]), st.integers(0, 9)),
    ),
)


class Office:
    """Do the same with the portal and with the clerk."""

    def __init__(self, reviewer: User) -> None:
        self.reviewer = reviewer
        self.notice: Notice = make_notice()
        self.papers: list[Paper] = []

    def next_number(self) -> int:
        return max((paper.number for paper in self.papers), default=0) + 1

    def act(self, name: str, value: int, now: datetime) -> None:
        if name == "publish":
            draft = make_edition(self.notice, status="review", text_de=WRONG)
            start = now + value * HOUR
            row = publishing.publish(
                draft, by=self.reviewer, in_force_from=start if value else None
            )
            self.papers.append(Paper(self.next_number(), start, row=row))
        elif name == "enter":
            start = now - value * HOUR
            row = make_edition(
                self.notice,
                historical=True,
                in_force_from=start,
                published_at=now,
                text_de=WRONG,
            )
            self.papers.append(Paper(self.next_number(), start, row=row))
        elif self.papers:
            paper = self.papers[value % len(self.papers)]
            (self.correct if name == "correct" else self.withdraw)(paper, now)

    def correct(self, paper: Paper, now: datetime) -> None:
        assert paper.row is not None
        begun_and_over = paper.start <= now and hanging_at(self.papers, now) is not paper
        may = (
            newest_of_its_number(self.papers, paper) and not paper.withdrawn and not begun_and_over
        )
        text = RIGHT if paper.row.text_de == WRONG else WRONG
        try:
            row = publishing.correct(paper.row, by=self.reviewer, texts={"text_de": text})
        except publishing.PublishingError:
            assert not may
            event("a correction is refused")
            return
        assert may
        event("a correction")
        # It holds from now on, or from the first day of an edition still to come.
        start = paper.start if paper.start > now else now
        self.papers.append(Paper(paper.number, start, paper.correction + 1, row=row))

    def withdraw(self, paper: Paper, now: datetime) -> None:
        assert paper.row is not None
        may = newest_of_its_number(self.papers, paper) and not paper.withdrawn
        try:
            publishing.withdraw(paper.row, by=self.reviewer, reason_de="Ein Satz war falsch.")
        except publishing.PublishingError:
            assert not may
            return
        assert may
        event("withdrawn before its first day" if now <= paper.start else "withdrawn")
        paper.withdrawn = now


@pytest.mark.django_db
@examples(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=1, max_size=9))
def test_the_edition_in_force_is_the_one_that_the_calendar_says(
    acts: list[tuple[int, tuple[str, int]]],
) -> None:
    reviewer = User.objects.filter(groups__name="reviewer").first() or make_user("reviewer")
    office = Office(reviewer)
    now = BEGIN
    for hours, (name, value) in acts:
        now += hours * HOUR
        with time_machine.travel(now, tick=False):
            office.act(name, value, now)
    papers = office.papers
    turns = {BEGIN, now}
    turns |= {p.start for p in papers} | {p.withdrawn for p in papers if p.withdrawn}
    for turn in sorted(turns):
        for moment in (turn - MOMENT, turn, turn + MOMENT):
            expected = hanging_at(papers, moment)
            found = office.notice.in_force_at(moment)
            assert (found and found.label) == (expected and expected.label), moment

"""The board puts the timelines into words: one reading for every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from notices.firm.days import BERLIN
from notices.safeguards.board import sentences, timelines
from notices.safeguards.board.changes import latest_changes
from notices.safeguards.board.now import Row, answers_at, rows_at
from notices.safeguards.board.past import on_day, past_answers
from notices.safeguards.models import Explanation, Safeguard, Wording
from notices.safeguards.states import State
from tests.factories import make_quick_answer, make_safeguard, record_state, write_finding

pytestmark = pytest.mark.django_db


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[misc,arg-type]


def row_now(key: str) -> Row:
    return next(
        row for row in rows_at(timelines.load(), timezone.now()) if row.safeguard.key == key
    )


def test_it_says_what_belongs_to_the_state() -> None:
    for verdict, state in (("protected", "on"), ("not_protected", "off")):
        safeguard = make_safeguard()
        record_state(safeguard, verdict)
        with translation.override("de"):
            assert row_now(safeguard.key).claim.text == f"{safeguard.key} sagt {state}."


def test_a_due_safeguard_is_called_by_its_name_and_claims_nothing() -> None:
    safeguard = make_safeguard("cdn", max_age_days=1)
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    with translation.override("de"):
        row = row_now("cdn")
        assert row.state is State.DUE
        assert row.claim.text == safeguard.name_de
        assert row.situation.last_known is State.ON


def test_a_safeguard_without_a_record_is_not_listed() -> None:
    make_safeguard()
    assert rows_at(timelines.load(), timezone.now()) == []
    assert timelines.first_record() is None


def test_access_rows_are_not_listed_but_known() -> None:
    record_state(make_safeguard("browser_join", listed=False))
    loaded = timelines.load()
    assert rows_at(loaded, timezone.now()) == []
    assert loaded.state_of("browser_join", timezone.now()) is State.ON


def test_users_that_differ_are_counted_in_words() -> None:
    safeguard = make_safeguard()
    record_state(safeguard, users_read=14, users_differing=2)
    with translation.override("en"):
        row = row_now(safeguard.key)
        assert row.state is State.EXCEPTION
        assert row.below_sentence == "2 of 14 accounts have another value."


def test_a_missing_english_text_is_said_to_be_german() -> None:
    safeguard = make_safeguard(words=False)
    Wording.objects.create(safeguard=safeguard, state="on", text_de="Nur deutsch.")
    record_state(safeguard)
    with translation.override("en"):
        claim = row_now(safeguard.key).claim
    assert (claim.text, claim.language, claim.is_missing) == ("Nur deutsch.", "de", True)


def test_the_worst_safeguard_decides_a_quick_answer() -> None:
    good, bad = make_safeguard(), make_safeguard()
    make_quick_answer("recorded", good, bad)
    record_state(good)
    record_state(bad, "not_protected")
    with translation.override("de"):
        (answer,) = answers_at(timelines.load(), timezone.now())
    assert answer.state is State.OFF
    assert answer.text.text == "recorded heute off."


def test_the_lock_is_added_by_code_and_only_while_it_protects() -> None:
    safeguard = make_safeguard()
    make_quick_answer("recorded", safeguard)
    record_state(safeguard, lock="locked", at=timezone.now() - timedelta(hours=2))
    with translation.override("en"):
        assert (
            answers_at(timelines.load(), timezone.now())[0].lock_sentence
            == "This is fixed for all meetings."
        )
        record_state(safeguard, "not_protected", lock="locked")
        assert answers_at(timelines.load(), timezone.now())[0].lock_sentence == ""


def test_a_due_quick_answer_tells_the_last_known_one_with_its_day() -> None:
    safeguard = make_safeguard(max_age_days=1)
    make_quick_answer("recorded", safeguard)
    seen = timezone.now() - timedelta(days=3)
    record_state(safeguard, at=seen)
    with translation.override("de"):
        (answer,) = answers_at(timelines.load(), timezone.now())
    assert answer.state is State.DUE
    assert answer.last_known is not None
    assert answer.last_known.text == "recorded heute on."
    assert answer.last_known_at == seen


def test_a_meeting_can_only_weaken() -> None:
    safeguard = make_safeguard()
    make_quick_answer("recorded", safeguard)
    record_state(safeguard, "not_protected")
    loaded = timelines.load()
    weaker = {safeguard.pk: State.EXCEPTION}
    assert answers_at(loaded, timezone.now(), weaker)[0].state is State.OFF


def test_a_day_shows_every_state_it_had_and_the_worst_on_top() -> None:
    safeguard = make_safeguard()
    make_quick_answer("recorded", safeguard)
    record_state(safeguard, at=berlin(2025, 5, 1, 9))
    record_state(safeguard, "not_protected", at=berlin(2025, 6, 10, 18, 30))
    record_state(safeguard, at=berlin(2025, 6, 10, 20))
    rows, answers = on_day(timelines.load(), date(2025, 6, 10))
    assert rows[0].worst is State.OFF
    assert [part.state for part in rows[0].parts] == [State.ON, State.OFF, State.ON]
    assert rows[0].parts[0].end == berlin(2025, 6, 10, 18, 30)
    assert answers[0].state is State.OFF
    assert rows[0].deviation is not None


def test_a_state_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    safeguard = make_safeguard()
    record_state(safeguard, "not_protected", at=berlin(2025, 6, 10, 8))
    record_state(safeguard, at=berlin(2025, 6, 11, 0))
    rows, _answers = on_day(timelines.load(), date(2025, 6, 11))
    assert [part.state for part in rows[0].parts] == [State.ON]


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2025, 3, 30), datetime(2025, 3, 30, 21, 59, tzinfo=UTC)),
        (date(2025, 10, 26), datetime(2025, 10, 26, 22, 59, tzinfo=UTC)),
    ],
)
def test_the_last_minute_belongs_to_the_day_when_clocks_change(day: date, moment: datetime) -> None:
    safeguard = make_safeguard()
    record_state(safeguard, at=datetime(2025, 1, 1, tzinfo=UTC))
    record_state(safeguard, "not_protected", at=moment)
    rows, _answers = on_day(timelines.load(), day)
    assert rows[0].worst is State.OFF
    rows, _answers = on_day(timelines.load(), day - timedelta(days=1))
    assert rows[0].worst is not State.OFF


def test_a_past_day_uses_the_words_of_that_time() -> None:
    safeguard = make_safeguard()
    quick_answer = make_quick_answer("recorded", safeguard)
    record_state(safeguard, at=berlin(2025, 5, 1, 9))
    Wording.objects.create(quick_answer=quick_answer, state="on", past_de="Neue Worte.")
    with translation.override("de"):
        _rows, answers = on_day(timelines.load(), date(2025, 5, 2))
    assert answers[0].text.text == "recorded damals on."


def test_what_was_recorded_days_later_says_so_and_can_be_left_out() -> None:
    safeguard = make_safeguard()
    record_state(safeguard, at=berlin(2025, 5, 1, 9))
    known = timezone.now() - timedelta(hours=1)
    write_finding(
        safeguard=safeguard,
        verdict="not_protected",
        seen_at=berlin(2025, 5, 3, 12),
        source="hand",
    )
    rows, _answers = on_day(timelines.load(), date(2025, 5, 3))
    assert rows[0].worst is State.OFF
    assert rows[0].recorded_late_at is not None
    rows, _answers = on_day(timelines.load(known_at=known), date(2025, 5, 3))
    assert rows[0].worst is State.ON


def test_an_explanation_stands_beside_its_deviation_and_hides_nothing() -> None:
    safeguard = make_safeguard()
    record_state(safeguard, at=timezone.now() - timedelta(days=2))
    finding = record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=1))
    assert finding is not None
    Explanation.objects.create(finding=finding, text_de="Ein Update.", text_en="An update.")
    with translation.override("de"):
        row = row_now(safeguard.key)
    assert row.state is State.OFF
    assert row.deviation is not None
    assert [text.text for text in row.explanations] == ["Ein Update."]


def test_every_change_of_state_is_told_newest_first() -> None:
    safeguard = make_safeguard()
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=2))
    changes = latest_changes(timezone.now(), 9)
    assert [change.state for change in changes] == [State.OFF, State.ON]
    assert latest_changes(timezone.now(), 1) == changes[:1]


def test_loading_takes_the_same_number_of_queries_for_one_and_for_many() -> None:
    now = timezone.now()
    record_state(make_safeguard())
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as for_now:
            timelines.load_now()
        with CaptureQueriesContext(connection) as for_a_day:
            timelines.load_between(now - timedelta(days=1), now)
        with CaptureQueriesContext(connection) as kept:
            timelines.load_now()
        counts.append((len(for_now), len(for_a_day), len(kept)))
        for _number in range(5):
            record_state(make_safeguard())
    assert counts[0] == counts[1]
    assert counts[0][2] < counts[0][1] < counts[0][0]


def test_a_new_name_or_question_leaves_past_days_as_they_were() -> None:
    safeguard = make_safeguard("cdn")
    quick_answer = make_quick_answer("recorded", safeguard)
    record_state(safeguard, at=timezone.now() - timedelta(days=9))
    safeguard.name_de = "Ganz anderer Name"
    safeguard.save()
    quick_answer.question_past_de = "Ganz andere Frage?"
    quick_answer.save()
    with translation.override("de"):
        on = (timezone.now() - timedelta(days=5)).date()
        rows, answers = on_day(timelines.load(), on)
    assert rows[0].name.text == "Schutz cdn"
    assert answers[0].question.text == "Frage damals recorded?"


def test_a_safeguard_tied_later_does_not_change_past_answers() -> None:
    good, bad = make_safeguard(), make_safeguard()
    quick_answer = make_quick_answer("recorded", good)
    record_state(good, at=timezone.now() - timedelta(days=9))
    record_state(bad, "not_protected", at=timezone.now() - timedelta(days=9))
    quick_answer.safeguards.add(bad)
    loaded = timelines.load()
    assert answers_at(loaded, timezone.now())[0].state is State.OFF
    _rows, answers = on_day(loaded, (timezone.now() - timedelta(days=5)).date())
    assert answers[0].state is State.ON


def test_who_is_let_in_one_by_one_is_said_only_while_the_waiting_room_is_on() -> None:
    password, room = make_safeguard("password"), make_safeguard("waiting_room")
    make_quick_answer("strangers", password)
    record_state(password)
    for verdict, says in (("protected", True), ("not_protected", False)):
        record_state(room, verdict)
        (answer,) = answers_at(timelines.load(), timezone.now())
        assert bool(answer.admission_sentence) is says
        assert answer.state is State.ON


def test_a_past_answer_tells_of_a_default_that_could_have_been_changed() -> None:
    start = timezone.now() - timedelta(days=3)
    for key, lock in (("open", "unlocked"), ("fixed", "locked")):
        safeguard = make_safeguard(key)
        make_quick_answer(f"answer_{key}", safeguard)
        record_state(safeguard, lock=lock, at=start)
    found = past_answers(timelines.load(), start + timedelta(days=1), start + timedelta(days=2))
    assert {one.key: bool(one.lock_sentence) for one in found} == {
        "answer_open": True,
        "answer_fixed": False,
    }


def test_a_lock_that_all_answers_share_stands_once_below_them() -> None:
    for key in ("one", "two"):
        safeguard = make_safeguard(key)
        make_quick_answer(f"answer_{key}", safeguard)
        record_state(safeguard, lock="locked")
    answers = answers_at(timelines.load(), timezone.now())
    assert sentences.below(answers) == [answers[0].lock_sentence]
    record_state(Safeguard.objects.get(key="two"), lock="unlocked")
    answers = answers_at(timelines.load(), timezone.now())
    first, second = sentences.below(answers)
    assert first == f"{answers[0].lock_sentence} Das betrifft: Frage answer_one?"
    assert second == f"{answers[1].lock_sentence} Das betrifft: Frage answer_two?"

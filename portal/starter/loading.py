"""Load the starter content: each part only into an empty table, so that nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.editions.integrity.digests import note_source
from notices.editions.models import Edition, Foundation, Notice
from notices.editions.publishing import freeze
from notices.faq.models import Question, Synonyms, Topic
from notices.firm.days import BERLIN, day_of
from notices.firm.languages import CODES, all_columns, column, column_values, in_columns, in_each
from notices.firm.models import Organisation
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards.models import Finding, Promise, QuickAnswer, Safeguard, Source, Wording
from notices.safeguards.recording import record_check, record_finding, record_promise
from notices.safeguards.states import WORDED

from .files import HERE, read
from .own import load_own

# What people ask about meetings of owners stands among the questions of the FAQ.
OF_OWNERS = ("virtual-owners-meeting", "who-may-attend")


@transaction.atomic
def load() -> list[str]:
    """Fill every empty part and return one sentence about each part that was filled."""
    if settings.STARTER:
        return load_own(Path(settings.STARTER))
    now = timezone.now()
    parts = (
        (Organisation, _load_organisation),
        (Safeguard, _load_safeguards),
        (QuickAnswer, _load_quick_answers),
        (Foundation, _load_foundations),
        (Notice, _load_notices),
        (Topic, _load_questions),
        (Synonyms, _load_synonyms),
        (MeetingType, _load_meetings),
    )
    told = []
    for model, fill in parts:
        if not model._default_manager.exists():
            fill(now)
            count = model._default_manager.count()
            told.append(f"{model._meta.verbose_name_plural}: {count}")
    return told


def _load_organisation(now: datetime) -> None:
    Organisation.objects.create(**read("organisation"))


def _load_safeguards(now: datetime) -> None:
    safeguards = []
    for position, data in enumerate(read("safeguards")["safeguard"]):
        safeguard = add_safeguard(data, position, now)
        safeguards.append(safeguard)
        record_finding(
            Finding(
                safeguard=safeguard,
                verdict=Finding.Verdict.PROTECTED,
                seen_at=now,
                source=Source.IMPORT,
            )
        )
    record_check(safeguards, at=now, source=Source.IMPORT)


def add_safeguard(data: dict[str, Any], position: int, now: datetime) -> Safeguard:
    """Add a safeguard with its words and a promise; nobody has looked it up yet."""
    wordings = {state: data.pop(state) for state in WORDED}
    safeguard = Safeguard.objects.create(position=position, **data)
    for state, words in wordings.items():
        Wording.objects.create(
            safeguard=safeguard,
            state=state,
            recorded_at=now,
            **{column("text", code): words.get(column("claim", code), "") for code in CODES},
            **all_columns("meaning", words),
        )
    record_promise(
        safeguard,
        Promise.Value.ON,
        effective_from=now,
        **in_columns("reason", in_each(lambda: _("Our records in this portal begin."))),
    )
    return safeguard


def _load_quick_answers(now: datetime) -> None:
    for position, data in enumerate(read("quick_answers")["quick_answer"]):
        wordings = {state: data.pop(state) for state in WORDED}
        tied = data.pop("safeguards")
        quick_answer = QuickAnswer.objects.create(position=position, **data)
        quick_answer.safeguards.set(
            Safeguard.objects.filter(key__in=tied), through_defaults={"since": now}
        )
        for state, words in wordings.items():
            Wording.objects.create(quick_answer=quick_answer, state=state, recorded_at=now, **words)


def _load_foundations(now: datetime) -> None:
    for data in read("foundations")["foundation"]:
        Foundation.objects.create(**data)


def _load_notices(now: datetime) -> None:
    for data in read("notices")["notice"]:
        editions = data.pop("edition")
        safeguards = data.pop("safeguards", [])
        foundations = data.pop("foundations", [])
        months = data.pop("review_months")
        notice = Notice.objects.create(review_due=day_of(now + timedelta(days=30 * months)), **data)
        notice.safeguards.set(Safeguard.objects.filter(key__in=safeguards))
        notice.foundations.set(Foundation.objects.filter(key__in=foundations))
        for edition in editions:
            _load_edition(notice, edition, now)


def _load_edition(notice: Notice, data: dict[str, Any], now: datetime) -> None:
    folder = HERE / "notices" / notice.key
    number = data["number"]
    texts = {
        column(field, language): path.read_text("utf-8")
        for language in CODES
        for field, suffix in (("text", ""), ("summary", ".summary"))
        # A language that was added later has no starter texts.
        if (path := folder / f"{number}{suffix}.{language}.md").is_file()
    }
    start = now
    if data["historical"]:
        day = datetime.fromisoformat(data["in_force_from"])
        start = datetime.combine(day, time.min, BERLIN)
    edition = Edition(
        notice=notice,
        historical=data["historical"],
        in_force_from=start,
        four_eyes=False,
        # An old text keeps the title that it had.
        **(
            all_columns("title", data)
            if column("title") in data
            else column_values(notice, "title")
        ),
        **all_columns("change_note", data),
        **texts,
    )
    note_source(edition)
    freeze(edition, published_at=now)


def _load_questions(now: datetime) -> None:
    further = read("kinds")
    add_questions({name: [*rows, *further[name]] for name, rows in read("faq").items()}, now)


def add_questions(data: dict[str, Any], now: datetime) -> None:
    """Add the topics and questions of `data` that are not there, behind those that are."""
    topics = {topic.key: topic for topic in Topic.objects.all()}
    for position, row in enumerate(data["topic"], len(topics)):
        if row["key"] not in topics:
            topics[row["key"]] = Topic.objects.create(position=position, **row)
    related: list[tuple[Question, list[str]]] = []
    known = set(Question.objects.values_list("key", flat=True))
    for position, row in enumerate(data["question"], len(known)):
        if row["key"] in known:
            continue
        safeguards = row.pop("safeguards", [])
        leans_on = row.pop("foundations", [])
        lead = row.pop("lead", None)
        others = row.pop("related", [])
        row.pop("kinds", None)
        row["topic"] = topics[row["topic"]]
        question = Question.objects.create(
            position=position,
            lead=QuickAnswer.objects.get(key=lead) if lead else None,
            **row,
        )
        question.safeguards.set(Safeguard.objects.filter(key__in=safeguards))
        question.foundations.set(Foundation.objects.filter(key__in=leans_on))
        related.append((question, others))
    # Once all of them are there.
    for question, others in related:
        question.related.add(*Question.objects.filter(key__in=others))


def _load_synonyms(now: datetime) -> None:
    for data in read("synonyms")["synonyms"]:
        Synonyms.objects.create(**data)


def _load_meetings(now: datetime) -> None:
    data = read("meetings")
    add_kinds([*data["meeting_type"], *read("kinds")["meeting_type"]])
    types = {one.key: one for one in MeetingType.objects.all()}
    for meeting, starts_at, ends_at in _dated(data["meeting"], now):
        kind = types[meeting.pop("type")]
        Meeting.objects.create(
            type=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            browser=kind.browser,
            phone=kind.phone,
            app=kind.app,
            is_sample=True,
            **meeting,
        )


def add_kinds(rows: list[dict[str, Any]]) -> list[str]:
    """Add the kinds of meeting that are not there, with what people ask about them."""
    asked = {row["key"]: row["kinds"] for row in read("kinds")["question"]}
    asked |= {key: ["owners_meeting"] for key in OF_OWNERS}
    known = set(MeetingType.objects.values_list("key", flat=True))
    added = []
    for row in rows:
        if row["key"] not in known:
            kind = MeetingType.objects.create(**row)
            keys = [key for key, kinds in asked.items() if kind.key in kinds]
            kind.questions.set(Question.objects.filter(key__in=keys))
            added.append(kind.name)
    return added


def _dated(
    rows: list[dict[str, Any]], now: datetime
) -> Iterator[tuple[dict[str, Any], datetime, datetime]]:
    for row in rows:
        day = day_of(now) + timedelta(days=row.pop("days_from_loading"))
        start = datetime.combine(day, time.fromisoformat(row.pop("start_time")), BERLIN)
        yield row, start, start + timedelta(minutes=row.pop("duration_minutes"))

"""Load the starter content: each part only into an empty table, so that nothing is overwritten."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.editions.digests import german_source_digest
from notices.editions.models import Edition, Foundation, Notice
from notices.editions.publishing import freeze
from notices.faq import indexing
from notices.faq.models import Question, Synonyms, Topic
from notices.firm.days import BERLIN, day_of
from notices.firm.models import Organisation
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards.models import Finding, Promise, QuickAnswer, Safeguard, Source, Wording
from notices.safeguards.recording import record_check, record_finding, record_promise

HERE = Path(__file__).parent
STATES = ("on", "exception", "off")
LANGUAGES = ("de", "en")


@transaction.atomic
def load() -> list[str]:
    """Fill every empty part and return one sentence about each part that was filled."""
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
    with indexing.together():
        for model, fill in parts:
            if not model._default_manager.exists():
                fill(now)
                count = model._default_manager.count()
                told.append(f"{model._meta.verbose_name_plural}: {count}")
    return told


def _load_organisation(now: datetime) -> None:
    Organisation.objects.create(**_read("organisation"))


def _load_safeguards(now: datetime) -> None:
    safeguards = []
    for position, data in enumerate(_read("safeguards")["safeguard"]):
        wordings = {state: data.pop(state) for state in STATES}
        safeguard = Safeguard.objects.create(position=position, **data)
        safeguards.append(safeguard)
        for state, words in wordings.items():
            Wording.objects.create(
                safeguard=safeguard,
                state=state,
                recorded_at=now,
                text_de=words["claim_de"],
                text_en=words["claim_en"],
                meaning_de=words["meaning_de"],
                meaning_en=words["meaning_en"],
            )
        record_promise(
            safeguard,
            Promise.Value.ON,
            effective_from=now,
            reason_de="Beginn unseres Verlaufs in diesem Portal.",
            reason_en="Our records in this portal begin.",
        )
        record_finding(
            Finding(
                safeguard=safeguard,
                verdict=Finding.Verdict.PROTECTED,
                seen_at=now,
                source=Source.IMPORT,
            )
        )
    record_check(safeguards, at=now, source=Source.IMPORT)


def _load_quick_answers(now: datetime) -> None:
    for position, data in enumerate(_read("quick_answers")["quick_answer"]):
        wordings = {state: data.pop(state) for state in STATES}
        tied = data.pop("safeguards")
        quick_answer = QuickAnswer.objects.create(position=position, **data)
        quick_answer.safeguards.set(
            Safeguard.objects.filter(key__in=tied), through_defaults={"since": now}
        )
        for state, words in wordings.items():
            Wording.objects.create(quick_answer=quick_answer, state=state, recorded_at=now, **words)


def _load_foundations(now: datetime) -> None:
    for data in _read("foundations")["foundation"]:
        Foundation.objects.create(**data)


def _load_notices(now: datetime) -> None:
    for data in _read("notices")["notice"]:
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
        f"{field}_{language}": (folder / f"{number}{suffix}.{language}.md").read_text("utf-8")
        for language in LANGUAGES
        for field, suffix in (("text", ""), ("summary", ".summary"))
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
        title_de=notice.title_de,
        title_en=notice.title_en,
        change_note_de=data["change_note_de"],
        change_note_en=data["change_note_en"],
        **texts,
    )
    edition.english_made_from = german_source_digest(edition)
    freeze(edition, published_at=now)


def _load_questions(now: datetime) -> None:
    data = _read("faq")
    topics = {
        topic["key"]: Topic.objects.create(position=position, **topic)
        for position, topic in enumerate(data["topic"])
    }
    related = {}
    for position, row in enumerate(data["question"]):
        safeguards = row.pop("safeguards", [])
        leans_on = row.pop("foundations", [])
        lead = row.pop("lead", None)
        related[row["key"]] = row.pop("related", [])
        row["topic"] = topics[row["topic"]]
        question = Question.objects.create(
            position=position,
            reviewed_on=day_of(now),
            lead=QuickAnswer.objects.get(key=lead) if lead else None,
            **row,
        )
        question.safeguards.set(Safeguard.objects.filter(key__in=safeguards))
        question.foundations.set(Foundation.objects.filter(key__in=leans_on))
    for key, others in related.items():
        Question.objects.get(key=key).related.add(*Question.objects.filter(key__in=others))


def _load_synonyms(now: datetime) -> None:
    for data in _read("synonyms")["synonyms"]:
        Synonyms.objects.create(**data)


def _load_meetings(now: datetime) -> None:
    data = _read("meetings")
    types = {row["key"]: MeetingType.objects.create(**row) for row in data["meeting_type"]}
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


def _dated(
    rows: list[dict[str, Any]], now: datetime
) -> Iterator[tuple[dict[str, Any], datetime, datetime]]:
    for row in rows:
        day = day_of(now) + timedelta(days=row.pop("days_from_loading"))
        start = datetime.combine(day, time.fromisoformat(row.pop("start_time")), BERLIN)
        yield row, start, start + timedelta(minutes=row.pop("duration_minutes"))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))

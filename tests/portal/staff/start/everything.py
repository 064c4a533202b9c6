"""A portal in which everything that the first staff page can tell is there."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from notices.communities import recording
from notices.editions import drafting, publishing
from notices.editions.models import Edition, Foundation
from notices.faq.models import Question
from notices.firm import jobs
from notices.firm.models import JobRun, ProposedChange
from notices.firm.proposals import proposing
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Attestation, Safeguard, Wording
from tests.factories import (
    make_community,
    make_edition,
    make_meeting,
    make_notice,
    make_organisation,
    make_question,
    make_safeguard,
    make_user,
    record_state,
)


def everything(me: User, other: User, round_: int = 0) -> None:
    """Make two of each: `me` handed over one half, `other` the other half."""
    if not round_:
        make_organisation()
    for by in (me, other):
        _handed_over(by, round_)
        _came_back(by, make_user("reviewer"))
        scheduled(by)
    for number in range(2):
        _due(2 * round_ + number)
        _texts()
    jobs.beat(timezone.now())
    times = {"last_finished_at": timezone.now(), "last_started_at": timezone.now()}
    JobRun.objects.update_or_create(name="alerts", defaults=times)


def report(by: User, safeguard: Safeguard | None = None) -> Attestation:
    made = reporting.report_change(safeguard or make_safeguard(), "on", by=by, reason_de="An.")
    assert made is not None
    return made


def proposal(by: User) -> ProposedChange:
    question = make_question()
    before = {"answer_de": question.answer_de}
    return proposing.propose(question, before, {"answer_de": "Nein."}, by=by)


def handed_over(by: User) -> Edition:
    return publishing.submit(drafting.begin(make_notice(), by=by), by=by)


def scheduled(by: User) -> Edition:
    edition = handed_over(by)
    Edition.objects.filter(pk=edition.pk).update(text_de="Bald.", text_en="Soon.")
    return publishing.publish(
        edition,
        by=make_user("reviewer"),
        in_force_from=timezone.now() + timedelta(days=5),
        without=["en"],
    )


def change(question: Question, **texts: str) -> None:
    for name, text in texts.items():
        setattr(question, name, text)
    question.save()


def _handed_over(by: User, round_: int) -> None:
    report(by)
    handed_over(by)
    proposal(by)
    drafting.begin(make_notice(), by=by)
    address = {"name": "GdWE Weg 1", "street": "Weg 1", "postal_code": "1", "city": "B"}
    recording.record_details(make_community(f"{by.pk}-{round_}"), address, by=by)


def _came_back(by: User, reviewer: User) -> None:
    publishing.send_back(handed_over(by), by=reviewer, comment="Bitte kürzer.")
    reporting.turn_down(report(by), by=reviewer, reason="Das war ein anderes Konto.")
    declined = proposal(by)
    why = "Das stimmt so nicht."
    proposing.turn_down(declined, by=reviewer, as_read=declined.digest, reason=why)


def _due(number: int) -> None:
    now = timezone.now()
    make_meeting(now + timedelta(days=3 + number))
    make_notice(review_due=timezone.localdate())
    record_state(make_safeguard(), at=now - timedelta(days=300))
    record_state(make_safeguard(), "not_protected", at=now - timedelta(hours=3))
    record_state(make_safeguard(max_age_days=100), at=now - timedelta(days=95))
    ground = Foundation.objects.create(
        key=f"shield-{number}",
        kind="framework",
        name_de="Schild",
        name_en="Shield",
        checked_on=date(2020, 1, 1),
        state="fallen",
        fallen_on=timezone.localdate(),
    )
    leaning = make_edition(in_force_from=now - timedelta(days=30))
    leaning.notice.foundations.add(ground)
    wrong = make_edition(text_de="Deutscher Texxt.")
    texts = {name: getattr(wrong, name) or "" for name in publishing.CORRECTED_FIELDS}
    publishing.correct(wrong, by=make_user(), texts={**texts, "text_de": "Deutscher Text."})


def _texts() -> None:
    make_question(answer_en="")
    change(make_question(), answer_de="Anders.")
    make_edition(text_de="Fragen an die Hausverwaltung Beispiel.")
    safeguard = make_safeguard()
    for text in ("Eins.", "Zwei."):
        Wording.objects.create(safeguard=safeguard, state="on", text_de=text, text_en="One.")

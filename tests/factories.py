"""Make the rows that tests talk about; every argument has a sensible default."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from notices.communities.models import Community, CommunityDetails, Resolution, years_later
from notices.editions.integrity.digests import note_source
from notices.editions.models import Edition, Notice
from notices.editions.publishing import freeze
from notices.faq.models import Question, Topic
from notices.firm.models import Firm, Organisation, ProposedChange
from notices.firm.proposals import proposing
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards.derived import intervals, runs
from notices.safeguards.models import (
    Check,
    CheckCoverage,
    Finding,
    Promise,
    QuickAnswer,
    Safeguard,
    Source,
    Wording,
)
from notices.safeguards.recording import record_finding
from portal.staff.roles import setup_roles

_numbers = count(1)

ORGANISATION = {
    "name": "Hausverwaltung Muster",
    "service_name_de": "Datenschutz bei Videotreffen",
    "service_name_en": "Privacy in video meetings",
    "legal_name": "Hausverwaltung Muster GmbH",
    "street": "Testweg 1",
    "postal_code": "10000",
    "city": "Berlin",
    "country_de": "Deutschland",
    "country_en": "Germany",
    "phone": "030 111 111",
    "phone_hours_de": "Montag bis Freitag, 9 bis 16 Uhr",
    "phone_hours_en": "Monday to Friday, 9:00 to 16:00",
    "email": "kontakt@muster.example",
    "privacy_email": "datenschutz@muster.example",
    "represented_by_de": "Geschäftsführung",
    "represented_by_en": "Managing directors",
    "dpo_title_de": "Datenschutzbeauftragte",
    "dpo_title_en": "Data protection officer",
    "dpo_email": "dsb@muster.example",
    "dpo_address": "Hausverwaltung Muster GmbH, Testweg 1, 10000 Berlin",
    "authority_name": "Aufsichtsbehörde",
    "authority_address": "Amtsweg 1, 10000 Berlin",
    "authority_url": "https://authority.example",
}


def make_organisation(**changes: Any) -> Organisation:
    """Make the firm's profile, filled in by staff unless `confirmed_at` is None."""
    return Organisation.objects.create(
        **{**ORGANISATION, "confirmed_at": timezone.now(), **changes}
    )


def make_firm(name: str = "Wohnbau Muster", **changes: Any) -> Firm:
    """Make a further firm that shares the portal."""
    shared = {
        field: ORGANISATION[field]
        for field in (
            *("street", "postal_code", "city", "country_de", "country_en", "phone_hours_de"),
            *("phone_hours_en", "represented_by_de", "represented_by_en"),
        )
    }
    own = {"name": name, "legal_name": f"{name} GmbH", "phone": "030 222 222"}
    return Firm.objects.create(**{**shared, **own, "email": "wohnbau@muster.example", **changes})


def make_user(role: str | None = "editor", name: str | None = None) -> User:
    """Make a member of staff with a role, or with `role=None` somebody without any."""
    user = User.objects.create_user(
        username=name or f"{role or 'reader'}-{next(_numbers)}",
        password="a long enough test password",
        is_staff=role is not None,
    )
    if role:
        if not Group.objects.filter(name=role).exists():  # as after a test that empties tables
            setup_roles()
        user.groups.add(Group.objects.get(name=role))
    return user


def make_safeguard(key: str = "", *, words: bool = True, **changes: Any) -> Safeguard:
    """Make a safeguard without any record, with words for its three states."""
    number = next(_numbers)
    key = key or f"safeguard_{number}"
    slug = key.replace("_", "-")
    safeguard = Safeguard.objects.create(
        **{
            "key": key,
            "slug_de": f"{slug}-de",
            "slug_en": slug,
            "name_de": f"Schutz {key}",
            "name_en": f"Protection {key}",
            "zoom_name_de": f"Einstellung {key}",
            "zoom_name_en": f"Setting {key}",
            "group": Safeguard.Group.RECORDING,
            "checked_by": Safeguard.CheckedBy.HAND,
            "position": number,
            **changes,
        }
    )
    if words:
        for state in ("on", "exception", "off"):
            Wording.objects.create(
                safeguard=safeguard,
                state=state,
                text_de=f"{key} sagt {state}.",
                text_en=f"{key} says {state}.",
                meaning_de=f"{key} bedeutet {state}.",
                meaning_en=f"{key} means {state}.",
                recorded_at=timezone.now() - timedelta(days=4000),
            )
    return safeguard


def make_quick_answer(key: str, *safeguards: Safeguard) -> QuickAnswer:
    quick_answer = QuickAnswer.objects.create(
        key=key,
        position=next(_numbers),
        question_de=f"Frage {key}?",
        question_en=f"Question {key}?",
        question_past_de=f"Frage damals {key}?",
        question_past_en=f"Question then {key}?",
    )
    quick_answer.safeguards.set(safeguards, through_defaults={"since": timezone.now()})
    for state in ("on", "exception", "off"):
        Wording.objects.create(
            quick_answer=quick_answer,
            state=state,
            text_de=f"{key} heute {state}.",
            text_en=f"{key} today {state}.",
            past_de=f"{key} damals {state}.",
            past_en=f"{key} then {state}.",
            sentence_de=f"Satz {key} {state}.",
            sentence_en=f"Sentence {key} {state}.",
            recorded_at=timezone.now() - timedelta(days=4000),
        )
    return quick_answer


def record_state(
    safeguard: Safeguard,
    verdict: str = "protected",
    *,
    at: datetime | None = None,
    promise: str = "on",
    check: bool = True,
    **found: Any,
) -> Finding | None:
    """Append promise, finding and check as of `at`, as if they had been recorded then."""
    at = at or timezone.now()
    newest = safeguard.promises.last()
    is_new = newest is None or newest.value != promise
    if is_new:
        Promise.objects.create(
            safeguard=safeguard,
            value=promise,
            effective_from=at,
            recorded_at=at,
            reason_de="Grund",
            reason_en="Reason",
        )
    if check:
        made = Check.objects.create(
            at=at, recorded_at=at, source=Source.HAND, outcome=Check.Outcome.DONE
        )
        coverage = CheckCoverage.objects.create(
            check_made=made,
            safeguard=safeguard,
            valid_until=at + timedelta(days=safeguard.max_age_days),
        )
        intervals.append([coverage])
    # All is about one moment, so that deriving once is enough: here, unless nothing new was seen.
    finding = record_finding(
        Finding(
            **{
                "safeguard": safeguard,
                "verdict": verdict,
                "seen_at": at,
                "recorded_at": at,
                "source": Source.HAND,
                **found,
            }
        )
    )
    if (check or is_new) and (finding is None or finding.seen_at > at):
        runs.derive([safeguard.pk], at)
    return finding


def write_promise(**fields: Any) -> Promise:
    """Append a promise of any moment with what is derived from it, as `recording` does."""
    promise = Promise.objects.create(**fields)
    runs.derive([promise.safeguard_id], promise.effective_from)
    return promise


def write_finding(**fields: Any) -> Finding:
    """Append a finding, though it may equal the one before, with what is derived from it."""
    finding = Finding.objects.create(**fields)
    runs.derive([finding.safeguard_id], finding.seen_at)
    return finding


def make_notice(key: str = "", kind: str = "privacy", **changes: Any) -> Notice:
    key = key or f"notice-{next(_numbers)}"
    return Notice.objects.create(
        **{
            "key": key,
            "kind": kind,
            "slug_de": f"{key}-de",
            "slug_en": key,
            "title_de": f"Hinweis {key}",
            "title_en": f"Notice {key}",
            **changes,
        }
    )


def make_edition(
    notice: Notice | None = None, *, status: str = "published", **changes: Any
) -> Edition:
    """Make an edition; a published one is frozen, in force from `in_force_from` (now)."""
    notice = notice or make_notice()
    published_at = changes.pop("published_at", None)
    edition = Edition(
        **{
            "notice": notice,
            "title_de": notice.title_de,
            "title_en": notice.title_en,
            "text_de": "## Wozu\n\nDeutscher Text.",
            "text_en": "## Why\n\nEnglish text.",
            "summary_de": "Kurz gesagt.",
            "summary_en": "In short.",
            "change_note_de": "Etwas ist neu.",
            "change_note_en": "Something is new.",
            **changes,
        }
    )
    note_source(edition)
    if status != "published":
        edition.status = status
        edition.save()
        return edition
    published_at = published_at or edition.in_force_from or timezone.now()
    edition.in_force_from = edition.in_force_from or published_at
    return freeze(edition, published_at=published_at)


def make_topic(key: str = "", **changes: Any) -> Topic:
    key = key or f"topic-{next(_numbers)}"
    return Topic.objects.create(
        **{
            "key": key,
            "slug_de": f"{key}-de",
            "slug_en": key,
            "title_de": f"Gruppe {key}",
            "title_en": f"Group {key}",
            **changes,
        }
    )


def make_question(key: str = "", topic: Topic | None = None, **changes: Any) -> Question:
    key = key or f"question-{next(_numbers)}"
    return Question.objects.create(
        **{
            "key": key,
            "topic": topic or make_topic(),
            "slug_de": f"{key}-de",
            "slug_en": key,
            "question_de": f"Frage {key}?",
            "question_en": f"Question {key}?",
            "answer_de": f"Antwort {key}.",
            "answer_en": f"Answer {key}.",
            "reviewed_on": date(2026, 11, 1),
            **changes,
        }
    )


def make_meeting(starts_at: datetime | None = None, **changes: Any) -> Meeting:
    starts_at = starts_at or timezone.now() + timedelta(days=7)
    kind, _new = MeetingType.objects.get_or_create(
        key="owners_meeting", defaults={"name_de": "Eigentümerversammlung", "name_en": "Owners"}
    )
    return Meeting.objects.create(
        **{
            "type": kind,
            "title_de": "Eigentümerversammlung",
            "title_en": "Owners’ meeting",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place_de": "Gemeindesaal",
            "place_en": "Community hall",
            **changes,
        }
    )


def confirm_what_waits() -> None:
    """Read and confirm, as another reviewer, every change that was proposed."""
    for change in ProposedChange.objects.filter(decided_at=None):
        proposing.confirm(change, by=make_user("reviewer"), as_read=change.digest)


def make_community(number: str = "1001", **changes: Any) -> Community:
    """Make a community whose details are confirmed; a moment in `at` is when."""
    at = changes.pop("at", timezone.now() - timedelta(days=1))
    community, _new = Community.objects.get_or_create(
        number=number, defaults={"firm": changes.pop("firm", None)}
    )
    CommunityDetails.objects.create(
        **{
            **{"community": community, "name": f"GdWE Musterweg {number}"},
            **{"street": "Musterweg 1", "postal_code": "10000", "city": "Berlin"},
            **{"contact": "Objektbetreuung", "phone": "030 333 333"},
            **{"recorded_at": at, "decided_at": at, "accepted": True, **changes},
        }
    )
    return community


def make_resolution(
    community: Community, kind: str = "virtual", since: date = date(2026, 5, 3), **changes: Any
) -> Resolution:
    """Make a confirmed resolution: to meet by video alone it ends after three years."""
    at = changes.pop("at", timezone.now() - timedelta(days=1))
    until = years_later(since, 3) - timedelta(days=1) if kind == "virtual" else None
    return Resolution.objects.create(
        **{
            **{"community": community, "kind": kind, "resolved_on": since, "since": since},
            **{"until": until, "recorded_at": at, "decided_at": at, "accepted": True, **changes},
        }
    )

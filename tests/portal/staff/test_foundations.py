"""A legal foundation falls: who leans on it, on the dashboard and in `manage.py foundations`."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notices.editions.models import Foundation
from notices.faq.models import Question
from notices.firm.days import day_of
from notices.firm.models import AuditEntry, ProposedChange
from notices.firm.proposals import proposing
from portal.staff.foundations import foundations
from tests.conftest import SignIn
from tests.factories import make_edition, make_notice, make_question, make_user
from tests.turns import seen

pytestmark = pytest.mark.django_db
TODAY = day_of(timezone.now())


def make_foundation(key: str = "frame", **changes: Any) -> Foundation:
    return Foundation.objects.create(
        **{
            "key": key,
            "kind": "framework",
            "name_de": f"Rahmen {key}",
            "name_en": f"Frame {key}",
            "source_url": "https://law.example/frame",
            "checked_on": TODAY,
            **changes,
        }
    )


def fall(client: Client, foundation: Foundation, on: str) -> None:
    sent = {
        "name_de": foundation.name_de,
        "name_en": foundation.name_en,
        "kind": foundation.kind,
        "state": "fallen" if on else "stands",
        "checked_on": foundation.checked_on.isoformat(),
        "fallen_on": on,
        "source_url": foundation.source_url,
        "note_de": "",
        "note_en": "",
        "seen": seen(foundation),
    }
    address = f"/admin/editions/foundation/{foundation.pk}/change/"
    assert client.post(address, sent).status_code == 302


def run(*args: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("foundations", *args, stdout=out)
    except SystemExit as stop:
        return out.getvalue(), int(str(stop.code))
    return out.getvalue(), 0


def test_marking_one_fallen_lists_every_notice_and_question_that_leans_on_it(
    sign_in: SignIn,
) -> None:
    foundation, other = make_foundation(), make_foundation("other")
    notice, question = make_notice("leaning"), make_question("asked", reviewed_on=TODAY)
    make_edition(notice)
    notice.foundations.add(foundation)
    question.foundations.add(foundation)
    make_notice("elsewhere").foundations.add(other)
    client, editor = sign_in("editor")
    assert "Rechtliche Grundlagen</h2>" not in client.get("/admin/").content.decode()
    assert run("--json")[1] == 0

    fall(client, foundation, TODAY.isoformat())

    page = client.get("/admin/")
    (standing,) = page.context["fallen_foundations"]
    assert [one.key for one in standing.open] == ["leaning", "asked"]
    words = page.content.decode()
    assert f"/admin/editions/notice/{notice.pk}/change/" in words
    assert f"/admin/faq/question/{question.pk}/change/" in words
    assert not page.context["is_quiet"]
    entry = AuditEntry.objects.get(act="foundation-fallen")
    assert entry.by == editor
    assert entry.detail == {
        "source": "https://law.example/frame",
        "checked_on": TODAY.isoformat(),
        "fallen_on": TODAY.isoformat(),
    }
    out, code = run("--json")
    assert code == 1
    told = {one["key"]: one for one in json.loads(out)["foundations"]}
    assert told["frame"]["fallen_on"] == TODAY.isoformat()
    assert told["frame"]["leaning"] == [
        {
            "type": "notice",
            "key": "leaning",
            "title": "Hinweis leaning",
            "written_on": timezone.localdate().isoformat(),
            "open": True,
        },
        {
            "type": "question",
            "key": "asked",
            "title": "Frage asked?",
            "written_on": TODAY.isoformat(),
            "open": True,
        },
    ]
    assert "to do: notice leaning" in run()[0]

    # That it stands after all makes texts look better: a second person agrees.
    fall(client, foundation, "")
    assert run("--json")[1] == 1
    waiting = ProposedChange.objects.get()
    proposing.confirm(waiting, by=make_user("reviewer"), as_read=waiting.digest)
    assert run("--json")[1] == 0
    assert AuditEntry.objects.filter(act="change-confirmed").count() == 1


def test_other_edits_of_a_foundation_are_no_fall(sign_in: SignIn) -> None:
    foundation = make_foundation(state="fallen", fallen_on=TODAY)
    client, _ = sign_in("editor")
    foundation.source_url = "https://law.example/other"
    fall(client, foundation, TODAY.isoformat())
    assert not AuditEntry.objects.filter(act__startswith="foundation-").exists()


def test_a_text_written_after_the_fall_is_listed_as_settled() -> None:
    foundation = make_foundation(state="fallen", fallen_on=TODAY - timedelta(days=30))
    notice = make_notice("written-since")
    make_edition(notice)
    notice.foundations.add(foundation)
    question = make_question("older", reviewed_on=TODAY - timedelta(days=60))
    Question.objects.update(written_on=TODAY - timedelta(days=90))
    question.foundations.add(foundation)
    (standing,) = foundations(timezone.now())
    assert [one.key for one in standing.open] == ["older"]
    assert [one.key for one in standing.settled] == ["written-since"]


def test_one_not_looked_at_for_a_year_is_due(sign_in: SignIn) -> None:
    make_foundation("old", checked_on=TODAY - timedelta(days=370))
    make_foundation("fallen", checked_on=date(2020, 1, 1), state="fallen", fallen_on=TODAY)
    make_foundation("fresh", checked_on=TODAY - timedelta(days=360))
    out, code = run("--json")
    assert code == 2
    due = [one["key"] for one in json.loads(out)["foundations"] if one["check_due"]]
    assert due == ["old"]
    client, _ = sign_in("reviewer")
    page = client.get("/admin/")
    assert [one.foundation.key for one in page.context["due_foundations"]] == ["old"]
    assert "Rahmen old" in page.content.decode()


@pytest.mark.usefixtures("starter")
def test_the_founding_letters_privacy_shield_from_row_to_reader(
    sign_in: SignIn,
    client: Client,
) -> None:
    out, code = run("--json")
    content = json.loads(out)
    assert (content["schema"], code) == (1, 0)
    shield = next(one for one in content["foundations"] if one["key"] == "privacy-shield")
    assert (shield["state"], shield["fallen_on"]) == ("fallen", "2020-07-16")
    assert [(one["type"], one["key"], one["open"]) for one in shield["leaning"]] == [
        ("notice", "zoom-letter", False),
        ("question", "privacy-shield", False),
    ]
    staff, _ = sign_in("editor")
    assert "Zoom – für Sie unter der Lupe" in str(
        [one.settled for one in staff.get("/admin/").context["settled_foundations"]]
    )
    letter = client.get("/en/notices/a-close-look-at-zoom/edition/1/").content.decode()
    assert "These legal bases have fallen since" in letter
    assert 'datetime="2020-07-16"' in letter
    in_force = client.get("/en/notices/a-close-look-at-zoom/").content.decode()
    assert "These legal bases have fallen since" not in in_force

"""What one person does to notices, questions and translations, and what readers see of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.editions.models import Edition, Foundation
from notices.faq.models import Question, Synonyms
from notices.firm.models import AuditEntry
from tests.factories import (
    make_edition,
    make_question,
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.firm.ways import address, tie_rows, typed
from tests.portal.staff.alone.acting import BOARD, off, on, read, send


def a_notice(staff: Client, user: User) -> None:
    bad = off("bad")
    notice = make_edition().notice
    notice.safeguards.add(bad)
    send(staff, address(notice), safeguards=[])
    send(staff, address(notice), title_de="Nichts wird aufgezeichnet")
    assert "Nichts wird aufgezeichnet" not in read("/de/hinweise/")
    assert "bad sagt off." in read(notice.get_absolute_url())


def fallen(**changes: Any) -> Foundation:
    return Foundation.objects.create(
        **{
            **{"key": "shield", "kind": "framework", "name_de": "Schild", "name_en": "Shield"},
            **{"checked_on": date(2020, 1, 1), "state": "fallen", "fallen_on": date(2026, 1, 2)},
            **changes,
        }
    )


def a_foundation(staff: Client, user: User) -> None:
    start = timezone.now() - timedelta(days=3000)
    edition = make_edition(in_force_from=start)
    ground = fallen(state="stands", fallen_on=None)
    edition.notice.foundations.add(ground)
    send(staff, address(ground), state="fallen", fallen_on="2026-01-02")
    send(staff, address(ground), state="stands", fallen_on="")
    assert "Schild" in read(edition.notice.get_absolute_url())


def a_question(staff: Client, user: User) -> None:
    question = make_question("recorded")
    bad = off("bad")
    question.safeguards.add(bad)
    send(staff, address(question), answer_de="Nein, niemals.")
    send(staff, address(question), safeguards=[])
    html = read(question.get_absolute_url())
    assert "Antwort recorded." in html
    assert "bad sagt off." in html
    send(staff, address(question), reviewed_on="2026-11-02")
    assert Question.objects.get().reviewed_on == date(2026, 11, 2)


def a_topic(staff: Client, user: User) -> None:
    topic = make_question().topic
    send(staff, address(topic), title_de="Nichts wird aufgezeichnet")
    assert topic.title_de in read("/de/fragen/")


def a_quick_answer(staff: Client, user: User) -> None:
    answer = make_quick_answer("recording", off("bad"))
    send(staff, address(answer), question_de="Ist es laut?")
    assert "Frage recording?" in read(BOARD)


def ties(staff: Client, user: User) -> None:
    good, unknown = on("good"), make_safeguard("unknown")
    answer = make_quick_answer("recording", unknown)
    path = address(answer)
    added = {"ties-TOTAL_FORMS": 2, "ties-1-safeguard": good.pk}
    send(staff, path, **{**tie_rows(answer), **added})
    assert "recording heute on." not in read(BOARD)
    record_state(unknown)
    removing = {"ties-0-DELETE": "on", "ties-0-safeguard": good.pk}
    bad = off("bad")
    sent = {**removing, "ties-TOTAL_FORMS": 2, "ties-1-safeguard": bad.pk}
    send(staff, path, **{**tie_rows(answer), **sent})
    assert set(answer.safeguards.all()) == {unknown, bad}
    assert "recording heute off." in read(BOARD)


def synonyms(staff: Client, user: User) -> None:
    question = make_question("recorded")
    staff.post("/admin/faq/synonyms/add/", {"language": "de", "words": "Mitschnitt, Aufnahme"})
    assert Synonyms.objects.count() == 1
    assert "Antwort recorded." in read(question.get_absolute_url())


def a_translation(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Eins.", text_en="One.")
    before = read(edition.notice.get_absolute_url())
    staff.post(f"/admin/editions/notice/{edition.notice_id}/neue-fassung/")
    draft = Edition.objects.get(status="draft")
    path = f"/admin/editions/edition/{draft.pk}/change/"
    staff.post(path, typed(staff, path, text_de="Zwei."))
    staff.post(f"/admin/editions/edition/{draft.pk}/stimmt-noch/en/")
    assert AuditEntry.objects.filter(act="edition-english-confirmed").exists()
    assert read(edition.notice.get_absolute_url()) == before

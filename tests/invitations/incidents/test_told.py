"""Who is told what about a deviation, and what the officer decided."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from notices.firm.days import day_of
from notices.invitations.incidents import deciding
from notices.invitations.models import IncidentDecision, Meeting
from notices.safeguards.models import Safeguard
from portal.evidence.gathering import gather
from portal.evidence.periods import Period
from tests.conftest import SignIn
from tests.factories import (
    make_firm,
    make_meeting,
)
from tests.invitations.incidents.touching import HOUR, NOW, START, opened


@pytest.mark.usefixtures("later")
class TestStaff:
    @pytest.fixture
    def address(self, recording: Safeguard) -> str:
        make_meeting(starts_at=START)
        return f"/admin/abweichungen/{opened(recording).pk}/"

    def test_it_counts_and_names_the_meetings_and_drafts_the_message(
        self, sign_in: SignIn, address: str, recording: Safeguard
    ) -> None:
        staff, _ = sign_in("editor")
        assert address in staff.get("/admin/abweichungen/").content.decode()
        page = staff.get(address)
        assert "1 Treffen war betroffen" in " ".join(page.content.decode().split())
        texts = {code: words for code, _name, words in page.context["participants"]}
        for words in (
            "Eigentümerversammlung, 1. März 2027, 18 Uhr: http://testserver/T/",
            "Eine Schutzeinstellung war anders, als wir es zusagen: Aufzeichnung.",
            "Von wann bis wann: von 1. März 2027, 18:15 Uhr bis 1. März 2027, 18:45 Uhr",
            "Was das für Sie heißt: cloud_recording bedeutet off.",
            "Die Einstellung stimmt wieder seit 1. März 2027, 18:45 Uhr.",
            "Hausverwaltung Muster, Telefon 030 111 111",
        ):
            assert words in texts["de"]
        assert "What it means for you: cloud_recording means off." in texts["en"]
        assert "from 1 March 2027, 18:15 until 1 March 2027, 18:45" in texts["en"]

    def test_those_of_one_meeting_learn_nothing_about_another(
        self, sign_in: SignIn, address: str
    ) -> None:
        first = Meeting.objects.get()
        firm = make_firm("Wohnbau Muster")
        other = make_meeting(starts_at=START, title_de="Beirat Nord", firm=firm)
        staff, _ = sign_in("editor")
        for meeting, stranger, name in (
            (first, other, "Hausverwaltung"),
            (other, first, "Wohnbau"),
        ):
            page = staff.get(f"{address}?treffen={meeting.code}")
            for _code, _name, words in page.context["participants"]:
                assert meeting.code in words
                assert stranger.code not in words
                assert f"{name} Muster, " in words
            assert f"treffen={stranger.code}#message" in page.content.decode()
        note = staff.get(address).context["officer"][0][2]
        assert first.code in note
        assert other.code in note

    def test_many_meetings_are_counted_and_stand_on_several_pages(
        self, sign_in: SignIn, address: str
    ) -> None:
        for _one in range(60):
            make_meeting(starts_at=START)
        staff, _ = sign_in("editor")
        first = staff.get(address)
        assert "61 Treffen waren betroffen" in " ".join(first.content.decode().split())
        shown = [
            set(re.findall("treffen=([A-Z0-9]{10})#", page.content.decode()))
            for page in (first, staff.get(f"{address}?seite=2"))
        ]
        assert [len(codes) for codes in shown] == [50, 11]
        assert not shown[0] & shown[1]
        assert "und 11 weitere" in first.context["officer"][0][2]

    def test_nobody_has_to_be_told_if_nobody_met(
        self, sign_in: SignIn, recording: Safeguard
    ) -> None:
        staff, _ = sign_in("editor")
        page = staff.get(f"/admin/abweichungen/{opened(recording).pk}/")
        assert page.context["participants"] == []
        assert 'id="message"' not in page.content.decode()

    def test_the_note_bears_the_clock_of_72_hours(self, sign_in: SignIn, address: str) -> None:
        staff, _ = sign_in("reviewer")
        note = {code: words for code, _name, words in staff.get(address).context["officer"]}
        assert "Bekannt seit: 1. März 2027, 18:15 Uhr" in note["de"]
        assert "Die 72 Stunden enden am 4. März 2027, 18:15 Uhr: Es bleiben noch 24" in note["de"]
        with time_machine.travel(START + timedelta(days=9), tick=False):
            page = sign_in("reviewer")[0].get(address)
        assert page.context["clock"].startswith("Die 72 Stunden sind seit dem 4. März 2027")

    def test_the_officer_decides_with_a_reason_and_it_stays(
        self, sign_in: SignIn, address: str
    ) -> None:
        officer, user = sign_in("reviewer")
        sent = {
            "known_at": "2027-03-01T19:00",
            "decision": "no_report",
            "reason": "Niemand sprach.",
        }
        missing = officer.post(address, {**sent, "reason": " "}).content.decode()
        assert "field-error" in missing
        early = officer.post(address, {**sent, "known_at": "2027-03-01T18:00"}).content.decode()
        assert "Bekannt sein kann es nicht, bevor es da war" in early
        assert not IncidentDecision.objects.exists()
        officer.post(address, sent)
        officer.post(address, {**sent, "decision": "reported", "reason": "Doch ein Risiko."})
        rows = IncidentDecision.objects.all()
        assert [(one.decision, one.recorded_by) for one in rows] == [
            ("no_report", user),
            ("reported", user),
        ]
        page = officer.get(address)
        assert "Niemand sprach." in page.content.decode()
        # Once decided, nothing counts down any more.
        assert page.context["clock"] == ""
        for act in (lambda: rows.update(reason="x"), lambda: rows.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_who_drafts_does_not_decide(self, sign_in: SignIn, address: str) -> None:
        editor, _ = sign_in("editor")
        assert "Entscheidung eintragen" not in editor.get(address).content.decode()
        sent = {"known_at": "2027-03-01T19:00", "decision": "no_report", "reason": "x"}
        assert editor.post(address, sent).status_code == 403
        assert sign_in("operator")[0].get(address).status_code == 403

    def test_the_evidence_holds_the_meetings_and_the_decision(
        self, address: str, recording: Safeguard, reviewer: User
    ) -> None:
        deciding.decide(
            opened(recording),
            decision="no_report",
            known_at=START + HOUR,
            reason="Niemand sprach.",
            by=reviewer,
        )
        meeting = Meeting.objects.get()

        def gap(known_at: datetime | None) -> dict[str, Any]:
            period = Period(day_of(START), day_of(START), known_at)
            (found,) = gather(period).data["safeguards"][0]["deviations"]
            return dict(found)

        assert gap(None)["meetings"] == [
            {
                "code": meeting.code,
                "from": START + HOUR / 4,
                "until": START + HOUR * 3 / 4,
                "announced": False,
            }
        ]
        (decision,) = gap(None)["decisions"]
        assert (decision["reason"], decision["role"]) == ("Niemand sprach.", "reviewer")
        assert gap(NOW - HOUR)["decisions"] == []

"""What staff paste follows from the quick answers of this meeting, and from nothing else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.test import override_settings
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from notices.firm.days import BERLIN
from notices.invitations.handouts import snippets
from notices.invitations.handouts.invitation_pages import boxes_of, facts_of
from notices.invitations.models import Adjustment, Meeting
from notices.safeguards.models import Safeguard, Wording
from portal.starter.loading import load
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db
SITE = "https://datenschutz.example.de"
BOTH = ("de", "en")


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.fixture
def recording() -> Safeguard:
    """Make a protection from recording with its quick answer, on and checked now."""
    safeguard = make_safeguard("cloud_recording", max_age_days=30)
    make_quick_answer("recorded", safeguard)
    record_state(safeguard)
    return safeguard


def texts(meeting: Meeting, *languages: str) -> dict[str, str]:
    facts = facts_of(meeting, SITE, languages or ("de",))
    return {box.key: box.text for box in boxes_of(meeting, facts, SITE)}


def weaken(meeting: Meeting, safeguard: Safeguard, value: str = "off", **reasons: str) -> None:
    reasons = reasons or {"reason_de": "Der Beirat will es.", "reason_en": "The board wants it."}
    Adjustment.objects.create(meeting=meeting, safeguard=safeguard, value=value, **reasons)


class TestTheStarter:
    def test_the_mail_says_the_sentences_of_the_design(self) -> None:
        load()
        found = texts(make_meeting(code="K7M4Q9XW2P"), *BOTH)["mail"]
        assert found.startswith(
            "Datenschutz: Das Treffen wird nicht aufgezeichnet. Ihre Kamera ist beim Start aus. "
            "Sie brauchen kein Zoom-Konto. "
        )
        assert f"Was für dieses Treffen gilt: {SITE}/T/K7M4Q9XW2P\n" in found
        assert (
            "Privacy: The meeting is not recorded. Your camera is off at the start. "
            "You need no Zoom account. " in found
        )
        assert f"What applies to this meeting: {SITE}/T/K7M4Q9XW2P\n" in found


class TestSentences:
    @pytest.mark.parametrize("key", ["mail", "html", "letter"])
    def test_each_follows_the_state_of_now(self, recording: Safeguard, key: str) -> None:
        meeting = make_meeting()
        assert "Satz recorded on." in texts(meeting)[key]
        record_state(recording, promise="exception")
        assert "Satz recorded exception." in texts(meeting)[key]
        record_state(recording, "not_protected", promise="on")
        found = texts(meeting)[key]
        assert "Satz recorded off." in found
        assert "Satz recorded on." not in found

    @pytest.mark.parametrize("key", ["mail", "html", "letter"])
    def test_a_check_that_is_due_confirms_nothing(self, key: str) -> None:
        safeguard = make_safeguard("cloud_recording", max_age_days=30)
        make_quick_answer("recorded", safeguard)
        record_state(safeguard, at=timezone.now() - timedelta(days=31))
        found = texts(make_meeting())[key]
        assert "Frage recorded? Das können wir gerade nicht bestätigen." in found
        assert "Satz recorded" not in found
        assert "Geprüft am" not in found

    def test_a_due_check_of_one_question_leaves_the_others(self, recording: Safeguard) -> None:
        other = make_safeguard("camera", max_age_days=30)
        make_quick_answer("camera", other)
        record_state(other, at=timezone.now() - timedelta(days=31))
        found = texts(make_meeting())["mail"]
        assert "Satz recorded on." in found
        assert "Frage camera? Das können wir gerade nicht bestätigen." in found
        # One date for all would claim a check that is too old.
        assert "Geprüft am" not in found

    def test_the_weaker_setting_of_one_meeting_changes_only_its_texts(
        self, recording: Safeguard
    ) -> None:
        meeting, other = make_meeting(), make_meeting()
        weaken(meeting, recording)
        found = texts(meeting, *BOTH)
        for key in ("mail", "html", "letter"):
            assert "Satz recorded off." in found[key]
            assert "Der Beirat will es." in found[key]
            assert "The board wants it." in found[key]
            assert "Satz recorded on." not in found[key]
            assert "Der Beirat will es." not in texts(other)[key]

    def test_a_weaker_setting_without_a_quick_answer_is_told_as_well(
        self, recording: Safeguard
    ) -> None:
        waiting_room = make_safeguard("waiting_room")
        record_state(waiting_room)
        meeting = make_meeting()
        weaken(meeting, waiting_room, "exception")
        assert (
            "Anders in diesem Treffen: Schutz waiting_room: Aktiv mit Ausnahme. "
            "Grund: Der Beirat will es." in texts(meeting)["mail"]
        )

    def test_a_reason_without_a_full_stop_does_not_run_into_the_next_sentence(
        self, recording: Safeguard
    ) -> None:
        meeting = make_meeting()
        weaken(meeting, recording, reason_de="Wunsch des Beirats")
        assert "Grund: Wunsch des Beirats. Geprüft am" in texts(meeting)["mail"]

    def test_without_a_browser_nobody_reads_that_one_is_enough(self) -> None:
        browser = make_safeguard("browser_join", listed=False)
        make_quick_answer("account", browser)
        record_state(browser)
        assert "Satz account on." in texts(make_meeting())["mail"]
        found = texts(make_meeting(browser=False))["mail"]
        assert "Satz account off." in found
        assert "Satz account on." not in found

    def test_without_any_record_they_claim_nothing(self) -> None:
        make_quick_answer("recorded", make_safeguard("cloud_recording"))
        found = texts(make_meeting())
        assert "Satz" not in "".join(found.values())
        assert found["mail"].startswith("Datenschutz: Was für dieses Treffen gilt: https://")

    def test_bad_news_without_a_sentence_of_its_own_is_still_told(self) -> None:
        safeguard = make_safeguard("cloud_recording")
        answer = make_quick_answer("recorded", safeguard)
        for state in ("on", "off"):
            Wording.objects.create(
                quick_answer=answer, state=state, text_de=f"heute {state}.", past_de="damals."
            )
        record_state(safeguard)
        assert "heute on." not in texts(make_meeting())["mail"]
        record_state(safeguard, "not_protected")
        assert "Frage recorded? heute off." in texts(make_meeting())["mail"]

    def test_a_missing_english_sentence_is_german_and_says_so(self) -> None:
        safeguard = make_safeguard("cloud_recording")
        answer = make_quick_answer("recorded", safeguard)
        Wording.objects.create(
            quick_answer=answer, state="on", text_de="Nein.", sentence_de="Nur deutsch."
        )
        record_state(safeguard)
        found = texts(make_meeting(), "en")
        assert "Nur deutsch. (only available in German so far)" in found["mail"]
        assert '<span lang="de">Nur deutsch.</span> (only available' in found["html"]


class TestTheFirm:
    def test_whom_to_call_comes_from_the_profile(self, recording: Safeguard) -> None:
        found = texts(make_meeting(), *BOTH)
        german = "Fragen? Hausverwaltung Muster, Telefon 030 111 111 (Montag bis Freitag, 9 bis 16"
        english = "Questions? Hausverwaltung Muster, phone 030 111 111 (Monday to Friday, 9:00"
        for key in ("mail", "letter"):
            assert german in found[key]
            assert english in found[key]
        assert 'href="tel:+4930111111"' in found["html"]

    def test_the_address_to_type_stands_in_the_letter(self, recording: Safeguard) -> None:
        found = texts(make_meeting(code="K7M4Q9XW2P"))["letter"]
        assert "eintippen: datenschutz.example.de/T/K7M4Q9XW2P\n" in found

    def test_the_day_of_the_oldest_check_stands_with_them(self) -> None:
        for days in (3, 5):
            safeguard = make_safeguard(f"checked_{days}", max_age_days=30)
            make_quick_answer(f"checked_{days}", safeguard)
            record_state(safeguard, at=timezone.now() - timedelta(days=days))
        oldest = (timezone.now() - timedelta(days=5)).astimezone(BERLIN)
        assert f"Geprüft am {oldest.day}. " in texts(make_meeting())["mail"]


class TestChanges:
    def test_a_moved_meeting_names_both_dates(self, recording: Safeguard) -> None:
        start = datetime(timezone.now().year + 1, 6, 1, 18, 0, tzinfo=BERLIN)
        meeting = make_meeting(start, moved_from=start - timedelta(days=7))
        found = texts(meeting)["mail"]
        assert found.startswith("Das Treffen wurde verschoben: Eigentümerversammlung, jetzt ")
        assert f"Der alte Termin war 25. Mai {start.year}, 18 Uhr." in found
        assert "Satz recorded on." in found

    def test_a_cancelled_meeting_promises_nothing_any_more(self, recording: Safeguard) -> None:
        found = texts(make_meeting(cancelled_at=timezone.now()), *BOTH)
        for key in ("mail", "html", "letter"):
            assert "Das Treffen fällt aus: Eigentümerversammlung" in found[key]
            assert "The meeting is cancelled: Owners’ meeting" in found[key]
            assert "Satz recorded" not in found[key]
        assert "STATUS:CANCELLED" in found["calendar"]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class TestHtml:
    def test_it_needs_nothing_from_elsewhere_and_names_its_language(
        self, recording: Safeguard
    ) -> None:
        reader = _Tags()
        reader.feed(texts(make_meeting(), *BOTH)["html"])
        assert reader.open == []
        assert [attrs["lang"] for tag, attrs in reader.seen if tag == "div"] == ["de", "en"]
        assert {tag for tag, _attrs in reader.seen} <= {"div", "p", "strong", "ul", "li", "a"}
        for tag, attrs in reader.seen:
            assert not {"src", "class", "background", "onclick"} & attrs.keys()
            assert "url(" not in (attrs.get("style") or "")
            if tag == "a":
                assert (attrs["href"] or "").startswith((f"{SITE}/T/", "tel:"))

    def test_what_staff_wrote_is_text_not_markup(self, recording: Safeguard) -> None:
        meeting = make_meeting()
        weaken(meeting, recording, reason_de="<img src=x onerror=alert(1)>", reason_en="")
        found = texts(meeting)["html"]
        assert "<img" not in found
        assert "&lt;img src=x" in found


class TestNoWayIn:
    @pytest.mark.parametrize(
        "text",
        [
            "https://us02web.zoom.us/j/81234567890?pwd=abc",
            "zoom.us/my/verwaltung",
            "zoommtg://zoom.us/join?confno=1",
            "Meeting 812 3456 7890",
            "81234567890",
            "812-345-678",
            "Kenncode: 123456",
            "Passwort = geheim",
            "passcode:abc",
        ],
    )
    def test_what_lets_people_in_is_recognised(self, text: str) -> None:
        assert snippets.lets_in(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Gemeindesaal, Musterweg 3, 10000 Berlin",
            "Eigentümerversammlung 2026",
            "Ohne Passwort kommt niemand hinein.",
            "Zoom-Treffen am 12.12.2026, 18 Uhr",
        ],
    )
    def test_ordinary_words_are_not(self, text: str) -> None:
        assert not snippets.lets_in(text)

    @given(st.from_regex(r"\A[1-9][0-9]{8,10}\Z"), st.sampled_from(["", " ", "-"]))
    def test_no_meeting_id_slips_through_in_groups(self, digits: str, gap: str) -> None:
        grouped = gap.join((digits[:3], digits[3:-4], digits[-4:]))
        if len(digits) == 9:
            grouped = gap.join((digits[:3], digits[3:6], digits[6:]))
        assert snippets.lets_in(f"Treffen {grouped}, Saal")

    def test_a_stored_meeting_id_is_in_no_box(self, recording: Safeguard) -> None:
        meeting = make_meeting(zoom_meeting_id_encrypted="81234567890")
        found = "".join(texts(meeting, *BOTH).values())
        assert "81234567890" not in found
        assert "zoom.us" not in found


@override_settings(BASE_URL="")
def test_english_alone_is_english_throughout(recording: Safeguard) -> None:
    with translation.override("de"):
        found = texts(make_meeting(), "en")
    assert found["mail"].startswith("Privacy: Sentence recorded on. Checked on ")
    assert not re.search(r"Datenschutz:|Was für|Fragen\?", "".join(found.values()))

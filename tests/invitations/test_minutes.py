"""Minutes: who writes them is said beforehand, never against what was read, and stays said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from notices.firm.models import ProposedChange
from notices.firm.proposals import proposing
from notices.invitations import retention
from notices.invitations.minutes import recording
from notices.invitations.models import Adjustment, Meeting, MeetingType, Minutes
from notices.safeguards.models import Safeguard
from tests.conftest import SignIn
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)

pytestmark = pytest.mark.django_db
BY_MACHINE = {
    "writer": "machine",
    "keeps_sound": False,
    "sound_until": None,
    "legal_basis_de": "Einwilligung",
    "recipients_de": "alle Eigentümer",
}
OFF_WORDS = "Im Konto ist die künstliche Intelligenz ausgeschaltet"


@pytest.fixture(autouse=True)
def profile(settings: object) -> None:
    settings.FOUR_EYES = True  # type: ignore[attr-defined]
    make_organisation()


@pytest.fixture
def ai() -> Safeguard:
    """AI features are off in the account, as far as anybody has looked."""
    safeguard = make_safeguard("ai_features")
    record_state(safeguard)
    return safeguard


def allow(meeting: Meeting, safeguard: Safeguard) -> None:
    Adjustment.objects.create(
        meeting=meeting, safeguard=safeguard, value="off", reason_de="Für das Protokoll."
    )


def text(client: Client, meeting: Meeting) -> str:
    return " ".join(client.get(meeting.get_absolute_url()).content.decode().split())


def begun(meeting: Meeting) -> None:
    past = timezone.now() - timedelta(days=2)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=past, ends_at=past + timedelta(hours=2))


class TestPage:
    def test_by_default_a_person_writes_and_the_computed_answer_follows(
        self, client: Client
    ) -> None:
        safeguard = make_safeguard("cloud_recording")
        make_quick_answer("recorded", safeguard)
        record_state(safeguard)
        page = text(client, make_meeting())
        assert "Ein Mensch schreibt mit. </p> <p> Frage recorded? recorded heute on. </p>" in page
        record_state(safeguard, "not_protected")
        assert "<p> Frage recorded? recorded heute off. </p>" in text(client, Meeting.objects.get())

    def test_beside_the_minutes_it_says_who_can_change_the_recording(self, client: Client) -> None:
        safeguard = make_safeguard("recording")
        make_quick_answer("recorded", safeguard)
        record_state(safeguard, lock="unlocked", at=timezone.now() - timedelta(days=2))
        make_meeting()
        page = text(client, Meeting.objects.get())
        sentence = "Die Leitung eines Treffens kann das ändern."
        assert f"<p> Frage recorded? recorded heute on. {sentence} </p>" in page

    def test_a_kind_without_minutes_says_nothing(self, client: Client) -> None:
        kind = MeetingType.objects.create(key="viewing", name_de="Besichtigung", has_minutes=False)
        assert "schreibt mit" not in text(client, make_meeting(type=kind))

    def test_a_machine_is_announced_with_the_words_the_law_asks_for(
        self, client: Client, editor: User, ai: Safeguard, sign_in: SignIn
    ) -> None:
        meeting = make_meeting()
        allow(meeting, ai)
        recording.record(meeting, BY_MACHINE, by=editor)
        page = text(client, meeting)
        announced = (
            "Eine künstliche Intelligenz hilft beim Protokoll: "
            "Eine Maschine macht aus dem Gesprochenen Text."
        )
        for words in (
            announced,
            "Dafür wird Ihre Stimme verarbeitet und zumindest kurz gespeichert.",
            "Sie möchten das nicht? Sagen Sie es uns vor dem Treffen oder zu Beginn.",
            "<b>Rechtsgrundlage:</b> Einwilligung",
            "<b>Wer das Protokoll bekommt:</b> alle Eigentümer",
        ):
            assert words in page
        assert "Ein Mensch" not in page
        staff, _ = sign_in("editor")
        invitation = staff.get(f"/admin/invitations/meeting/{meeting.pk}/einladung/")
        assert invitation.content.decode().count(announced) == 3

    def test_afterwards_it_speaks_of_the_past(
        self, client: Client, editor: User, ai: Safeguard
    ) -> None:
        meeting = make_meeting()
        allow(meeting, ai)
        recording.record(meeting, BY_MACHINE, by=editor)
        begun(meeting)
        page = text(client, meeting)
        assert "hat beim Protokoll geholfen" in page
        assert "Sagen Sie es uns" not in page


class TestAgainstWhatWasRead:
    def test_a_machine_is_refused_while_it_is_off_in_the_account(
        self, editor: User, ai: Safeguard
    ) -> None:
        meeting = make_meeting()
        with pytest.raises(recording.MachineIsOff):
            recording.record(meeting, BY_MACHINE, by=editor)
        assert not Minutes.objects.exists()
        record_state(ai, "not_protected")
        assert recording.record(meeting, BY_MACHINE, by=editor).is_by_machine

    def test_what_nobody_can_confirm_is_refused_too(self, editor: User) -> None:
        with pytest.raises(recording.MachineIsOff):
            recording.record(make_meeting(), BY_MACHINE, by=editor)

    def test_sound_cannot_be_kept_where_nothing_is_recorded(self, editor: User) -> None:
        local = make_safeguard("local_recording")
        record_state(local)
        meeting = make_meeting()
        sound = {**BY_MACHINE, "writer": "person", "keeps_sound": True}
        sound["sound_until"] = date(2030, 1, 1)
        with pytest.raises(recording.NothingIsRecorded):
            recording.record(meeting, sound, by=editor)
        allow(meeting, local)
        assert recording.record(meeting, sound, by=editor).keeps_sound

    def test_a_machine_needs_a_legal_basis_and_somebody_who_gets_it(
        self, editor: User, ai: Safeguard
    ) -> None:
        meeting = make_meeting()
        allow(meeting, ai)
        for missing in ("legal_basis_de", "recipients_de"):
            with pytest.raises(recording.NeedsWords):
                recording.record(meeting, {**BY_MACHINE, missing: ""}, by=editor)

    def test_staff_are_warned_when_the_account_changes_afterwards(
        self, sign_in: SignIn, editor: User, ai: Safeguard
    ) -> None:
        record_state(ai, "not_protected")
        meeting = make_meeting()
        recording.record(meeting, BY_MACHINE, by=editor)
        staff, _ = sign_in("editor")
        address = f"/admin/invitations/meeting/{meeting.pk}/change/"
        assert OFF_WORDS not in staff.get(address).content.decode()
        record_state(ai, "protected")
        assert OFF_WORDS in staff.get(address).content.decode()


class TestFinal:
    @pytest.fixture
    def announced(self, editor: User, ai: Safeguard) -> Meeting:
        meeting = make_meeting()
        allow(meeting, ai)
        recording.record(meeting, BY_MACHINE, by=editor)
        return meeting

    def test_once_the_meeting_has_begun_nothing_changes(
        self, announced: Meeting, editor: User
    ) -> None:
        begun(announced)
        with pytest.raises(DatabaseError), transaction.atomic():
            Minutes.objects.update(writer="person")
        with pytest.raises(DatabaseError), transaction.atomic():
            Minutes.objects.all().delete()

    def test_it_goes_with_the_meeting_when_its_time_is_over(self, announced: Meeting) -> None:
        begun(announced)
        retention.erase(Meeting.objects.get(), timezone.now())
        assert not Minutes.objects.exists()

    def test_less_than_was_announced_needs_a_second_person(
        self, announced: Meeting, editor: User
    ) -> None:
        person = {"writer": "person", "keeps_sound": False, "sound_until": None}
        with pytest.raises(recording.WaitsForSecondPerson):
            recording.record(announced, person, by=editor)
        assert Minutes.objects.get().is_by_machine
        change = ProposedChange.objects.get()
        proposing.confirm(change, by=make_user("reviewer"), as_read=change.digest)
        assert not Minutes.objects.get().is_by_machine


class TestStaffPage:
    def test_the_refusal_is_a_sentence_beside_what_was_typed(
        self, sign_in: SignIn, ai: Safeguard
    ) -> None:
        staff, _ = sign_in("editor")
        meeting = make_meeting()
        address = f"/admin/invitations/meeting/{meeting.pk}/protokoll/"
        sent: dict[str, Any] = {k: v for k, v in BY_MACHINE.items() if v}
        page = staff.post(address, sent).content.decode()
        assert OFF_WORDS in page
        assert 'value="alle Eigentümer"' in page
        allow(meeting, ai)
        assert staff.post(address, sent).status_code == 302
        assert Minutes.objects.get().is_by_machine

    def test_sound_without_an_end_is_refused(self, sign_in: SignIn) -> None:
        staff, _ = sign_in("editor")
        address = f"/admin/invitations/meeting/{make_meeting().pk}/protokoll/"
        page = staff.post(address, {"writer": "person", "keeps_sound": "on"}).content.decode()
        assert "Bitte geben Sie an, bis wann der Ton aufbewahrt wird." in page

    def test_a_meeting_that_has_begun_has_no_such_page(self, sign_in: SignIn) -> None:
        staff, _ = sign_in("editor")
        meeting = make_meeting(starts_at=timezone.now() - timedelta(minutes=5))
        address = f"/admin/invitations/meeting/{meeting.pk}/protokoll/"
        assert staff.get(address).status_code == 403

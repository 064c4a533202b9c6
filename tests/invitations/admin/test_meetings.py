"""Meetings in the staff pages: entered with seven fields, moved, cancelled, copied, foreseen."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from notices.firm.days import BERLIN
from notices.firm.models import AuditEntry
from notices.invitations.models import Adjustment, Meeting, MeetingFinding, MeetingType
from tests.conftest import SignIn
from tests.factories import make_edition, make_meeting, make_notice, make_safeguard
from tests.turns import seen, seen_date

pytestmark = pytest.mark.django_db
ADD = "/admin/invitations/meeting/add/"
DAY = timedelta(days=1)


def address(meeting: Meeting, act: str = "change") -> str:
    return f"/admin/invitations/meeting/{meeting.pk}/{act}/"


def fields(**changes: Any) -> dict[str, Any]:
    kind = MeetingType.objects.get_or_create(key="x", defaults={"name_de": "Versammlung"})[0]
    return {
        "type": kind.pk,
        "title_de": "Versammlung",
        "starts_at": "2030-01-10T18:00",
        "ends_at": "2030-01-10T20:00",
        "language": "de",
        **changes,
    }


def changed(meeting: Meeting, **changes: Any) -> dict[str, Any]:
    """Return what the form of an upcoming meeting sends."""
    sent = {"type": meeting.type_id, "title_de": meeting.title_de, "language": "de", "app": "on"}
    inline = {"adjustments-TOTAL_FORMS": 0, "adjustments-INITIAL_FORMS": 0}
    return sent | inline | {"seen": seen(meeting)} | changes


@pytest.fixture
def staff(sign_in: SignIn) -> Client:
    return sign_in("editor")[0]


class TestEntering:
    def test_the_first_screen_has_seven_fields(self, staff: Client) -> None:
        html = staff.get(ADD).content.decode()
        first = html.split("<details")[0]
        names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', first))
        assert names - {"csrfmiddlewaretoken", "_continue", "_opened_by", "q"} == {
            "type",
            "title_de",
            "title_en",
            "starts_at",
            "ends_at",
            "place_de",
            "language",
        }

    def test_saving_leads_to_its_links(self, staff: Client) -> None:
        response = staff.post(ADD, fields(), follow=True)
        meeting = Meeting.objects.get()
        assert response.redirect_chain == [(address(meeting), 302)]
        html = response.content.decode()
        assert f"http://testserver/T/{meeting.code}" in html
        assert "Seite ansehen" in html

    def test_the_ways_to_join_come_from_the_type(self, staff: Client) -> None:
        viewing = MeetingType.objects.create(key="v", name_de="Besichtigung", phone=False)
        staff.post(ADD, fields(type=viewing.pk))
        meeting = Meeting.objects.get()
        assert (meeting.browser, meeting.phone, meeting.app) == (True, False, True)

    def test_a_type_without_any_way_is_refused(self, staff: Client) -> None:
        sent = {"name_de": "Art", "key": "art", "lets_in_minutes_before": 5}
        response = staff.post("/admin/invitations/meetingtype/add/", sent)
        assert "browser" in response.context["adminform"].form.errors

    @pytest.mark.parametrize(
        ("starts", "ends", "wrong"),
        [
            ("2030-01-10T18:00", "2030-01-10T18:00", "ends_at"),
            ("2030-01-10T18:00", "2030-01-10T17:00", "ends_at"),
            # The hour that clocks skip, and the one that comes twice.
            ("2030-03-31T02:30", "2030-03-31T04:00", "starts_at"),
            ("2030-10-27T02:30", "2030-10-27T04:00", "starts_at"),
            ("morgen", "2030-10-27T04:00", "starts_at"),
        ],
    )
    def test_impossible_times_are_refused(
        self, staff: Client, starts: str, ends: str, wrong: str
    ) -> None:
        response = staff.post(ADD, fields(starts_at=starts, ends_at=ends))
        assert list(response.context["adminform"].form.errors) == [wrong]
        assert not Meeting.objects.exists()


class TestPrivateId:
    @pytest.mark.parametrize("typed", ["85212345678", "852 1234 5678", "852-123-456", "8521234567"])
    def test_it_is_stored_encrypted_and_never_shown_again(self, staff: Client, typed: str) -> None:
        html = staff.post(ADD, fields(zoom_id=typed), follow=True).content.decode()
        meeting = Meeting.objects.get()
        digits = re.sub(r"\D", "", typed)
        assert meeting.zoom_id() == digits
        assert digits not in meeting.zoom_meeting_id_encrypted
        assert digits not in html.replace(" ", "")
        assert typed not in html
        assert meeting.zoom_meeting_id_encrypted not in html
        assert "hinterlegt" in html
        told = [str(row.__dict__) for row in (*AuditEntry.objects.all(), *LogEntry.objects.all())]
        assert digits not in "".join(told)

    @pytest.mark.parametrize(
        "typed",
        ["1234", "012345678", "8521234567890", "852 1234 567a", "https://zoom.us/j/852123456"],
    )
    def test_anything_else_is_refused_and_kept_to_be_mended(
        self, staff: Client, typed: str
    ) -> None:
        response = staff.post(ADD, fields(zoom_id=typed))
        form = response.context["adminform"].form
        assert list(form.errors) == ["zoom_id"]
        assert "9 bis 11 Ziffern" in form.errors["zoom_id"][0]
        assert form["zoom_id"].value() == typed

    def test_it_is_kept_replaced_and_removed(self, staff: Client) -> None:
        meeting = make_meeting()
        for sent, kept in (
            ({"zoom_id": "852 1234 5678"}, "85212345678"),
            ({"title_de": "Anders"}, "85212345678"),
            ({"zoom_id": "999 9999 9999"}, "99999999999"),
            ({"zoom_id": "852 1234 5678", "forget_zoom_id": "on"}, "99999999999"),
            ({"forget_zoom_id": "on"}, ""),
        ):
            staff.post(address(meeting), changed(meeting, **sent))
            meeting.refresh_from_db()
            assert meeting.zoom_id() == kept, sent


class TestForesight:
    def test_it_shows_the_edition_in_force_at_its_start(self, staff: Client) -> None:
        notice = make_notice(title_de="Datenschutzhinweise")
        make_edition(notice, in_force_from=timezone.now() - DAY)
        make_edition(notice, published_at=timezone.now(), in_force_from=timezone.now() + 3 * DAY)
        before, after = make_meeting(timezone.now() + DAY), make_meeting(timezone.now() + 9 * DAY)
        early, late = (staff.get(address(one)) for one in (before, after))
        [seen_early], [seen_late] = (one.context["editions_at_start"] for one in (early, late))
        assert seen_early.edition.number == 1
        assert seen_late.edition.number == 2
        assert "tritt vor dem Treffen in Kraft" not in early.content.decode()
        assert "Fassung 2, tritt vor dem Treffen in Kraft" in late.content.decode()

    def test_it_warns_of_a_meeting_that_is_weaker_than_the_standard(self, staff: Client) -> None:
        plain, adjusted, read = make_meeting(), make_meeting(), make_meeting()
        Adjustment.objects.create(
            meeting=adjusted, safeguard=make_safeguard(), value="off", reason_de="Beschluss."
        )
        now = timezone.now()
        MeetingFinding.objects.create(
            meeting=read, seen_at=now, valid_until=now + DAY, deviations=["waiting_room"]
        )
        pages = [staff.get(address(one)).content.decode() for one in (plain, adjusted, read)]
        assert ["schützt weniger als unser Standard" in page for page in pages] == [
            False,
            True,
            True,
        ]
        assert "Beschluss." in pages[1]
        assert "Es gibt keinen Warteraum." in pages[2]

    def test_what_was_read_of_a_meeting_cannot_be_deleted_with_it(self, staff: Client) -> None:
        meeting, now = make_meeting(), timezone.now()
        MeetingFinding.objects.create(meeting=meeting, seen_at=now, valid_until=now + DAY)
        assert staff.post(address(meeting, "delete"), {"post": "yes"}).status_code == 403
        assert Meeting.objects.exists()


class TestMoving:
    def test_it_keeps_address_and_old_date(self, staff: Client) -> None:
        meeting = make_meeting()
        before, code = meeting.starts_at, meeting.code
        sent = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T20:00"}
        staff.post(address(meeting, "verschieben"), {**sent, "seen": seen_date(meeting)})
        meeting.refresh_from_db()
        assert (meeting.code, meeting.moved_from, meeting.sequence) == (code, before, 1)

    def test_of_two_dates_the_second_person_sees_the_first_one(self, staff: Client) -> None:
        meeting = make_meeting()
        opened = seen_date(meeting)
        sent = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T20:00", "seen": opened}
        assert staff.post(address(meeting, "verschieben"), sent).status_code == 302
        later = {**sent, "starts_at": "2031-03-01T18:00", "ends_at": "2031-03-01T20:00"}
        refused = staff.post(address(meeting, "verschieben"), later)
        assert "1. Februar 2031 18:00" in refused.content.decode()
        meeting.refresh_from_db()
        assert timezone.localtime(meeting.starts_at).month == 2
        later["seen"] = refused.context["form"]["seen"].value()
        assert staff.post(address(meeting, "verschieben"), later).status_code == 302

    def test_without_a_change_it_says_so(self, staff: Client) -> None:
        start = datetime(2031, 2, 1, 18, tzinfo=BERLIN)
        meeting = make_meeting(start)
        sent = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T20:00"}
        html = staff.post(
            address(meeting, "verschieben"), {**sent, "seen": seen_date(meeting)}
        ).content.decode()
        assert "Diesen Termin hat das Treffen schon." in html
        meeting.refresh_from_db()
        assert (meeting.moved_from, meeting.sequence) == (None, 0)

    def test_another_end_is_no_move(self, staff: Client) -> None:
        meeting = make_meeting(datetime(2031, 2, 1, 18, tzinfo=BERLIN))
        sent = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T21:00"}
        html = staff.post(
            address(meeting, "verschieben"), {**sent, "seen": seen_date(meeting)}, follow=True
        ).content.decode()
        assert "Das Ende ist geändert." in html
        meeting.refresh_from_db()
        assert (meeting.moved_from, meeting.sequence) == (None, 1)

    def test_the_past_is_refused_and_what_was_typed_is_kept(self, staff: Client) -> None:
        meeting = make_meeting()
        sent = {"starts_at": "2020-02-01T18:00", "ends_at": "2020-02-01T20:00"}
        response = staff.post(address(meeting, "verschieben"), {**sent, "seen": seen_date(meeting)})
        assert response.context["form"]["starts_at"].value() == "2020-02-01T18:00"
        meeting.refresh_from_db()
        assert meeting.sequence == 0


class TestCancelling:
    def test_an_older_text_that_is_refused_today_does_not_stand_in_the_way(
        self, staff: Client
    ) -> None:
        meeting = make_meeting()
        Meeting.objects.filter(pk=meeting.pk).update(place_de="Kenncode: abc")
        assert staff.post(address(meeting, "absagen"), {"act": "cancel"}).status_code == 302
        meeting.refresh_from_db()
        assert meeting.cancelled_at

    def test_sent_twice_it_does_not_undo_itself(self, staff: Client) -> None:
        meeting = make_meeting()
        for _time in range(2):
            response = staff.post(address(meeting, "absagen"), {"act": "cancel"}, follow=True)
        assert "Das ist schon geschehen." in response.content.decode()
        meeting.refresh_from_db()
        assert meeting.cancelled_at
        assert meeting.sequence == 1


class TestCopying:
    SENT = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T20:00"}

    def original(self) -> Meeting:
        meeting = make_meeting(
            timezone.now() + timedelta(seconds=1), phone=False, moved_from=timezone.now() - DAY
        )
        meeting.cancelled_at = timezone.now()
        meeting.sequence = 4
        meeting.set_zoom_id("85212345678")
        meeting.save()
        Adjustment.objects.create(
            meeting=meeting, safeguard=make_safeguard(), value="off", reason_de="Beschluss."
        )
        return meeting

    def copy(self) -> Meeting:
        return Meeting.objects.latest("pk")

    def test_it_has_a_code_of_its_own_and_nothing_of_the_history(self, staff: Client) -> None:
        original = self.original()
        response = staff.post(address(original, "kopieren"), self.SENT)
        new = self.copy()
        assert response.headers["Location"] == address(new)
        assert new.code != original.code
        assert (new.title_de, new.title_en, new.place_de, new.phone) == (
            original.title_de,
            original.title_en,
            original.place_de,
            False,
        )
        assert (new.moved_from, new.cancelled_at, new.sequence) == (None, None, 0)
        assert new.zoom_meeting_id_encrypted == ""
        assert not new.adjustments.exists()

    def test_exceptions_come_along_only_if_chosen(self, staff: Client) -> None:
        staff.post(address(self.original(), "kopieren"), {**self.SENT, "with_adjustments": "on"})
        one = self.copy().adjustments.get()
        assert (one.value, one.reason_de) == ("off", "Beschluss.")
        assert one.recorded_by is not None

    def test_it_must_lie_ahead(self, staff: Client) -> None:
        sent = {"starts_at": "2020-02-01T18:00", "ends_at": "2020-02-01T20:00"}
        response = staff.post(address(make_meeting(), "kopieren"), sent)
        assert "in der Zukunft" in response.content.decode()
        assert Meeting.objects.count() == 1

    def test_a_past_meeting_can_be_copied(self, staff: Client) -> None:
        staff.post(address(make_meeting(timezone.now() - DAY), "kopieren"), self.SENT)
        assert Meeting.objects.count() == 2

    def test_who_may_not_enter_meetings_copies_none(self, sign_in: SignIn) -> None:
        client, _user = sign_in("operator")
        response = client.post(address(make_meeting(), "kopieren"), self.SENT)
        assert response.status_code == 403
        assert Meeting.objects.count() == 1


class TestBegun:
    def test_it_is_only_looked_at_but_a_weaker_setting_can_be_entered_later(
        self, staff: Client
    ) -> None:
        meeting, safeguard = make_meeting(timezone.now() - DAY), make_safeguard()
        sent = changed(meeting, title_de="Anders") | {
            "adjustments-TOTAL_FORMS": 1,
            "adjustments-0-meeting": meeting.pk,
            "adjustments-0-safeguard": safeguard.pk,
            "adjustments-0-value": "off",
            "adjustments-0-reason_de": "Beschluss in der Versammlung.",
        }
        html = staff.post(address(meeting), sent, follow=True).content.decode()
        meeting.refresh_from_db()
        assert meeting.title_de == "Eigentümerversammlung"
        assert "Das Treffen hat begonnen." in html
        assert meeting.adjustments.get().reason_de == "Beschluss in der Versammlung."


def test_the_audit_names_the_code_and_never_the_title(staff: Client) -> None:
    staff.post(ADD, fields(title_de="Gespräch mit Frau Muster"))
    meeting = Meeting.objects.get()
    staff.post(address(meeting, "absagen"))
    subjects = list(AuditEntry.objects.values_list("subject", flat=True))
    assert len(subjects) == 2
    assert all(meeting.code in one and "Muster" not in one for one in subjects)

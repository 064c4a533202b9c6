"""No page, feed, file or interface carries a way into a meeting, even when staff try."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from notices.invitations.models import Adjustment, Meeting, MeetingType
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)

pytestmark = pytest.mark.django_db
SECRETS = {
    "link": "https://us02web.zoom.us/j/85212345678?pwd=abc",
    "id": "Meeting-ID 852 1234 5678",
    "passcode": "Kenncode: Sonne12",
    "mail": "verwaltung@muster.example",
}
COLUMNS = [f"{name}_{language}" for name in ("title", "place") for language in ("de", "en")]


def fields(**changes: object) -> dict[str, object]:
    kind = MeetingType.objects.get_or_create(key="x", defaults={"name_de": "Versammlung"})[0]
    return {
        "type": kind.pk,
        "title_de": "Versammlung",
        "starts_at": "2030-01-10T18:00",
        "ends_at": "2030-01-10T20:00",
        "language": "de",
        **changes,
    }


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_user("editor"))
    return client


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("secret", SECRETS)
def test_the_form_refuses_it_explains_and_keeps_what_was_typed(
    staff: Client, column: str, secret: str
) -> None:
    text = f"Saal – {SECRETS[secret]}"
    response = staff.post("/admin/invitations/meeting/add/", fields(**{column: text}))
    form = response.context["adminform"].form
    assert list(form.errors) == [column]
    assert "öffentlich" in form.errors[column][0]
    assert form[column].value() == text
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("secret", SECRETS)
def test_the_reason_of_an_exception_is_refused_too(staff: Client, secret: str) -> None:
    meeting, safeguard = make_meeting(), make_safeguard()
    sent = fields(type=meeting.type_id, app="on") | {
        "adjustments-TOTAL_FORMS": 1,
        "adjustments-INITIAL_FORMS": 0,
        "adjustments-0-meeting": meeting.pk,
        "adjustments-0-safeguard": safeguard.pk,
        "adjustments-0-value": "off",
        "adjustments-0-reason_de": SECRETS[secret],
    }
    response = staff.post(f"/admin/invitations/meeting/{meeting.pk}/change/", sent)
    assert response.status_code == 200
    assert "reason_de" in response.context["inline_admin_formsets"][0].formset.errors[0]
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize("secret", SECRETS)
def test_the_name_of_a_type_is_refused_too(staff: Client, secret: str) -> None:
    sent = {"name_de": SECRETS[secret], "key": "y", "lets_in_minutes_before": 5, "app": "on"}
    response = staff.post("/admin/invitations/meetingtype/add/", sent)
    assert "name_de" in response.context["adminform"].form.errors


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("secret", SECRETS)
def test_the_model_refuses_it_wherever_it_comes_from(column: str, secret: str) -> None:
    meeting = make_meeting()
    setattr(meeting, column, SECRETS[secret])
    with pytest.raises(ValidationError) as cleaned:
        meeting.full_clean()
    assert column in cleaned.value.message_dict
    with pytest.raises(ValidationError):
        meeting.save()
    with pytest.raises(ValidationError):
        make_meeting(None, **{column: SECRETS[secret]})
    with pytest.raises(ValidationError):
        Adjustment.objects.create(
            meeting=make_meeting(),
            safeguard=make_safeguard(),
            value="off",
            reason_de=SECRETS[secret],
        )


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("secret", SECRETS)
def test_what_comes_past_the_model_is_not_shown(client: Client, language: str, secret: str) -> None:
    make_organisation()
    meeting = make_meeting()
    Adjustment.objects.create(
        meeting=meeting, safeguard=make_safeguard(), value="off", reason_de="Grund"
    )
    stored = dict.fromkeys(COLUMNS, SECRETS[secret])
    Meeting.objects.filter(pk=meeting.pk).update(**stored)
    Adjustment.objects.update(reason_de=SECRETS[secret], reason_en=SECRETS[secret])
    with translation.override(language):
        page = meeting.get_absolute_url()
    for path in (page, f"{page}{'termin' if language == 'de' else 'event'}.ics"):
        response = client.get(path)
        assert response.status_code == 200
        text = response.content.decode()
        for part in ("zoom.us", "852 1234 5678", "Sonne12", "verwaltung@muster.example"):
            assert part not in text, path


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_public_shows_the_stored_id(client: Client, language: str) -> None:
    make_organisation()
    safeguard = make_safeguard()
    make_quick_answer("recorded", safeguard)
    record_state(safeguard)
    ahead, held = make_meeting(), make_meeting(timezone.now() + timedelta(seconds=1))
    for meeting in (ahead, held):
        meeting.set_zoom_id("85212345678")
        meeting.save()
    with translation.override(language):
        paths = [
            path
            for meeting in (ahead, held)
            for path in (meeting.get_absolute_url(), meeting.get_short_url())
        ]
        paths += [f"{ahead.get_absolute_url()}{'termin' if language == 'de' else 'event'}.ics"]
    paths += [
        f"/{language}/",
        "/api/safeguards.json",
        "/de/aenderungen.atom" if language == "de" else "/en/changes.atom",
        "/sitemap.xml",
    ]
    for path in paths:
        response = client.get(path, follow=True)
        assert response.status_code == 200, path
        text = response.content.decode()
        assert "85212345678" not in text.replace(" ", ""), path
        assert ahead.zoom_meeting_id_encrypted not in text, path
        assert "zoom.us" not in text, path


def test_the_stored_id_is_readable_only_with_the_key() -> None:
    meeting = make_meeting()
    meeting.set_zoom_id("85212345678")
    meeting.save()
    meeting.refresh_from_db()
    assert "85212345678" not in meeting.zoom_meeting_id_encrypted
    assert meeting.zoom_id() == "85212345678"

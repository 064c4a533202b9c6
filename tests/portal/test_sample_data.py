"""Sample data never pass for this firm's own record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.forms import model_to_dict
from django.test import Client
from django.utils import timezone

from notices.firm.days import day_of
from notices.firm.models import Organisation
from notices.invitations.models import Meeting
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Attestation, Safeguard
from tests.factories import ORGANISATION, make_user
from tests.turns import seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def confirmed(client: Client, starter: None) -> User:
    """Confirm the profile in the admin, as an editor does."""
    editor = make_user("editor")
    client.force_login(editor)
    row = Organisation.objects.get()
    fields = {name: value for name, value in model_to_dict(row).items() if value is not None}
    ours = {**fields, **ORGANISATION, "website": "", "register_court": "", "vat_id": ""}
    ours |= {"register_number": "", "dpo_phone": "", "these_are_ours": "on", "seen": seen(row)}
    client.post("/admin/firm/organisation/1/change/", ours)
    client.logout()
    assert not Organisation.objects.get().is_sample
    return editor


@pytest.mark.usefixtures("confirmed")
def test_no_page_says_sample_data_any_more_but_every_state_is_unknown(client: Client) -> None:
    html = client.get("/de/schutz/").content.decode()
    assert "Beispieldaten: Das ist keine echte Firma." not in html
    assert html.count('class="state due"') >= 16
    assert 'class="state on"' not in html


@pytest.mark.usefixtures("confirmed")
def test_the_day_of_the_samples_says_that_they_were_samples(client: Client) -> None:
    today = day_of(timezone.now())
    html = client.get(f"/de/archiv/{today.isoformat()}/").content.decode()
    assert "zeigte diese Website Beispieldaten" in html
    assert "Beispieldaten" in client.get("/de/archiv/").content.decode()
    assert "Beispieldaten" in client.get("/de/aenderungen.atom").content.decode()


def test_the_sample_profile_cannot_be_confirmed_as_it_is(client: Client) -> None:
    client.force_login(make_user("editor"))
    row = Organisation.objects.get()
    fields = {name: value for name, value in model_to_dict(row).items() if value is not None}
    answer = client.post("/admin/firm/organisation/1/change/", {**fields, "these_are_ours": "on"})
    assert "Das ist noch das Beispiel." in answer.content.decode()
    assert Organisation.objects.get().is_sample


@pytest.mark.usefixtures("confirmed")
def test_texts_that_still_name_the_sample_firm_say_so(client: Client) -> None:
    for path in ("/de/impressum/", "/de/hinweise/videotreffen/"):
        assert "noch Beispieldaten" in client.get(path).content.decode(), path


@pytest.mark.usefixtures("confirmed")
def test_the_sample_meetings_are_gone() -> None:
    assert not Meeting.objects.exists()


def test_a_report_about_the_samples_is_turned_down(client: Client) -> None:
    editor = make_user("editor")
    safeguard = Safeguard.objects.get(key="password")
    reporting.report_change(
        safeguard, "on", by=editor, reason_de="Geprüft.", seen_at=timezone.now()
    )
    reporting.forget_samples(by=editor)
    assert Attestation.objects.get().accepted is False


@pytest.mark.usefixtures("confirmed")
def test_what_is_recorded_afterwards_is_no_sample(client: Client) -> None:
    later = timezone.now() + timedelta(days=2)
    html = client.get(f"/de/archiv/{day_of(later).isoformat()}/").content.decode()
    assert "Beispieldaten" not in html

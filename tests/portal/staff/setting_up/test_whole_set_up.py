"""A fresh firm without a Zoom connection is set up by two people in at most sixty acts."""

from __future__ import annotations

import re
import sys

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Notice
from notices.firm.models import Organisation
from notices.safeguards.models import Promise, Safeguard
from portal.staff.setting_up.steps import steps
from tests.factories import make_user
from tests.walking import Walker, enter_meeting, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

MOST_ACTS = 60
START = "/admin/einrichtung/"
LICENCE = "Landratsamt München, Gewerbeamt, Mariahilfplatz 17, 81541 München"


def walker(role: str) -> Walker:
    """Sign somebody in, which ends on the start page."""
    client = Client()
    client.force_login(make_user(role))
    person = Walker(client, role)
    person.arrive("/admin/")
    return person


def enter_profile(office: Walker) -> None:
    office.open(f"{START}profil/1/")
    office.send("legal_name", name="Wohnbau Sonne", legal_name="Wohnbau Sonne GmbH")
    office.send(
        "street",
        street="Sonnenallee 3",
        postal_code="80331",
        city="München",
        phone="089 111 222",
        email="post@sonne.test",
    )
    office.send(
        "dpo_email",
        privacy_email="privat@sonne.test",
        dpo_email="dsb@sonne.test",
        dpo_phone="089 333 444",
        dpo_address="Beratung Mond, Mondweg 1, 80331 München",
    )
    office.send("state", state="BY")
    office.send(
        "vat_id",
        represented_by_de="Geschäftsführung: Vor- und Nachname",
        represented_by_en="Managing director: first and last name",
        register_court="Amtsgericht München",
        register_number="HRB 123456",
        vat_id="DE123456789",
    )
    office.send()
    office.send("licence", licence=LICENCE)


def look_everything_up(office: Walker) -> None:
    """Tick all of Zoom's pages and single one setting out."""
    away = Safeguard.objects.get(key="waiting_room")
    office.open(f"{START}schutz/")
    ticks = dict.fromkeys(sorted(set(re.findall(r'name="(rest_\d+)"', office.html))), "on")
    office.send("rest_0", **{f"value_{away.pk}": "exception"}, **ticks)
    office.send(
        f"reason_{away.pk}_de",
        "_hand_over",
        **{
            f"reason_{away.pk}_de": "Bei Besichtigungen ist der Warteraum aus.",
            f"reason_{away.pk}_en": "At viewings the waiting room is off.",
        },
    )


def confirm_everything(officer: Walker) -> None:
    officer.open(START)
    officer.open(f"{START}texte/freigeben/")
    officer.send("reason")
    officer.open(f"{START}schutz/bestaetigen/")
    officer.send("as_read")


def hang_up_posters(office: Walker) -> None:
    office.open("/admin/")
    office.open(START)
    office.open("/admin/kurzlinks/")
    office.open(START)
    office.send()


def test_a_fresh_firm_is_set_up_in_sixty_acts(capsys: pytest.CaptureFixture[str]) -> None:
    office, officer = walker("editor"), walker("reviewer")
    office.open(START)
    enter_profile(office)
    look_everything_up(office)
    confirm_everything(officer)
    enter_meeting(office)
    hang_up_posters(office)

    assert [step.title for step in steps() if not step.is_done] == []
    assert not Organisation.objects.get().is_sample
    imprint = Notice.objects.get(key="imprint").in_force_at(timezone.now())
    assert imprint is not None
    assert LICENCE in imprint.text_de
    away = Safeguard.objects.get(key="waiting_room").promises.last()
    assert away is not None
    assert away.value == Promise.Value.EXCEPTION
    with capsys.disabled():
        sys.stdout.write(f"\n{told(office, officer)}\n")
    assert office.acts + officer.acts <= MOST_ACTS

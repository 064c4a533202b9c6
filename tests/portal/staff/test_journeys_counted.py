"""How many steps, fields and seconds the daily tasks take: J8, J9, J10; seconds are printed."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Notice
from notices.firm.models import Organisation
from notices.safeguards.models import Safeguard
from tests.factories import make_edition, make_notice, make_user
from tests.walking import Walker, enter_meeting, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

START = "/admin/"
REPORT = "/admin/einstellung-geaendert/"
# So many fields stand on the first screen of a task, and no word of the program among them.
MOST_FIELDS = 7
OURS = re.compile(r"key|slug|position")
SILENT = {"hidden", "submit", "button"}


class FirstScreen(HTMLParser):
    """The fields of a page that are seen before anything is opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.closed: list[bool] = []
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told_by = dict(attrs)
        if tag == "details":
            self.closed.append("open" not in told_by)
        is_field = tag in ("input", "select", "textarea") and told_by.get("type") not in SILENT
        if is_field and told_by.get("name") and not any(self.closed):
            self.names.add(str(told_by["name"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self.closed:
            self.closed.pop()


def walker(role: str) -> Walker:
    client = Client()
    client.force_login(make_user(role))
    person = Walker(client, role)
    person.arrive(START)
    return person


@pytest.fixture(autouse=True)
def own_firm() -> None:
    Organisation.objects.update(confirmed_at=timezone.now())


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Iterator[list[Walker]]:
    """Print what the people who are put into the list have done."""
    walkers: list[Walker] = []
    began = time.monotonic()
    yield walkers
    with capsys.disabled():
        seconds = time.monotonic() - began
        sys.stdout.write(f"\n{told(*walkers)}\n{seconds:.1f} s at the portal\n")


def test_j8_a_worse_state_is_public_after_few_acts(printed: list[Walker]) -> None:
    office = walker("editor")
    printed.append(office)
    room = Safeguard.objects.get(key="waiting_room")
    office.open(REPORT)
    office.send(
        "safeguard",
        safeguard=str(room.pk),
        value="off",
        reason_de="Der Warteraum ist aus.",
        reason_en="The waiting room is off.",
    )
    office.send("_publish", "_publish")
    newest = room.promises.last()
    assert newest is not None
    assert newest.value == "off"
    assert (office.clicks, office.fields) == (3, 4)


def test_j8_a_better_state_takes_a_second_person_two_more_clicks(printed: list[Walker]) -> None:
    office, officer = walker("editor"), walker("reviewer")
    printed += [office, officer]
    room = Safeguard.objects.get(key="waiting_room")
    office.open(REPORT)
    office.send("safeguard", safeguard=str(room.pk), value="on", reason_de="Der Warteraum ist an.")
    office.send("_publish", "_publish")
    officer.arrive(START)
    (door,) = set(re.findall(r'href="(/admin/meldungen/\d+/)"', officer.html))
    officer.open(door)
    officer.send("_confirm", "_confirm")
    assert room.promises.last().value == "on"  # type: ignore[union-attr]
    assert (office.clicks, office.fields) == (3, 3)
    assert (officer.clicks, officer.fields) == (2, 0)


def test_j9_a_typing_error_is_corrected_after_few_acts(printed: list[Walker]) -> None:
    notice = make_notice("house")
    edition = make_edition(notice, text_de="Der Texxt steht hier.", text_en="The text stays.")
    office = walker("editor")
    printed.append(office)
    office.open("/admin/texte/")
    office.open(f"/admin/editions/edition/{edition.pk}/korrigieren/")
    office.send("text_de", text_de="Der Text steht hier.")
    office.send("text_de", "meaning=no")
    assert notice.in_force_at(timezone.now()).text_de == "Der Text steht hier."  # type: ignore[union-attr]
    assert (office.clicks, office.fields) == (4, 1)


def test_j10_an_invitation_stands_there_after_few_acts(printed: list[Walker]) -> None:
    office = walker("editor")
    printed.append(office)
    meeting = enter_meeting(office)
    invitation = f"/admin/invitations/meeting/{meeting.pk}/einladung/"
    if office.path != invitation:
        office.open(invitation)
    assert meeting.code in office.html
    assert office.clicks <= 3
    assert office.fields == 5


@pytest.mark.parametrize("task", ["J8", "J9", "J9, a new edition", "a new text", "J10"])
def test_the_first_screen_of_a_task_has_at_most_seven_fields_and_no_key(task: str) -> None:
    edition = Notice.objects.get(key="imprint").in_force_at(timezone.now())
    assert edition is not None
    draft = make_edition(edition.notice, status="draft", number=None)
    path = {
        "J8": REPORT,
        "J9, a new edition": f"/admin/editions/edition/{draft.pk}/change/",
        "a new text": "/admin/editions/edition/add/",
        "J9": f"/admin/editions/edition/{edition.pk}/korrigieren/",
        "J10": "/admin/invitations/meeting/add/",
    }[task]
    office = walker("editor")
    office.arrive(path)
    names = FirstScreen(office.html).names
    assert names
    assert len(names) <= MOST_FIELDS, names
    assert not [name for name in names if OURS.search(name)]

"""A setting drifts at Zoom: one command makes it public, one more after the repair ends it."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command

from notices.safeguards.models import Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.test_staff import WIDE, sign_in
from tests.factories import confirm_what_waits, make_user
from tests.safeguards.zoom.conftest import Fake

pytestmark = pytest.mark.usefixtures("site")

DRIFTED = {"bundle": "../examples/02-drifted.json", "token": {"expires_in": 3600}}


@pytest.fixture
def reviewer() -> User:
    user = make_user("reviewer", "datenschutz")
    user.email = "pruefung@muster.example"
    user.save()
    return user


def check_zoom() -> int:
    """Run the command as an operator does and return its exit code."""
    try:
        call_command("check_zoom", stdout=StringIO(), stderr=StringIO())
    except SystemExit as end:
        return int(str(end.code))
    return 0


class Reader:
    """What somebody with a phone sees, page by page."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def row(self) -> str:
        return self.visit.go("/de/schutz/").locator("#cloud-aufzeichnung").inner_text()

    def history(self) -> str:
        page = self.visit.go("/de/schutz/?druck=voll")
        return page.locator("#cloud-aufzeichnung .hist").inner_text()

    def answers(self, path: str) -> str:
        return self.visit.go(path).locator("dl.qa").first.inner_text()

    def feed(self) -> str:
        answer = self.visit.page.request.get(self.visit.site + "/de/aenderungen.atom")
        return answer.text()

    def api(self) -> dict[str, object]:
        answer = self.visit.page.request.get(self.visit.site + "/api/safeguards.json").json()
        found = [row for row in answer["safeguards"] if row["key"] == "cloud_recording"]
        return dict(found[0])


def inbox(staff: Visit) -> str:
    """Return what the start page of staff says deviates."""
    staff.go("/admin/")
    return " ".join(staff.page.locator("#deviations").all_inner_texts())


def test_drift_appears_everywhere_after_one_command_and_ends_with_its_history_kept(
    open_tab: Callable[..., Visit], fake: Fake, reviewer: User
) -> None:
    cloud = Safeguard.objects.get(key="cloud_recording")
    reader, staff = Reader(open_tab()), open_tab(viewport=WIDE)
    sign_in(staff, reviewer.username)
    assert check_zoom() == 0
    calm = reader.answers("/de/schutz/")
    assert "Schutz aktiv" in reader.row()
    assert "Nein." in calm
    assert cloud.name not in inbox(staff)
    entries = reader.feed().count("<entry>")
    mail.outbox.clear()

    fake.play(DRIFTED)
    assert check_zoom() == 1
    row = reader.row()
    assert "Schutz nicht aktiv" in row
    assert "Abweichung: festgestellt am" in row
    for path in ("/de/schutz/", "/de/"):
        assert reader.answers(path) != calm
        assert "Nicht jede Art der Aufnahme ist bei Zoom aus." in reader.answers(path)
    assert reader.feed().count("<entry>") > entries
    found = reader.api()
    assert (found["state"], found["deviation"] is not None) == ("off", True)
    assert cloud.name in inbox(staff)
    staff.page.get_by_role("link", name=f"Erklären: {cloud.name}").click()
    staff.page.get_by_label("Erklärung (Deutsch)").fill("Zoom hat die Einstellung zurückgesetzt.")
    staff.page.locator("[name=_save]").click()
    staff.page.wait_for_load_state()
    assert "Abweichung: festgestellt am" in reader.row()
    assert "Zoom hat die Einstellung zurückgesetzt." not in reader.row()
    confirm_what_waits()
    assert "Zoom hat die Einstellung zurückgesetzt." in reader.row()

    fake.play("happy")
    assert check_zoom() == 0
    assert "Schutz aktiv" in reader.row()
    assert "Abweichung" not in reader.row()
    assert reader.answers("/de/schutz/") == calm
    assert reader.answers("/de/") == calm
    found = reader.api()
    assert (found["state"], found["deviation"]) == ("on", None)
    assert cloud.name not in inbox(staff)
    assert "Schutz nicht aktiv" in reader.history()
    assert cloud.name in reader.feed()
    assert [f"- {cloud.name}\n" in message.body for message in mail.outbox] == [True, True]
    reader.visit.assert_calm()

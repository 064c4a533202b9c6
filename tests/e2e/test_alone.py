"""One editor in a real browser tries every way to better a public sentence alone (P12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from notices.editions.models import Edition, Foundation, Notice
from notices.faq.models import Question
from notices.firm.models import ProposedChange
from notices.invitations.models import Adjustment, Meeting
from notices.safeguards.models import Attestation, Finding, QuickAnswer, Safeguard
from notices.safeguards.recording import record_finding
from tests.e2e.conftest import Visit
from tests.e2e.looking import unfold
from tests.e2e.test_staff import WIDE, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")
POST = """async ([door, sent]) => {
  const body = new URLSearchParams(sent);
  return (await fetch(door, {method: "POST", body, redirect: "manual"})).status;
}"""
BETTER = "Niemand kann je etwas aufzeichnen."


@pytest.fixture
def public(site: str, open_tab: Callable[..., Visit]) -> Callable[[], dict[str, str]]:
    """Return what readers see now on every page that could be made to sound better."""
    bad = Safeguard.objects.get(key="cloud_recording")
    record_finding(
        Finding(safeguard=bad, verdict="not_protected", seen_at=timezone.now(), source="hand")
    )
    meeting = Meeting.objects.upcoming()[0]
    Adjustment.objects.create(
        meeting=meeting,
        safeguard=Safeguard.objects.get(key="waiting_room"),
        value="off",
        reason_de="Beschluss der Versammlung.",
    )
    notice = Notice.objects.get(key="video-meetings")
    question = Question.objects.get(key="is-recorded")
    tab = open_tab()

    def seen() -> dict[str, str]:
        rows = (notice, question, meeting)
        paths = ["/de/", "/de/schutz/", "/de/fragen/", *(one.get_absolute_url() for one in rows)]
        return {path: tab.go(path).locator("main").inner_text() for path in paths}

    return seen


@contextmanager
def form(page: Page, site: str, path: str) -> Iterator[None]:
    """Open a form with every part of it unfolded, and save what was typed."""
    page.goto(f"{site}/admin/{path}")
    unfold(page)
    yield
    page.locator("[name=_save]").first.click()
    page.wait_for_load_state()


def test_nothing_that_readers_see_gets_better(
    site: str, open_tab: Callable[..., Visit], public: Callable[[], dict[str, str]]
) -> None:
    make_user("editor", "redaktion")
    page = sign_in(open_tab(viewport=WIDE), "redaktion")
    before = public()
    assert "Beschluss der Versammlung." in "".join(before.values())
    bad = Safeguard.objects.get(key="cloud_recording")
    answer = QuickAnswer.objects.get(key="recorded")
    question = Question.objects.get(key="is-recorded")
    notice = Notice.objects.get(key="video-meetings")
    meeting = Meeting.objects.upcoming()[0]

    def change(model: str, pk: int) -> str:
        return f"{model}/{pk}/change/"

    for subject in (f"safeguard={bad.pk}", f"quick_answer={answer.pk}"):
        with form(page, site, f"safeguards/wording/add/?{subject}&state=off"):
            page.locator("[name=text_de]").fill(BETTER)
    for name, value in (("name_de", BETTER[:20]), ("max_age_days", "300")):
        with form(page, site, change("safeguards/safeguard", bad.pk)):
            page.locator(f"[name={name}]").fill(value)
    with form(page, site, change("safeguards/safeguard", bad.pk)):
        page.locator("[name=checked_by]").select_option("hand")
    with form(page, site, change("safeguards/quickanswer", answer.pk)):
        page.locator("[name=question_de]").fill("Ist es sicher?")
    # The tie to what is off cannot be taken away: there is nothing to click.
    page.goto(f"{site}/admin/{change('safeguards/quickanswer', answer.pk)}")
    assert page.locator("[name$=-DELETE]").count() == 0
    with form(page, site, change("faq/question", question.pk)):
        page.locator("[name=answer_de]").fill(BETTER)
    for model, pk in (("faq/question", question.pk), ("editions/notice", notice.pk)):
        with form(page, site, change(model, pk)):
            checked = page.locator("[name=safeguards]:checked")
            while checked.count():
                checked.first.uncheck()
    with form(page, site, change("faq/topic", question.topic_id)):
        page.locator("[name=title_de]").fill(BETTER[:20])
    with form(page, site, change("editions/notice", notice.pk)):
        page.locator("[name=title_de]").fill(BETTER)
    kind = meeting.type
    for name in ("name_de", "rules_de"):
        with form(page, site, change("invitations/meetingtype", kind.pk)):
            page.locator(f"[name={name}]").fill(BETTER)
    with form(page, site, "safeguards/provider/add/"):
        page.locator("[name=name]").fill("Sicheres Werkzeug")
    finding = bad.findings.latest("pk")
    with form(page, site, f"safeguards/explanation/add/?finding={finding.pk}"):
        page.locator("[name=text_de]").fill(BETTER)
    ground = Foundation.objects.filter(state="fallen")[0]
    with form(page, site, change("editions/foundation", ground.pk)):
        page.locator("[name=state]").select_option("stands")
        page.locator("[name=fallen_on]").fill("")
    with form(page, site, change("invitations/meeting", meeting.pk)):
        page.locator("[name=adjustments-0-DELETE]").check()

    for value in ("on", "exception", "retired"):
        page.goto(f"{site}/admin/einstellung-geaendert/?safeguard={bad.pk}&value={value}")
        page.locator("[name=reason_de]").fill(BETTER)
        page.locator("form.steps button[type=submit], form button.main-button").first.click()
        page.locator("[name=_publish]").click()
        page.wait_for_load_state()
    assert page.locator("#waiting [name=_confirm]").count() == 0

    edition = Edition.objects.filter(notice=notice, status="published").latest("pk")
    page.goto(f"{site}/admin/editions/edition/{edition.pk}/korrigieren/")
    text = page.locator("[name=text_de]")
    text.fill(text.input_value() + f"\n\n{BETTER}")
    page.locator("#content-main form button.main-button").click()
    page.wait_for_load_state()
    # The page asks whether the meaning changes and offers only "yes".
    assert page.locator("[name=meaning][value=yes]").count() == 1
    assert page.locator("[name=meaning][value=no]").count() == 0

    assert public() == before
    waiting = ProposedChange.objects.filter(decided_at=None)
    assert waiting.count() == 17
    assert Attestation.objects.filter(decided_at=None).count() == 3
    for one in waiting:
        page.goto(f"{site}/admin/firm/proposedchange/{one.pk}/change/")
        assert page.url.endswith(f"/proposedchange/{one.pk}/change/")
        assert page.locator("[name=_confirm]").count() == 0
    # What the pages do not offer is refused where it is sent all the same.
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    doors = [(f"firm/proposedchange/{one.pk}/entscheiden/", one.digest) for one in waiting]
    doors += [(f"meldungen/{one.pk}/", one.digest) for one in Attestation.objects.all()]
    for door, digest in doors:
        for as_read in (digest, ""):
            sent = {"_confirm": "1", "as_read": as_read, "csrfmiddlewaretoken": token}
            assert page.evaluate(POST, [f"/admin/{door}", sent]) == 403
    assert public() == before

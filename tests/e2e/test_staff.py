"""Staff at work in a real browser: signing in, the lists, and a setting that changed (J8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from notices.editions.models import Notice
from notices.faq.models import Question, Synonyms
from notices.invitations.models import Meeting
from notices.safeguards.models import Safeguard, Wording
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations_in_both_themes
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")

Tab = Callable[..., Visit]
# The board of translations has hundreds that are alike; axe takes eight seconds for all of them.
SOME_CARDS = (
    "document.querySelectorAll('.cards > li:nth-child(n + 40)').forEach(one => one.remove())"
)
PASSWORD = "a long enough test password"
WIDE = {"width": 1280, "height": 900}


def sign_in(visit: Visit, name: str) -> Page:
    page = visit.go("/admin/")
    page.get_by_label("Benutzername").fill(name)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/admin/")
    return page


def staff_pages() -> list[str]:
    notice = Notice.objects.get(key="video-meetings")
    meeting = Meeting.objects.upcoming()[0]
    question = Question.objects.get(key="phone")
    question.answer_de = f"{question.answer_de}\n\nNoch ein Satz."
    question.save()
    return [
        "/admin/",
        "/admin/einstellung-geaendert/",
        "/admin/texte/",
        "/admin/uebersetzungen/en/?stand=current",
        "/admin/suche/?q=Warteraum",
        "/admin/einrichtung/",
        "/admin/einrichtung/profil/1/",
        "/admin/einrichtung/profil/4/",
        "/admin/einrichtung/profil/",
        "/admin/einrichtung/texte/",
        "/admin/einrichtung/schutz/",
        "/admin/abweichungen/",
        "/admin/firm/organisation/1/change/",
        "/admin/safeguards/safeguard/",
        f"/admin/safeguards/safeguard/{Safeguard.objects.get(key='password').pk}/change/",
        "/admin/safeguards/finding/",
        "/admin/editions/notice/",
        f"/admin/editions/notice/{notice.pk}/change/",
        f"/admin/editions/edition/{notice.editions.get().pk}/change/",
        "/admin/faq/question/",
        f"/admin/faq/question/{question.pk}/change/",
        f"/admin/faq/question/{question.pk}/history/",
        f"/admin/faq/synonyms/{Synonyms.objects.latest('pk').pk}/delete/",
        f"/admin/safeguards/wording/{Wording.objects.latest('pk').pk}/history/",
        "/admin/communities/community/eingegeben/",
        "/admin/communities/community/add/",
        "/admin/firm/auditentry/",
        "/admin/invitations/meeting/",
        "/admin/invitations/meeting/add/",
        f"/admin/invitations/meeting/{meeting.pk}/change/",
        f"/admin/invitations/meeting/{meeting.pk}/kopieren/",
        f"/admin/invitations/meeting/{meeting.pk}/verschieben/",
        "/admin/password_change/",
        "/admin/password_change/done/",
    ]


def test_axe_finds_nothing_on_the_pages_of_an_editor(open_tab: Tab) -> None:
    make_user("editor", "redaktion")
    visit = open_tab(bypass_csp=True, viewport=WIDE)
    visit.go("/admin/login/")
    assert violations_in_both_themes(visit.page) == []
    sign_in(visit, "redaktion")
    found = {}
    for path in staff_pages():
        visit.go(path)
        assert visit.status == 200, path
        visit.page.evaluate(SOME_CARDS)
        found[path] = violations_in_both_themes(visit.page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_staff_pages_load_nothing_from_elsewhere_break_no_rule_and_fit_every_screen(
    open_tab: Tab,
) -> None:
    make_user("editor", "redaktion")
    visit = open_tab()
    sign_in(visit, "redaktion")
    wide = {}
    for path in staff_pages():
        visit.page.set_viewport_size({"width": 1280, "height": 900})
        page = visit.go(path)
        assert page.locator("h1").count() == 1, path
        assert page.locator("html").get_attribute("lang") == "de"
        for width in (360, 280):
            page.set_viewport_size({"width": width, "height": 640})
            if (scrolled := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide[path] = scrolled
    assert wide == {}
    assert visit.foreign == []
    assert visit.complaints == []
    stored = visit.page.evaluate("Object.keys(localStorage).length")
    assert stored == 0


def test_the_login_page_sets_no_foreign_word_and_needs_no_script(open_tab: Tab) -> None:
    make_user("editor", "redaktion")
    visit = open_tab(java_script_enabled=False, locale="en-GB")
    page = sign_in(visit, "redaktion")
    assert page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_text("Etwas in Zoom hat sich geändert").is_visible()


class TestJ8ASettingChanged:
    def report(self, page: Page, state: str) -> None:
        page.get_by_text("Etwas in Zoom hat sich geändert").click()
        page.get_by_label("Um welche Schutzeinstellung geht es?").select_option(
            str(Safeguard.objects.get(key="waiting_room").pk)
        )
        page.get_by_label(state, exact=True).check()
        page.get_by_label("Grund (Deutsch)").fill("Wir haben den Warteraum geprüft.")
        page.get_by_label("Grund (Englisch)").fill("We checked the waiting room.")
        page.get_by_role("button", name="Weiter").click()

    def test_worse_news_is_reviewed_and_public_at_once(self, open_tab: Tab) -> None:
        make_user("editor", "redaktion")
        staff, reader = open_tab(viewport=WIDE), open_tab()
        page = sign_in(staff, "redaktion")
        self.report(page, "Der Schutz ist nicht aktiv")
        before = reader.go("/de/schutz/").locator("#warteraum").inner_text()
        assert "Schutz aktiv" in before, "the review step published something"
        review = page.locator("#content").inner_text()
        assert "Schutz aktiv" in review
        assert "Schutz nicht aktiv" in review
        page.get_by_role("button", name="Veröffentlichen").click()
        page.wait_for_url("**/admin/**")
        after = reader.go("/de/schutz/").locator("#warteraum").inner_text()
        assert "Schutz nicht aktiv" in after
        english = reader.go("/en/safeguards/").locator("#waiting-room").inner_text()
        assert "Protection off" in english

    def test_better_news_waits_for_the_second_person(self, open_tab: Tab) -> None:
        make_user("editor", "redaktion")
        make_user("reviewer", "datenschutz")
        staff, reader = open_tab(viewport=WIDE), open_tab()
        page = sign_in(staff, "redaktion")
        self.report(page, "Der Schutz ist nicht aktiv")
        page.get_by_role("button", name="Veröffentlichen").click()
        page.wait_for_load_state()
        staff.go("/admin/")
        self.report(page, "Der Schutz ist aktiv")
        page.get_by_role("button", name="Zur Bestätigung geben").click()
        page.wait_for_load_state()
        row = reader.go("/de/schutz/").locator("#warteraum").inner_text()
        assert "Schutz nicht aktiv" in row

        officer = open_tab(viewport=WIDE)
        waiting = sign_in(officer, "datenschutz")
        waiting.get_by_role("link", name="Wartet auf Sie").first.click()
        waiting.get_by_role("link", name="Lesen und entscheiden").first.click()
        waiting.get_by_role("button", name="Bestätigen").click()
        waiting.wait_for_load_state()
        row = reader.go("/de/schutz/").locator("#warteraum").inner_text()
        assert "Schutz aktiv" in row

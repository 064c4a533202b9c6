"""The journeys of readers, as they happen, with script switched off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page
from pypdf import PdfReader

from notices.editions.models import Edition, Notice
from notices.firm.days import day_of
from notices.firm.models import Organisation
from notices.invitations.models import Meeting
from notices.lib import pdf
from notices.safeguards.models import Safeguard, Wording
from notices.safeguards.states import State
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations
from tests.factories import record_state
from tests.pages import page_path

pytestmark = pytest.mark.usefixtures("site")

Tab = Callable[..., Visit]


def upcoming() -> Meeting:
    return Meeting.objects.filter(starts_at__gt=timezone.now()).get()


def fully_visible(answers: Locator, height: int) -> int:
    boxes = [answers.nth(index).bounding_box() for index in range(answers.count())]
    return sum(1 for box in boxes if box and box["y"] + box["height"] <= height)


class TestJ1TenantWithAPhone:
    def test_one_step_from_the_scan_to_the_first_answer(self, open_tab: Tab) -> None:
        visit = open_tab(java_script_enabled=False)
        page = visit.go(f"/T/{upcoming().code}")
        assert page.url.endswith(f"/de/treffen/{upcoming().code.lower()}/")
        assert "Eigentümer" in page.locator("h1").inner_text().replace("\xad", "")
        answers = page.locator("dl.qa > div")
        assert answers.count() == 4
        assert "Nein" in answers.first.inner_text()
        assert page.locator('a[href$="termin.ics"]').is_visible()
        visit.assert_calm()

    def test_it_speaks_the_language_of_the_phone(self, open_tab: Tab) -> None:
        page = open_tab(locale="en-GB").go(f"/t/{upcoming().code.lower()}/")
        assert "/en/meetings/" in page.url
        assert page.locator("html").get_attribute("lang") == "en"

    @pytest.mark.parametrize("name", ["page-home", "safeguard-list", "meeting-detail"])
    @pytest.mark.parametrize("language", ["de", "en"])
    def test_three_answers_are_visible_without_scrolling(
        self, open_tab: Tab, name: str, language: str
    ) -> None:
        page = open_tab().go(page_path(name, language))
        assert fully_visible(page.locator("dl.qa > div"), 640) >= 3

    def test_ways_to_join_come_in_order_and_name_what_zoom_gets(self, open_tab: Tab) -> None:
        page = open_tab(java_script_enabled=False).go(page_path("meeting-detail", "de"))
        ways = page.locator(".ways .card")
        assert [ways.nth(i).locator("h3").inner_text() for i in range(3)] == [
            "Mit dem Browser",
            "Mit dem Telefon",
            "Mit der Zoom-App",
        ]
        for index in range(3):
            assert "Zoom erhält:" in ways.nth(index).inner_text()
            assert ways.nth(index).locator("ol li").count() <= 4


class TestJ2WhatAppliedOnADay:
    def ask(self, page: Page, day: str, month: str, year: str) -> None:
        page.get_by_label("Tag", exact=True).fill(day)
        page.get_by_label("Monat", exact=True).fill(month)
        page.get_by_label("Jahr", exact=True).fill(year)
        page.get_by_role("button", name="Stand anzeigen").click()

    def test_from_the_safeguards_page_to_the_day(self, open_tab: Tab) -> None:
        for safeguard in Safeguard.objects.all():
            record_state(safeguard, at=timezone.now() - timedelta(days=30))
        wanted = day_of(timezone.now() - timedelta(days=10))
        page = open_tab(java_script_enabled=False).go("/de/schutz/")
        self.ask(page, str(wanted.day), str(wanted.month), str(wanted.year))
        assert page.url.endswith(f"/de/archiv/{wanted.isoformat()}/")
        assert page.locator("h1").inner_text().startswith("Was galt am")
        assert "Wurde aufgezeichnet?" in page.locator("dl.qa").inner_text()
        assert fully_visible(page.locator("dl.qa > div"), 640) >= 3
        main = page.locator("main").inner_text()
        assert "Fassung 1" in main
        assert "Das zeigt, was wir eingestellt hatten" in main

    def test_a_day_before_the_first_record(self, open_tab: Tab) -> None:
        page = open_tab(java_script_enabled=False).go("/de/schutz/")
        self.ask(page, "12", "3", "2024")
        assert "Für diesen Tag haben wir keinen Eintrag." in page.locator("main").inner_text()
        assert "Unser Verlauf beginnt am" in page.locator("main").inner_text()

    def test_a_day_in_the_future(self, open_tab: Tab) -> None:
        page = open_tab(java_script_enabled=False).go("/de/schutz/")
        self.ask(page, "1", "1", str(timezone.now().year + 2))
        assert "Dieser Tag liegt in der Zukunft." in page.locator("main").inner_text()
        assert page.get_by_role("link", name="Heute gilt").count() >= 1

    def test_an_impossible_date_keeps_what_was_typed(self, open_tab: Tab) -> None:
        page = open_tab(java_script_enabled=False).go("/de/schutz/")
        self.ask(page, "31", "2", "2024")
        assert "Dieses Datum gibt es nicht." in page.locator("main").inner_text()
        assert page.get_by_label("Tag", exact=True).input_value() == "31"
        assert page.get_by_label("Jahr", exact=True).input_value() == "2024"

    @pytest.mark.skipif(not pdf.is_available(), reason="the PDF extra is not installed")
    def test_the_day_as_a_confirmation(self, open_tab: Tab) -> None:
        for safeguard in Safeguard.objects.all():
            record_state(safeguard, at=timezone.now() - timedelta(days=30))
        wanted = day_of(timezone.now() - timedelta(days=10))
        visit = open_tab(java_script_enabled=False)
        page = visit.go(f"/de/archiv/{wanted.isoformat()}/")
        link = page.get_by_role("link", name="Bestätigung als PDF")
        answer = page.request.get(visit.site + str(link.get_attribute("href")))
        assert answer.status == 200
        text = PdfReader(BytesIO(answer.body())).pages[0].extract_text()
        assert f"Was galt am {wanted.day}." in text
        assert "Wurde aufgezeichnet?" in text


class TestComparingTwoEditions:
    def test_from_the_notice_to_two_columns_without_script(self, open_tab: Tab) -> None:
        letter = Notice.objects.get(key="zoom-letter")
        visit = open_tab(java_script_enabled=False)
        page = visit.go(page_path("notice-detail", "de"))
        page.locator("summary", has_text="Alle Änderungen anzeigen").click()
        page.get_by_role("link", name="Alle Fassungen, und zwei beliebige vergleichen").click()
        page.get_by_label("Von Fassung").select_option("1")
        page.get_by_label("zu Fassung").select_option("2")
        page.get_by_label("Beide Texte nebeneinander zeigen").check()
        page.get_by_role("button", name="Vergleichen").click()
        assert page.url.endswith(
            f"/de/hinweise/{letter.slug_de}/fassung/2/vergleich/1/?ansicht=nebeneinander"
        )
        # A phone leaves out the half in which a paragraph does not exist.
        pair = page.locator(".sides:not(:has(i))").first
        assert "Fassung 1" in pair.inner_text()
        assert "Fassung 2" in pair.inner_text()
        # On a phone one below the other, on a wide screen beside each other.
        old, new = (pair.locator("> div").nth(index).bounding_box() for index in (0, 1))
        assert old
        assert new
        assert new["y"] >= old["y"] + old["height"] - 1
        page.set_viewport_size({"width": 1280, "height": 800})
        old, new = (pair.locator("> div").nth(index).bounding_box() for index in (0, 1))
        assert old
        assert new
        assert (new["y"], new["x"] >= old["x"] + old["width"] - 1) == (old["y"], True)
        visit.assert_calm()

    @pytest.mark.parametrize("language", ["de", "en"])
    def test_side_by_side_axe_finds_nothing(self, open_tab: Tab, language: str) -> None:
        view = {"de": "?ansicht=nebeneinander", "en": "?view=side-by-side"}[language]
        page = open_tab(bypass_csp=True).go(page_path("edition-compare", language) + view)
        assert page.locator(".sides").count() >= 1
        assert violations(page) == []


class TestPrintingAnEdition:
    def test_paper_carries_edition_date_digest_and_address(self, open_tab: Tab) -> None:
        edition = Edition.objects.get(notice__key="zoom-letter", number=2)
        page = open_tab().go(page_path("notice-detail", "de"))
        line = page.locator("p.print", has_text=edition.digest[:12])
        assert not line.is_visible()
        text = PdfReader(BytesIO(page.pdf(format="A4"))).pages[0].extract_text()
        words = " ".join(text.split())
        assert "Fassung 2, gültig ab" in words
        assert edition.digest[:12] in words
        assert "/fassung/2/" in words


class TestJ4ObjectOrDelete:
    def test_one_sentence_is_enough(self, open_tab: Tab) -> None:
        page = open_tab(java_script_enabled=False).go("/de/")
        page.get_by_role("link", name="Kontakt", exact=True).click()
        mail = page.locator('a[href^="mailto:"][href*="subject="]').first
        assert "body=" in str(mail.get_attribute("href"))
        main = page.locator("main").inner_text()
        assert "Wir antworten innerhalb eines Monats" in main
        assert Organisation.objects.get().authority_name in main
        assert page.locator('main a[href^="tel:+4930"]').count() >= 1
        assert page.locator("form").count() == 0


class TestJ5EnglishSpeaker:
    def test_the_language_link_comes_after_skip_link_and_name(self, open_tab: Tab) -> None:
        page = open_tab().go("/de/schutz/")
        reached = []
        for _step in range(3):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.className"))
        assert reached == ["skip", "mark", "lang"]
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/safeguards/")

    def test_a_missing_english_text_is_said_and_shown_in_german(self, open_tab: Tab) -> None:
        safeguard = Safeguard.objects.get(key="password")
        Wording.objects.create(safeguard=safeguard, state="on", text_de="Nur auf Deutsch.")
        page = open_tab(locale="en-GB").go("/en/safeguards/")
        row = page.locator("#password")
        assert row.locator('[lang="de"]', has_text="Nur auf Deutsch.").count() >= 1
        assert "only available in German so far" in row.inner_text()


class TestJ6BlindReader:
    def test_states_are_words_and_marks_are_decoration(self, open_tab: Tab) -> None:
        page = open_tab().go("/de/schutz/")
        states = page.locator(".rows .state")
        assert states.count() == 23
        for index in range(states.count()):
            assert states.nth(index).inner_text().strip()
            assert states.nth(index).locator("svg").get_attribute("aria-hidden") == "true"

    def test_the_skip_link_leads_into_the_content(self, open_tab: Tab) -> None:
        page = open_tab().go("/de/schutz/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "MAIN"

    def test_every_evidence_names_its_safeguard(self, open_tab: Tab) -> None:
        page = open_tab().go("/de/schutz/")
        summaries = page.locator(".rows summary").all_text_contents()
        assert len(set(summaries)) == len(summaries) == 23
        assert page.locator("summary :is(h1, h2, h3, h4, a, button)").count() == 0


class TestJ7OnPaper:
    @staticmethod
    def pages_of(page: Page) -> int:
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
        return len(re.findall(rb"/Type\s*/Page\b", pdf))

    @pytest.mark.parametrize("path", ["/de/schutz/", "/en/safeguards/"])
    def test_the_safeguards_fit_four_pages(self, open_tab: Tab, path: str) -> None:
        page = open_tab(viewport={"width": 1280, "height": 900}).go(path)
        assert 2 <= self.pages_of(page) <= 4

    def test_navigation_stays_off_the_paper_and_the_address_is_on_it(self, open_tab: Tab) -> None:
        page = open_tab().go("/de/schutz/")
        page.emulate_media(media="print")
        assert not page.locator("nav.nav").is_visible()
        assert not page.locator("form").first.is_visible()
        assert page.locator(".document").is_visible()
        # The short link to this page.
        assert re.search(r"http://\S+/S$", page.locator(".document").inner_text(), re.MULTILINE)
        assert not page.locator(".rows details").first.is_visible()

    def test_full_print_adds_evidence_and_history(self, open_tab: Tab) -> None:
        page = open_tab().go("/de/schutz/?druck=voll")
        page.emulate_media(media="print")
        assert page.locator(".rows details .facts").first.is_visible()


class TestDeviation:
    def test_a_deviation_shows_everywhere_a_reader_looks(self, open_tab: Tab) -> None:
        safeguard = Safeguard.objects.get(key="cloud_recording")
        record_state(safeguard, "not_protected")
        visit = open_tab(java_script_enabled=False)
        page = visit.go("/de/schutz/")
        row = page.locator("#cloud-aufzeichnung")
        assert "Schutz nicht aktiv" in row.inner_text()
        assert "estgestellt am" in row.inner_text()
        assert State.OFF.value in str(row.locator(".state").get_attribute("class"))
        for path in ("/de/", "/de/schutz/", page_path("meeting-detail", "de")):
            answer = visit.go(path).locator("dl.qa > div").first
            assert "Möglich" in answer.inner_text()
        assert (
            "Schutz nicht aktiv"
            in visit.page.request.get(f"{visit.site}/de/aenderungen.atom").text()
        )

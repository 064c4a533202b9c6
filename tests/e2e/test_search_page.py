"""The search and the questions in a real browser: narrow and wide, both themes and languages."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from notices.faq.models import Question
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations_in_both_themes, widths

SEARCHES = {
    "de": ["/de/fragen/?q=aufgezeichnet", "/de/fragen/?q=Kennwort", "/de/fragen/?q=kuchenrezept"],
    "en": ["/en/questions/?q=recorded", "/en/questions/?q=Warteraum", "/en/questions/?q=bicycle"],
}


pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.parametrize("language", SEARCHES)
@pytest.mark.parametrize("width", [360, 1280])
def test_results_fit_and_axe_finds_nothing(
    open_tab: Callable[..., Visit], width: int, language: str
) -> None:
    size = {"width": width, "height": 800}
    visit = open_tab(viewport=size, java_script_enabled=True)
    looked_into = open_tab(viewport=size, bypass_csp=True)
    for path in SEARCHES[language]:
        shown, room = widths(visit.go(path))
        assert shown <= room
        visit.assert_calm()
        assert violations_in_both_themes(looked_into.go(path)) == []


def test_somebody_types_a_question_without_script_and_reads_the_answer(
    open_tab: Callable[..., Visit],
) -> None:
    page = open_tab(java_script_enabled=False).go("/de/fragen/")
    page.get_by_label("Suchen in allen Antworten").fill("Fernsteuerrung")
    page.get_by_role("button", name="Suchen").click()
    page.wait_for_load_state()
    # Up to three hits are shown whole.
    assert page.locator("h2").first.inner_text() == "3 Antworten zu „Fernsteuerrung“"
    shown = page.locator(".results article").all_inner_texts()
    for controlled in ("Ihre Kamera", "Ihren Computer"):
        assert any(f"Niemand steuert {controlled} über Zoom." in text for text in shown)
    first = page.locator(".results article").first
    assert "Schutz aktiv" in first.inner_text()
    assert "Fernsteuerung" in page.locator(".results mark").all_inner_texts()


@pytest.mark.parametrize("anchor", ["telefon", "phone"])
def test_a_deep_link_opens_its_answer_without_script(
    open_tab: Callable[..., Visit], anchor: str
) -> None:
    page = open_tab(java_script_enabled=False).go(f"/de/fragen/#{anchor}")
    question = Question.objects.get(key="phone")
    answer = page.locator("#telefon")
    answer.wait_for(state="visible")
    assert page.get_by_text(question.question_de, exact=True).first.is_visible()
    # Its question can be seen above the answer, not only the answer.
    top = page.locator("details", has=answer).locator("summary").bounding_box()
    assert top is not None
    assert 0 <= top["y"] <= 640
    closed = page.locator("details", has=page.locator("#ohne-kamera"))
    assert closed.get_attribute("open") is None


def test_on_paper_every_answer_is_open(open_tab: Callable[..., Visit]) -> None:
    page = open_tab().go("/de/fragen/")
    paper = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages)
    # Paper joins "ff" into one letter.
    paper = "".join(normalize("NFKC", paper).split())
    for question in Question.objects.all():
        last = question.answer_de.strip().splitlines()[0].split("(")[0].split("[")[0]
        assert "".join(question.question_de.split()) in paper, question.key
        assert "".join(last.replace("**", "").split()) in paper, question.key

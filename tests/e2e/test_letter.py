"""A firm's own letter in a real browser, from the list of notices to the draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.editions.models import Edition
from tests.e2e.looking import violations, widths
from tests.e2e.test_staff import Tab, sign_in
from tests.factories import make_user
from tests.letter_files import docx

pytestmark = pytest.mark.usefixtures("site")
SEED = Path(__file__).parents[2] / "portal" / "starter" / "notices" / "zoom-letter" / "1.de.md"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_letter_of_word_becomes_a_draft(open_tab: Tab, theme: str) -> None:
    make_user("editor", "redaktion")
    visit = open_tab(color_scheme=theme, bypass_csp=True)
    page = sign_in(visit, "redaktion")
    page.goto(f"{visit.site}/admin/editions/notice/")
    page.get_by_role("link", name="Eigenen Brief zum Entwurf machen").click()
    found = violations(page)
    raw = docx("# Unser Brief\n\n" + SEED.read_text("utf-8"))
    page.get_by_label("Der Brief als Datei").set_input_files(
        {"name": "Brief.docx", "mimeType": "application/octet-stream", "buffer": raw}
    )
    page.get_by_role("button", name="Brief lesen").click()
    width, room = widths(page)
    assert width <= room
    assert found + violations(page) == []
    page.get_by_label("Er wird die neue Fassung von").select_option(
        label="Zoom – für Sie unter der Lupe"
    )
    page.get_by_label("Schutz durch Passwort").check()
    page.get_by_role("button", name="Entwurf anlegen").click()
    page.wait_for_url("**/admin/editions/edition/*/change/")
    assert "## Unsere 13 Einstellungen" in Edition.objects.get(status="draft").text_de
    assert visit.foreign == []
    assert visit.complaints == []

"""An editor enters a meeting and reaches its invitation (J10), with and without script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from notices.firm.days import BERLIN
from tests.e2e.conftest import Visit
from tests.e2e.test_staff import WIDE, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_new_meeting_leads_to_its_invitation(
    open_tab: Callable[..., Visit], script: bool
) -> None:
    make_user("editor", "redaktion")
    visit = open_tab(viewport=WIDE, java_script_enabled=script)
    page = sign_in(visit, "redaktion")
    page.get_by_role("link", name="Ein Treffen steht an").click()
    start = timezone.now().astimezone(BERLIN) + timedelta(days=9)
    page.locator("[name=type]").select_option(index=1)
    page.locator("[name=title_de]").fill("Versammlung Lindenstraße")
    page.locator("[name=starts_at]").fill(f"{start:%Y-%m-%dT18:00}")
    page.locator("[name=ends_at]").fill(f"{start:%Y-%m-%dT20:00}")
    page.locator("[name=_save]").first.click()
    page.get_by_role("link", name="Einladung erstellen").click()
    assert "Versammlung Lindenstraße" in page.locator("#content").inner_text()

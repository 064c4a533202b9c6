"""The pages that ask and tell before a text is published, in a browser: axe, widths, two themes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from notices.editions import publishing
from notices.editions.drafting import begin
from notices.editions.models import Edition, Foundation, Notice
from notices.safeguards.models import Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.looking import faults_at, unfold
from tests.e2e.test_staff import sign_in
from tests.factories import make_user, record_state

pytestmark = pytest.mark.usefixtures("site")
Tab = Callable[..., Visit]


def changed_draft(key: str, **changes: str) -> Edition:
    draft = begin(Notice.objects.get(key=key), by=make_user())
    for field, text in changes.items():
        setattr(draft, field, text)
    draft.save()
    return draft


def test_axe_finds_nothing_and_nothing_runs_over(open_tab: Tab) -> None:
    reviewer, author = make_user("reviewer", "pruefung"), make_user("editor")
    long = "Das gilt z. B. " + "sehr " * 40 + "lange."
    draft = changed_draft("video-meetings", text_de=f"## Wozu\n\n### Besuche\n\n{long}")
    waiting = publishing.submit(changed_draft("website-privacy", text_en=""), by=author)
    record_state(Safeguard.objects.get(key="cloud_recording"), "not_protected")
    letter = publishing.submit(changed_draft("zoom-letter", text_de="Neu."), by=author)
    claims = letter.notice.safeguards.values_list("key", flat=True)
    publishing.publish(
        letter, by=reviewer, without=["en"], claims_reasons=dict.fromkeys(claims, "Grund")
    )
    Foundation.objects.filter(key="gdpr").update(checked_on=date(2024, 1, 1))
    Foundation.objects.filter(key="avv").update(state="fallen", fallen_on=timezone.localdate())
    easy = publishing.submit(changed_draft("easy"), by=author)

    visit = open_tab(bypass_csp=True)
    sign_in(visit, "pruefung")
    found = {}
    pages = [f"/admin/editions/edition/{one.pk}/change/" for one in (draft, waiting, easy)]
    for path in ("/admin/", *pages, "/en/notices/a-close-look-at-zoom/"):
        page = visit.go(path)
        unfold(page)
        found[path] = faults_at(page, {"light": 1280, "dark": 360})
    assert {path: faults for path, faults in found.items() if faults} == {}
    assert page.get_by_text("This is the translation of edition 2").is_visible()

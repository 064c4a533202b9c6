"""Firms, communities, incidents and a further tool: the journeys of staff and of readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from notices.communities.models import Community
from notices.editions.models import Edition
from notices.firm.templatetags.lupe import day_words
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards.models import Provider, Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations
from tests.e2e.test_staff import WIDE, sign_in
from tests.factories import (
    confirm_what_waits,
    make_firm,
    make_meeting,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)

pytestmark = pytest.mark.usefixtures("site")

Tab = Callable[..., Visit]
HEAD = "Nummer;Name;Straße;PLZ;Ort;Hybrid beschlossen;Virtuell beschlossen;Virtuell bis"


def by_role(open_tab: Tab, role: str) -> tuple[Visit, Page]:
    make_user(role, role)
    visit = open_tab(viewport=WIDE)
    return visit, sign_in(visit, role)


def words(page: Page, where: str = "main, #content") -> str:
    return " ".join(" ".join(page.locator(where).all_inner_texts()).split())


def test_two_firms_sign_one_letter(open_tab: Tab) -> None:
    make_firm("Wohnbau Muster")
    _visit, page = by_role(open_tab, "editor")
    letter = Edition.objects.filter(notice__kind="letter").latest("number").notice
    page.goto(f"{_visit.site}/admin/editions/notice/{letter.pk}/change/")
    page.get_by_role("button", name="Neue Fassung beginnen").click()
    page.get_by_label("Hausverwaltung Beispiel GmbH").check()
    page.get_by_label("Wohnbau Muster GmbH").check()
    page.locator("#id_change_note_de").fill("Von beiden Firmen unterzeichnet.")
    page.locator('[name="_submit"]').click()
    second, other = by_role(open_tab, "reviewer")
    draft = Edition.objects.get(status="review")
    other.goto(f"{second.site}/admin/editions/edition/{draft.pk}/change/")
    assert "Wohnbau Muster GmbH" in words(other)
    other.locator('[name="without_en"]').check()
    other.locator('[name="_publish"]').first.click()
    reader = open_tab()
    signed = words(reader.go(letter.get_absolute_url()), ".signed")
    assert signed == "Unterzeichnet von: Hausverwaltung Beispiel GmbH Wohnbau Muster GmbH"
    reader.assert_calm()


def test_a_manager_imports_sixty_communities_and_invites_three(
    open_tab: Tab, tmp_path: Path
) -> None:
    today = timezone.localdate()
    old, new = today - timedelta(days=1200), today - timedelta(days=30)
    ends = {"1": old + timedelta(days=900), "2": new + timedelta(days=900)}
    rows = []
    for n in range(60):
        hybrid = f"{old:%d.%m.%Y}" if n == 0 else ""
        start = {1: old, 2: new}.get(n)
        virtual = f"{start:%d.%m.%Y};{ends[str(n)]:%d.%m.%Y}" if start else ";"
        rows.append(f"{n};GdWE Weg {n};Weg {n};10000;Köln;{hybrid};{virtual}")
    file = tmp_path / "liste.csv"
    file.write_bytes("\r\n".join([HEAD, *rows, ""]).encode("cp1252"))

    visit, page = by_role(open_tab, "editor")
    visit.go("/admin/communities/community/")
    page.get_by_role("link", name="Gemeinschaften aus einer Datei einlesen").click()
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Zeigen, was sich ändern würde").click()
    assert violations(page) == []
    assert not Community.objects.exists()
    page.get_by_role("button", name="Alles speichern").click()
    page.wait_for_url("**/admin/communities/community/")
    assert Community.objects.count() == 60
    second, other = by_role(open_tab, "reviewer")
    second.go("/admin/communities/community/bestaetigen/")
    assert violations(other) == []
    other.get_by_role("button", name="Alles bestätigen").click()

    kind = MeetingType.objects.get(key="owners_meeting")
    reader = open_tab()
    expected = {
        "0": (f"Beschluss vom {_day(old)}", ""),
        "1": ("", f"galt nur bis zum {_day(ends['1'])}"),
        "2": (f"Beschluss vom {_day(new)}, gültig bis {_day(ends['2'])}", ""),
    }
    for number, (basis, warning) in expected.items():
        community = Community.objects.get(number=number)
        meeting = make_meeting(type=kind, place_de="Saal" if number == "0" else "", place_en="")
        visit.go(f"/admin/invitations/meeting/{meeting.pk}/change/")
        page.locator("#id_community").select_option(str(community.pk))
        page.locator('[name="_save"]').click()
        page.wait_for_load_state()
        staff = visit.go(f"/admin/invitations/meeting/{meeting.pk}/einladung/")
        assert ("Bitte beachten:" in words(staff)) == bool(warning)
        assert warning in words(staff)
        assert f"GdWE Weg {number}" in staff.locator("#text-mail").input_value()
        shown = words(reader.go(meeting.get_absolute_url()), "#page_content")
        assert f"GdWE Weg {number}" in shown
        assert basis in shown
        assert ("Grundlage der Teilnahme" in shown) == bool(basis)
    assert violations(reader.page) == []
    reader.assert_calm()


def test_a_drift_is_told_to_those_who_met_during_it(open_tab: Tab) -> None:
    now = timezone.now()
    safeguard = Safeguard.objects.get(key="cloud_recording")
    safeguard.promises.create(
        value="on", effective_from=now - timedelta(days=9), recorded_at=now - timedelta(days=9)
    )
    record_state(safeguard, at=now - timedelta(days=8))
    record_state(safeguard, "not_protected", at=now - timedelta(hours=30))
    record_state(safeguard, at=now - timedelta(hours=27))
    during = make_meeting(starts_at=now - timedelta(hours=29))
    after = make_meeting(starts_at=now - timedelta(hours=20), title_de="Spätere Versammlung")
    visit, page = by_role(open_tab, "reviewer")
    visit.go("/admin/abweichungen/")
    page.get_by_role("link", name="Betroffene Treffen, Nachricht, Vermerk").first.click()
    assert "1 Treffen war betroffen" in words(page)
    assert "72 Stunden" in words(page, "#clock")
    page.get_by_text("Nachricht an die Teilnehmenden entwerfen").click()
    draft = page.locator("#message-de").input_value()
    assert during.code in draft
    assert after.code not in draft
    for said in ("Von wann bis wann: von ", "Was das für Sie heißt: ", "Was wir getan haben: "):
        assert said in draft
    assert "What was different: " in page.locator("#message-en").input_value()
    page.get_by_text("Vermerk für die Datenschutzbeauftragte").click()
    assert "72 Stunden" in page.locator("#note-de").input_value()
    page.get_by_label("keine Meldung").check()
    page.locator("#id_reason").fill("Niemand nahm auf.")
    page.get_by_role("button", name="Entscheidung eintragen").click()
    assert "Niemand nahm auf." in words(page, "#decisions")
    assert violations(page) == []
    reader = open_tab()
    assert "anders, als wir es zusagen" in words(reader.go(during.get_absolute_url()))
    assert "anders, als wir es zusagen" not in words(reader.go(after.get_absolute_url()))


def test_minutes_by_a_machine_are_refused_while_it_is_off(open_tab: Tab) -> None:
    meeting: Meeting = make_meeting()
    visit, page = by_role(open_tab, "editor")
    visit.go(f"/admin/invitations/meeting/{meeting.pk}/protokoll/")
    page.get_by_label("eine Maschine hilft").check()
    page.locator("#id_legal_basis_de").fill("Einwilligung")
    page.locator("#id_recipients_de").fill("alle")
    page.get_by_role("button", name="Protokoll speichern").click()
    assert "Im Konto ist die künstliche Intelligenz ausgeschaltet" in words(page)
    assert page.locator("#id_recipients_de").input_value() == "alle"
    reader = open_tab()
    assert "Ein Mensch schreibt mit." in words(reader.go(meeting.get_absolute_url()))


def test_a_meeting_with_another_tool_shows_no_answer_about_zoom(open_tab: Tab) -> None:
    visit, page = by_role(open_tab, "editor")
    visit.go("/admin/safeguards/provider/add/")
    page.locator("#id_name").fill("Offenes Treffen")
    page.locator('[name="_save"]').click()
    page.wait_for_load_state()
    assert not Provider.objects.exists()
    confirm_what_waits()
    tool = Provider.objects.get()
    own = make_safeguard("tool_recording", provider=tool)
    answer = make_quick_answer("tool", own)
    answer.provider = tool
    answer.save()
    meeting: Meeting = make_meeting()
    visit.go(f"/admin/invitations/meeting/{meeting.pk}/change/")
    page.locator("#id_provider").select_option(str(tool.pk))
    page.locator('[name="_save"]').click()
    page.wait_for_load_state()
    # Two people attest by hand what is set there.
    visit.go("/admin/einstellung-geaendert/")
    page.get_by_label("Um welche Schutzeinstellung geht es?").select_option(str(own.pk))
    page.get_by_label("Der Schutz ist aktiv", exact=True).check()
    page.get_by_label("Grund (Deutsch)").fill("Wir haben nachgesehen.")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Zur Bestätigung geben").click()
    page.wait_for_load_state()
    reader = open_tab()
    assert "tool heute on." not in words(reader.go(meeting.get_absolute_url()))
    _second, other = by_role(open_tab, "reviewer")
    other.get_by_role("link", name="Wartet auf Sie").first.click()
    other.get_by_role("link", name="Lesen und entscheiden").first.click()
    other.get_by_role("button", name="Bestätigen").click()
    other.wait_for_load_state()
    page = reader.go(meeting.get_absolute_url())
    shown = words(page, "#page_content")
    assert "tool heute on." in shown
    assert "Zoom" not in shown
    assert violations(page) == []
    reader.assert_calm()


def _day(day: date) -> str:
    return day_words(day)

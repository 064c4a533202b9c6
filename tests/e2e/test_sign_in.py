"""Signing in with a real browser: a passkey of a virtual device, an app for codes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.signing_in import code_of
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations_in_both_themes
from tests.e2e.test_staff import PASSWORD, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")

Tab = Callable[..., Visit]
NARROW = {"width": 280, "height": 640}


def by_name(visit: Visit) -> Visit:
    """Visit the portal under a name: passkeys do not work under a number."""
    visit.site = visit.site.replace("127.0.0.1", "localhost")
    return visit


def with_device(visit: Visit) -> None:
    """Give the browser a device that holds passkeys and says yes by itself."""
    devices = visit.page.context.new_cdp_session(visit.page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def set_up_app(page: Page) -> str:
    """Set up an app for codes on the page about one's own sign-in, and return its secret."""
    page.get_by_role("link", name="App für Codes einrichten").click()
    secret = page.locator("code").inner_text()
    page.get_by_role("textbox", name="Code").fill(code_of(secret))
    page.get_by_role("button", name="Diese App ab jetzt benutzen").click()
    page.get_by_role("link", name="Ich habe sie notiert").click()
    return secret


def test_a_passkey_signs_in_without_a_password(open_tab: Tab) -> None:
    make_user("editor", "redaktion")
    visit = by_name(open_tab(viewport={"width": 1280, "height": 900}))
    with_device(visit)
    page = sign_in(visit, "redaktion")
    page.get_by_role("link", name="Jetzt einrichten").click()
    page.get_by_role("link", name="Passkey einrichten").click()
    page.get_by_label("Name dieses Geräts").fill("Laptop im Büro")
    page.get_by_role("button", name="Passkey einrichten").click()
    page.wait_for_url("**/notfallcodes/")
    assert len(re.findall(r"\d{8}", page.locator("#codes").inner_text())) == 10
    page.get_by_role("link", name="Ich habe sie notiert").click()
    page.wait_for_load_state()
    assert page.get_by_text("zweiten Faktor").count() == 0
    visit.go("/admin/anmeldung/")
    expect(page.get_by_role("heading", name="Laptop im Büro")).to_be_visible()

    page.get_by_role("button", name="Abmelden", exact=True).click()
    visit.go("/admin/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/admin/")
    expect(page.get_by_role("button", name="Abmelden", exact=True)).to_be_visible()

    # The password alone opens nothing any more; the passkey is the second step as well.
    page.get_by_role("button", name="Abmelden", exact=True).click()
    visit.go("/admin/")
    page.get_by_label("Benutzername").fill("redaktion")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("button", name="Passkey benutzen").click()
    page.wait_for_url("**/admin/")
    assert visit.complaints == []
    assert visit.foreign == []


def test_a_device_that_refuses_leaves_a_sentence(open_tab: Tab) -> None:
    visit = by_name(open_tab())
    with_device(visit)  # it holds no passkey yet
    page = visit.go("/admin/login/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_text("Der Passkey wurde nicht benutzt.")).to_be_visible()


def test_an_app_for_codes_works_without_any_script(open_tab: Tab) -> None:
    make_user("editor", "redaktion")
    visit = open_tab(java_script_enabled=False)
    page = sign_in(visit, "redaktion")
    page.get_by_role("link", name="Jetzt einrichten").click()
    secret = set_up_app(page)
    page.get_by_role("button", name="Abmelden", exact=True).click()
    visit.go("/admin/")
    page.get_by_label("Benutzername").fill("redaktion")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_load_state()
    assert page.get_by_role("button", name="Passkey benutzen").count() == 0
    page.get_by_role("textbox", name="Code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("button", name="Abmelden", exact=True)).to_be_visible()


def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_tab: Tab) -> None:
    make_user("editor", "redaktion")
    visit = by_name(open_tab(bypass_csp=True, viewport=NARROW))
    found = {}

    def look(path: str) -> None:
        visit.go(path)
        assert visit.status == 200, path
        wide = visit.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        faults = violations_in_both_themes(visit.page)
        found[path] = [*faults, *(["scrolls sideways"] if wide else [])]

    look("/admin/login/")
    page = sign_in(visit, "redaktion")
    for path in ("", "app/", "passkey/"):
        look(f"/admin/anmeldung/{path}")
    visit.go("/admin/anmeldung/")
    set_up_app(page)
    for path in ("", "app/entfernen/", "notfallcodes/", "notfallcodes/neu/"):
        look(f"/admin/anmeldung/{path}")
    for path in ("bestaetigen/", "bestaetigen/code/"):
        look(f"/admin/{path}")
    visit.page.get_by_role("button", name="Abmelden", exact=True).click()
    visit.go("/admin/login/")
    page.get_by_label("Benutzername").fill("redaktion")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/login/code/")
    look("/admin/login/code/")
    assert {path: faults for path, faults in found.items() if faults} == {}

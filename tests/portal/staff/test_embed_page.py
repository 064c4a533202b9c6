"""The block for the firm's own site: today's answers, self-contained, and honest about its age."""

from __future__ import annotations

from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from notices.firm.days import BERLIN
from notices.firm.models import Organisation
from notices.safeguards.models import Safeguard, Wording
from portal.staff.embed_page import block, label_block
from portal.starter.loading import load
from tests.factories import (
    make_organisation,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)

pytestmark = pytest.mark.django_db
SITE = "https://datenschutz.example.de"
GREEN = "#0f5a3c"
PAGE = "/admin/einbetten/"


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.fixture
def recording() -> Safeguard:
    safeguard = make_safeguard("recording", max_age_days=30)
    make_quick_answer("recorded", safeguard)
    return safeguard


def now_block(language: str = "de") -> str:
    return block(language, SITE, timezone.now())


class Reader(HTMLParser):
    """Collect tags with their attributes, and that each is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class TestBlock:
    @pytest.mark.parametrize(("language", "answer"), [("de", "heute"), ("en", "today")])
    def test_it_says_state_and_answer_in_words(
        self, recording: Safeguard, language: str, answer: str
    ) -> None:
        record_state(recording)
        assert f"recorded {answer} on." in now_block(language)
        record_state(recording, "not_protected")
        html = now_block(language)
        assert f"recorded {answer} off." in html
        assert ("Schutz nicht aktiv" if language == "de" else "Protection off") in html
        assert GREEN not in html

    def test_it_is_green_only_while_every_answer_is_confirmed(self, recording: Safeguard) -> None:
        record_state(recording, at=timezone.now() - timedelta(days=29))
        assert GREEN in now_block()
        later = block("de", SITE, timezone.now() + timedelta(days=2))
        assert GREEN not in later
        assert "Prüfung fällig." in later
        assert "(Schutz aktiv)" not in later

    def test_it_names_its_moment_its_check_and_its_end(self, recording: Safeguard) -> None:
        checked = datetime(2027, 3, 20, 9, 0, tzinfo=BERLIN)
        with time_machine.travel(checked, tick=False):
            record_state(recording)
        html = block("de", SITE, datetime(2027, 3, 24, 14, 5, tzinfo=BERLIN))
        assert "Zuletzt geprüft am 20. März 2027." in html
        assert ">24. März 2027, 14:05 Uhr</time>. Sie ändert sich nicht von selbst." in html
        assert "Ab dem" in html
        assert ">19. April 2027, 10 Uhr</time> gilt sie nicht mehr." in html

    @pytest.mark.parametrize(("language", "path"), [("de", "/de/schutz/"), ("en", "/en/safegua")])
    def test_it_leads_to_the_live_page(
        self, recording: Safeguard, language: str, path: str
    ) -> None:
        record_state(recording)
        assert f'href="{SITE}{path}' in now_block(language)

    def test_it_needs_no_script_no_class_and_nothing_from_elsewhere(
        self, recording: Safeguard
    ) -> None:
        record_state(recording)
        seen = Reader(now_block()).seen
        assert seen[0] == (
            "section",
            {"lang": "de", "dir": "ltr", "style": seen[0][1]["style"]},
        )
        assert not {"script", "style", "link", "img", "iframe"} & {tag for tag, _attrs in seen}
        for tag, attrs in seen:
            assert not {"src", "id", "srcset"} & attrs.keys()
            assert "url(" not in (attrs.get("style") or "")
            if tag == "a":
                assert (attrs["href"] or "").startswith(SITE)
        assert [tag for tag, _attrs in seen].count("dt") == 1

    def test_a_missing_english_answer_is_german_and_says_so(self, recording: Safeguard) -> None:
        record_state(recording)
        Wording.objects.create(
            quick_answer=recording.quickanswer_set.get(), state="on", text_de="Nur deutsch."
        )
        html = now_block("en")
        assert '<span lang="de">Nur deutsch.</span>' in html
        assert "This part is only available in German so far." in html

    def test_without_any_record_it_claims_nothing(self) -> None:
        html = now_block()
        assert "Wir tragen unsere Einstellungen gerade ein." in html
        assert "030 111 111" in html
        assert "<dl" not in html
        assert GREEN not in html

    def test_sample_data_are_called_so(self) -> None:
        load()
        Organisation.objects.update(confirmed_at=None)
        assert "Beispieldaten" in now_block()

    def test_what_staff_wrote_is_text_not_markup(self, recording: Safeguard) -> None:
        record_state(recording)
        Wording.objects.create(
            quick_answer=recording.quickanswer_set.get(), state="on", text_de="<script>x</script>"
        )
        assert "<script" not in now_block()


class TestLabel:
    @pytest.mark.parametrize(("language", "path"), [("de", "schutz"), ("en", "safeguards")])
    def test_each_cell_leads_to_its_row_and_says_value_state_and_day(
        self, language: str, path: str
    ) -> None:
        record_state(make_safeguard("cloud_recording"))
        html = label_block(language, SITE, timezone.now())
        assert f'href="{SITE}/{language}/{path}/#cloud-recording' in html
        assert ("Aufnahme bei Zoom" if language == "de" else "Recording at Zoom") in html
        assert (
            "<b>aus</b> (Schutz aktiv)" if language == "de" else "<b>off</b> (Protection on)"
        ) in html
        assert html.count("<time ") == 3  # checked, copied, good until
        assert "<svg " in html
        assert GREEN in html

    def test_a_cell_is_green_only_while_it_is_confirmed(self) -> None:
        record_state(make_safeguard("cdn", max_age_days=1))
        html = label_block("de", SITE, timezone.now() + timedelta(days=2))
        assert GREEN not in html
        assert "<b>Prüfung fällig</b>" in html

    def test_it_needs_nothing_from_elsewhere_and_claims_nothing_without_a_record(self) -> None:
        html = label_block("de", SITE, timezone.now())
        assert "Wir tragen unsere Einstellungen gerade ein." in html
        record_state(make_safeguard("cdn"))
        for tag, attrs in Reader(label_block("de", SITE, timezone.now())).seen:
            assert tag not in {"script", "style", "link", "img", "iframe"}
            assert not {"src", "id", "srcset"} & attrs.keys()


class TestCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("embed", *arguments, stdout=out)
        return out.getvalue()

    def test_it_prints_the_block(self, recording: Safeguard) -> None:
        record_state(recording)
        html = self.run("--language", "en", "--address", f"{SITE}/")
        assert html.startswith('<section lang="en"')
        assert f'href="{SITE}/en/safeguards/"' in html
        assert self.run("--address", SITE).startswith('<section lang="de"')

    def test_it_prints_the_label_when_asked_for_it(self, recording: Safeguard) -> None:
        record_state(recording)
        assert f'href="{SITE}/de/schutz/etikett/"' in self.run("--label", "--address", SITE)

    @pytest.mark.parametrize(
        "address", ["", "datenschutz.example.de", "https://a.example/b", 'https://a"onclick=x']
    )
    def test_without_an_address_to_link_to_it_says_what_to_do(self, address: str) -> None:
        with pytest.raises(CommandError, match="set BASE_URL"):
            self.run("--address", address)


class TestPage:
    def test_it_offers_block_and_json_to_staff_only(
        self, client: Client, recording: Safeguard, settings: Any
    ) -> None:
        settings.BASE_URL = SITE
        record_state(recording)
        assert client.get(PAGE).status_code == 302
        client.force_login(make_user("operator"))
        assert client.get(PAGE).status_code == 403
        client.force_login(make_user("editor"))
        for language, text in (("de", "recorded heute on."), ("en", "recorded today on.")):
            html = client.get(PAGE, {"sprache": language}).content.decode()
            assert text in html
            assert "&lt;section lang=&quot;" in html
        assert f'href="{SITE}/api/safeguards.json"' in html
        assert client.get("/api/safeguards.json").json()["quick_answers"][0]["state"] == "on"
        assert client.get(PAGE, {"sprache": "xx"}).context["language"] == "de"
        assert client.post(PAGE).status_code == 405

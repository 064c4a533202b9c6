"""What staff are told and asked about a draft: gaps, English, claims. Through the staff pages."""

from __future__ import annotations

import pytest

from notices.editions.integrity.digests import is_stale
from notices.editions.models import ClaimReason, Edition
from notices.firm.models import AuditEntry
from tests.conftest import SignIn
from tests.editions.admin.test_editions import as_read, begin, change, decide, fields
from tests.factories import make_edition, make_notice, make_safeguard, record_state

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def test_the_draft_page_names_what_is_missing(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    page = words(client.get(change(begin(client, make_edition()))))
    assert "Steht alles darin?" in page
    assert "Recht auf Datenübertragbarkeit" in page
    assert "wie die Datenschutzbeauftragte zu erreichen ist" in page


def test_handing_over_with_gaps_needs_a_tick_and_loses_nothing(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    sent = fields(draft, text_de="Mein langer Text.", despite_gaps="", _submit="1")
    refused = client.post(change(draft), sent)
    assert "Recht auf Auskunft (Deutsch, Englisch)" in words(refused)
    assert "Mein langer Text." in words(refused)
    draft.refresh_from_db()
    assert draft.status == "draft"
    client.post(change(draft), {**sent, "despite_gaps": "on"})
    draft.refresh_from_db()
    assert draft.status == "review"
    missing = AuditEntry.objects.get(act="edition-has-gaps").detail["missing"]
    assert "access" in missing


def test_saving_a_draft_asks_for_no_tick(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    client.post(change(draft), fields(draft, text_de="Neu.", despite_gaps="", _continue="1"))
    draft.refresh_from_db()
    assert draft.text_de == "Neu."


@pytest.mark.usefixtures("starter")
def test_a_complete_notice_and_other_kinds_are_handed_over_without_a_tick(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    for key in ("video-meetings", "accessibility"):
        edition = Edition.objects.get(notice__key=key)
        client.post(f"/admin/editions/notice/{edition.notice_id}/neue-fassung/")
        draft = Edition.objects.get(notice__key=key, status="draft")
        page = words(client.get(change(draft)))
        assert ("Von der Liste der Artikel 13 und 14" in page) == (key == "video-meetings")
        client.post(change(draft), fields(draft, despite_gaps="", _submit="1"))
        draft.refresh_from_db()
        assert draft.status == "review"
    assert not AuditEntry.objects.filter(act="edition-has-gaps").exists()


def test_reading_hints_are_shown_and_stop_nothing(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition(make_notice(kind="letter")))
    text = "Das gilt z. B. " + "sehr " * 40 + "lange."
    client.post(change(draft), fields(draft, text_de=text, _continue="1"))
    page = words(client.get(change(draft)))
    assert "Besser ausschreiben:" in page
    assert "z. B." in page
    client.post(change(draft), fields(draft, text_de=text, _submit="1"))
    draft.refresh_from_db()
    assert draft.status == "review"


def test_the_draft_shows_what_changed_in_german_since_the_english_was_made(
    sign_in: SignIn,
) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    changed = "## Wozu\n\nDeutscher Text. Und noch etwas Neues."
    client.post(change(draft), fields(draft, text_de=changed, _continue="1"))
    page = words(client.get(change(draft)))
    assert "gehört zum deutschen Text der Fassung 1" in page
    assert "<ins>" in page
    client.post(f"/admin/editions/edition/{draft.pk}/stimmt-noch/en/")
    draft.refresh_from_db()
    assert not is_stale(draft, "en")
    assert draft.text_en == "## Why\n\nEnglish text."


def test_an_english_note_alone_does_not_vouch_for_the_english_text(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    draft = begin(client, make_edition())
    sent = fields(draft, text_de="Neu.", change_note_de="Neues.", change_note_en="News.")
    client.post(change(draft), {**sent, "_continue": "1"})
    draft.refresh_from_db()
    assert is_stale(draft, "en")


def test_a_reviewer_cannot_vouch_for_the_english_of_a_text_in_review(sign_in: SignIn) -> None:
    client, _ = sign_in("reviewer")
    edition = make_edition(status="review")
    address = f"/admin/editions/edition/{edition.pk}/stimmt-noch/en/"
    assert client.post(address).status_code == 403


def test_the_reviewer_is_asked_for_a_reason_by_name_and_keeps_what_was_typed(
    sign_in: SignIn,
) -> None:
    notice = make_notice("zoom", kind="letter")
    for key, verdict in (("cloud", "not_protected"), ("chat", "unknown"), ("camera", "protected")):
        safeguard = make_safeguard(key)
        notice.safeguards.add(safeguard)
        record_state(safeguard, verdict)
    edition = make_edition(notice, status="review", text_en="")
    client, reviewer = sign_in("reviewer")
    page = words(client.get(change(edition)))
    assert "Schutz cloud (Schutz nicht aktiv): Warum" in page
    assert "Schutz chat (Prüfung fällig): Warum" in page
    assert "Schutz camera (" not in page
    assert "Ohne aktuellen Text auf Englisch veröffentlichen" in page

    sent = {"_publish": "1", "claim_cloud": "Steht so im Text.", "as_read": as_read(edition)}
    refused = client.post(decide(edition), sent)
    assert refused.status_code == 422
    assert "Steht so im Text." in words(refused)
    refused = client.post(decide(edition), {**sent, "without_en": "on"})
    assert "zu jeder dieser Schutzeinstellungen eine Begründung: Schutz chat" in words(refused)
    edition.refresh_from_db()
    assert edition.status == "review"

    sent |= {"without_en": "on", "claim_chat": "Wird gerade geprüft."}
    assert client.post(decide(edition), sent).status_code == 302
    edition.refresh_from_db()
    assert (edition.status, edition.approved_by) == ("published", reviewer)
    kept = {one.safeguard.key: (one.state, one.reason) for one in ClaimReason.objects.all()}
    assert kept == {"cloud": ("off", "Steht so im Text."), "chat": ("due", "Wird gerade geprüft.")}


def test_returning_a_text_asks_for_nothing_else(sign_in: SignIn) -> None:
    edition = make_edition(status="review", text_en="")
    client, _ = sign_in("reviewer")
    client.post(decide(edition), {"_send_back": "1", "comment": "Bitte Englisch ergänzen."})
    edition.refresh_from_db()
    assert edition.status == "draft"


def test_the_review_page_carries_the_checklist(sign_in: SignIn) -> None:
    client, _ = sign_in("reviewer")
    page = words(client.get(change(make_edition(status="review"))))
    assert "<details open>" in page
    assert "Beschwerde bei der Aufsichtsbehörde" in page


def test_the_change_of_german_stands_beside_the_english_field(sign_in: SignIn) -> None:
    edition = make_edition(text_de="Alter Satz.", text_en="Old sentence.")
    draft = make_edition(edition.notice, status="draft", text_de="Neuer Satz.")
    Edition.objects.filter(pk=draft.pk).update(text_en="Old sentence.", made_from=edition.made_from)
    client, _ = sign_in("editor")
    page = client.get(f"/admin/editions/edition/{draft.pk}/change/").content.decode()
    beside = page[page.index('name="text_en"') :].split("field-change_note")[0]
    assert "Auf Deutsch geändert:" in beside
    assert "</span>Neuer</ins>" in beside
    assert "Auf Deutsch geändert:" not in page[: page.index('name="text_en"')]

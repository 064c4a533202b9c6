"""The forms of safeguards and their words: what readers see of them, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.forms.models import model_to_dict
from django.utils import timezone

from notices.firm.models import AuditEntry, ProposedChange
from notices.firm.proposals import proposing
from notices.safeguards.models import Explanation, QuickAnswer, Safeguard, Wording
from tests.conftest import SignIn
from tests.factories import (
    make_question,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)
from tests.turns import seen

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("one_person")
def test_a_new_text_is_added_and_the_old_one_stays(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    safeguard = make_safeguard("waiting_room")
    address = f"/admin/safeguards/wording/add/?safeguard={safeguard.pk}&state=on"
    assert "waiting_room sagt on." in client.get(address).content.decode()
    client.post(address, {"safeguard": safeguard.pk, "state": "on", "text_de": "Neu."})
    assert Wording.objects.filter(state="on").count() == 2
    assert Wording.objects.get(text_de="Neu.").recorded_by == author


@pytest.mark.usefixtures("one_person")
def test_a_safeguard_is_renamed_and_its_texts_stay(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    safeguard = make_safeguard("waiting_room")
    names = ["slug", "name", "zoom_name"]
    sent = {f"{n}_{c}": getattr(safeguard, f"{n}_{c}") for n in names for c in ("de", "en")} | {
        "name_de": "Warteraum",
        "group": safeguard.group,
        "checked_by": "hand",
        "max_age_days": 30,
        "position": 1,
        "seen": seen(safeguard),
        "wordings-TOTAL_FORMS": 3,
        "wordings-INITIAL_FORMS": 3,
    }
    for number, wording in enumerate(safeguard.wordings.all()):
        sent[f"wordings-{number}-id"] = wording.pk
        sent[f"wordings-{number}-text_de"] = "Anders."
    address = f"/admin/safeguards/safeguard/{safeguard.pk}/change/"
    assert client.post(address, sent).status_code == 302
    safeguard.refresh_from_db()
    assert safeguard.name_de == "Warteraum"
    assert not safeguard.wordings.filter(text_de="Anders.").exists()


def test_only_an_open_deviation_can_be_explained(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    fine, deviating = make_safeguard(), make_safeguard()
    closed, open_one = record_state(fine), None
    record_state(deviating, at=timezone.now() - timedelta(days=2))
    open_one = record_state(deviating, "not_protected", at=timezone.now() - timedelta(days=1))
    assert closed
    assert open_one
    add = "/admin/safeguards/explanation/add/"
    client.post(add, {"finding": closed.pk, "text_de": "Alles gut."})
    client.post(add, {"finding": open_one.pk, "text_de": "Wir kümmern uns."})
    assert not Explanation.objects.exists()
    [waiting] = ProposedChange.objects.all()
    # What the audit keeps for ever names the safeguard, not the words.
    assert "kümmern" not in waiting.subject
    proposing.confirm(waiting, by=make_user("reviewer"), as_read=waiting.digest)
    [explained] = Explanation.objects.all()
    assert (explained.text_de, explained.recorded_by) == ("Wir kümmern uns.", author)


@pytest.mark.usefixtures("one_person")
def test_a_change_of_content_is_audited_and_in_djangos_history(sign_in: SignIn) -> None:
    client, author = sign_in("editor")
    question = make_question("who")
    names = ["slug", "question", "answer"]
    sent: dict[str, Any] = {
        f"{n}_{c}": getattr(question, f"{n}_{c}") for n in names for c in ("de", "en")
    }
    sent |= {"topic": question.topic_id, "reviewed_on": "2026-11-20", "position": 1}
    sent["seen"] = seen(question)
    client.post(f"/admin/faq/question/{question.pk}/change/", {**sent, "answer_de": "Ja. Neu."})
    question.refresh_from_db()
    assert question.answer_html_de == "<p>Ja. Neu.</p>"
    assert AuditEntry.objects.filter(act="content-changed", by=author).count() == 1
    assert LogEntry.objects.count() == 1


def sent_back(row: Safeguard | QuickAnswer, **changes: Any) -> dict[str, Any]:
    """Return what the form of `row` sends when nothing but `changes` is touched."""
    fields = {**model_to_dict(row), **changes}
    number = row.wordings.count()
    inline = {"wordings-TOTAL_FORMS": number, "wordings-INITIAL_FORMS": number}
    sent = {name: value for name, value in fields.items() if value is not None}
    return inline | {"seen": seen(row)} | sent


@pytest.mark.usefixtures("one_person")
def test_what_readers_see_cannot_be_taken_off_the_page(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    shown, unseen = make_safeguard("shown"), make_safeguard("unseen")
    record_state(shown, "not_protected")
    for safeguard in (shown, unseen):
        address = f"/admin/safeguards/safeguard/{safeguard.pk}/change/"
        # A box that is not ticked is not sent.
        client.post(address, sent_back(safeguard, listed=None))
        safeguard.refresh_from_db()
    assert (shown.listed, unseen.listed) == (True, False)


def test_a_quick_answer_cannot_lose_its_worst_safeguard(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    good, bad, more = make_safeguard(), make_safeguard(), make_safeguard()
    record_state(good)
    record_state(bad, "not_protected")
    quick_answer = make_quick_answer("recording", good, bad)
    address = f"/admin/safeguards/quickanswer/{quick_answer.pk}/change/"
    first, second = quick_answer.ties.order_by("safeguard__position")
    removing = {
        "ties-TOTAL_FORMS": 3,
        "ties-INITIAL_FORMS": 2,
        "ties-0-id": first.pk,
        "ties-0-safeguard": good.pk,
        "ties-1-id": second.pk,
        "ties-1-safeguard": good.pk,
        "ties-1-DELETE": "on",
        "ties-2-safeguard": more.pk,
    }
    client.post(address, sent_back(quick_answer) | removing)
    assert set(quick_answer.safeguards.all()) == {good, bad, more}
    again = {"ties-TOTAL_FORMS": 1, "ties-INITIAL_FORMS": 0, "ties-0-safeguard": more.pk}
    answer = client.post(address, sent_back(quick_answer) | again)
    assert "hängt davon schon ab" in answer.content.decode()


@pytest.mark.usefixtures("one_person")
def test_a_text_for_a_quick_answer_also_speaks_about_the_past(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    quick_answer = make_quick_answer("recording", make_safeguard())
    before = Wording.objects.count()
    sent = {"quick_answer": quick_answer.pk, "state": "on", "text_de": "Nein."}
    client.post("/admin/safeguards/wording/add/", sent)
    assert Wording.objects.count() == before
    sent |= {"past_de": "Nein, es wurde nicht aufgezeichnet.", "sentence_de": "Keine Aufnahme."}
    client.post("/admin/safeguards/wording/add/", sent)
    assert Wording.objects.count() == before + 1

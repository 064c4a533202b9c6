"""Two people on one draft: the second sees both texts, and nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions import publishing
from notices.editions.integrity.digests import is_stale
from notices.editions.models import Edition
from notices.firm.models import AuditEntry
from tests.conftest import SignIn
from tests.editions.admin.test_editions import change, fields
from tests.factories import make_edition, make_user

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


def opened(client: Client, draft: Edition) -> dict[str, str]:
    """Return what the page would send if nothing were typed into it."""
    form = client.get(change(draft)).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields if name != "in_force_from"}
    return {**sent, "in_force_from": "", "despite_gaps": "on", "_continue": "1"}


@pytest.fixture
def draft() -> Edition:
    return make_edition(status="draft")


def test_the_second_of_two_editors_sees_both_texts_and_what_differs(
    sign_in: SignIn, draft: Edition
) -> None:
    (first, _), (second, _) = sign_in("editor"), sign_in("editor")
    one, two = opened(first, draft), opened(second, draft)
    theirs = {"text_de": "Zoom sieht alle Namen.", "summary_en": "In few words."}
    mine = {"text_de": "Zoom sieht keine Namen.", "summary_en": "In many words."}
    assert first.post(change(draft), {**one, **theirs}).status_code == 302
    refused = second.post(change(draft), {**two, **mine})
    page = words(refused)
    assert "inzwischen" in page
    form = refused.context["adminform"].form
    assert [difference.name for difference in form.differences] == ["summary_en", "text_de"]
    for name in theirs:
        assert form[name].value() == mine[name]
        assert f">{theirs[name]}</textarea>" in page
    assert "entfernt: </span>alle</del>" in page
    assert "neu: </span>keine</ins>" in page
    draft.refresh_from_db()
    assert (draft.text_de, draft.summary_en) == (theirs["text_de"], theirs["summary_en"])


def test_saving_again_after_the_comparison_is_a_decision_and_both_are_on_record(
    sign_in: SignIn, draft: Edition
) -> None:
    (first, one), (second, two) = sign_in("editor"), sign_in("editor")
    sent_first, sent_second = opened(first, draft), opened(second, draft)
    first.post(change(draft), {**sent_first, "text_de": "Erste Fassung."})
    mine = {**sent_second, "text_de": "Zweite Fassung.", "_submit": "1"}
    refused = second.post(change(draft), mine)
    draft.refresh_from_db()
    assert (draft.status, draft.text_de) == ("draft", "Erste Fassung.")
    seen = refused.context["adminform"].form["seen"].value()
    assert f'value="{seen}"' in words(refused)
    second.post(change(draft), {**mine, "seen": seen})
    draft.refresh_from_db()
    assert (draft.status, draft.text_de) == ("review", "Zweite Fassung.")
    assert set(draft.writers.all()) == {one, two}
    saved = AuditEntry.objects.exclude(act__startswith="edition").filter(by__in=[one, two])
    assert set(saved.values_list("by", flat=True)) == {one.pk, two.pk}


def test_a_third_save_between_warning_and_decision_is_shown_again(
    sign_in: SignIn, draft: Edition
) -> None:
    (first, _), (second, _) = sign_in("editor"), sign_in("editor")
    sent = opened(second, draft)
    first.post(change(draft), {**opened(first, draft), "text_de": "Eins."})
    refused = second.post(change(draft), {**sent, "text_de": "Zwei."})
    first.post(change(draft), {**opened(first, draft), "text_de": "Drei."})
    seen = refused.context["adminform"].form["seen"].value()
    again = second.post(change(draft), {**sent, "text_de": "Zwei.", "seen": seen})
    assert again.context["adminform"].form.differences[0].stored == "Drei."
    draft.refresh_from_db()
    assert draft.text_de == "Drei."


def test_the_same_words_from_two_editors_are_no_conflict(sign_in: SignIn, draft: Edition) -> None:
    (first, _), (second, _) = sign_in("editor"), sign_in("editor")
    one, two = opened(first, draft), opened(second, draft)
    same = {"text_de": "Zeile eins.\r\n\r\nZeile zwei.", "text_en": "One.\r\n\r\nTwo."}
    assert first.post(change(draft), {**one, **same}).status_code == 302
    assert second.post(change(draft), {**two, **same}).status_code == 302


def test_one_editor_saves_as_often_as_they_like(sign_in: SignIn, draft: Edition) -> None:
    client, _ = sign_in("editor")
    for text in ("Eins.", "Zwei.", "Drei."):
        sent = {**opened(client, draft), "text_de": text}
        assert client.post(change(draft), sent).status_code == 302
    draft.refresh_from_db()
    assert draft.text_de == "Drei."


def test_a_field_that_one_editor_left_alone_takes_what_the_other_stored(
    sign_in: SignIn, draft: Edition
) -> None:
    (first, _), (second, _) = sign_in("editor"), sign_in("editor")
    one, two = opened(first, draft), opened(second, draft)
    day = timezone.localtime() + timedelta(days=20)
    first.post(change(draft), {**one, "in_force_from": day.strftime("%Y-%m-%dT%H:%M")})
    saved = second.post(change(draft), {**two, "text_de": "Anders."}, follow=True)
    draft.refresh_from_db()
    assert draft.text_de == "Anders."
    assert draft.in_force_from is not None
    assert "und das bleibt so:" in words(saved)


def test_another_start_is_a_conflict_too(sign_in: SignIn, draft: Edition) -> None:
    (first, _), (second, _) = sign_in("editor"), sign_in("editor")
    one, two = opened(first, draft), opened(second, draft)
    day, other = (timezone.localtime() + timedelta(days=days) for days in (20, 30))
    first.post(change(draft), {**one, "in_force_from": day.strftime("%Y-%m-%dT%H:%M")})
    sent = {**two, "in_force_from": other.strftime("%Y-%m-%dT%H:%M")}
    refused = second.post(change(draft), sent)
    (difference,) = refused.context["adminform"].form.differences
    assert difference.name == "in_force_from"
    assert day.strftime("%H:%M") in difference.stored
    draft.refresh_from_db()
    assert timezone.localtime(draft.in_force_from).date() == day.date()


def test_a_translation_does_not_count_as_one_of_a_text_it_has_not_seen(
    sign_in: SignIn, draft: Edition
) -> None:
    (first, _), (second, _) = sign_in("editor"), sign_in("editor")
    one, two = opened(first, draft), opened(second, draft)
    first.post(change(draft), {**one, "text_de": "Ganz anders."})
    second.post(change(draft), {**two, "text_en": "Translated from what it was."})
    draft.refresh_from_db()
    assert (draft.text_de, draft.text_en) == ("Ganz anders.", "Translated from what it was.")
    assert is_stale(draft, "en")


def test_a_form_that_does_not_say_what_it_saw_overwrites_nothing(
    sign_in: SignIn, draft: Edition
) -> None:
    client, _ = sign_in("editor")
    sent = fields(draft, text_de="Blind.", seen="")
    assert client.post(change(draft), sent).status_code == 200
    draft.refresh_from_db()
    assert draft.text_de != "Blind."


def test_a_wrong_value_and_a_conflict_are_told_together(sign_in: SignIn, draft: Edition) -> None:
    (first, _), (second, _) = sign_in("editor"), sign_in("editor")
    one, two = opened(first, draft), opened(second, draft)
    first.post(change(draft), {**one, "text_de": "Anders."})
    refused = second.post(
        change(draft), {**two, "text_de": "<b>Meins.</b>", "in_force_from": "am Montag"}
    )
    form = refused.context["adminform"].form
    assert [d.typed for d in form.differences] == ["<b>Meins.</b>"]
    assert form["in_force_from"].value() == "am Montag"
    assert "in_force_from" in form.errors
    assert "<b>Meins." not in refused.content.decode()


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        ("submitted", "zur Freigabe übergeben"),
        ("published", "veröffentlicht"),
        ("deleted", "gelöscht"),
    ],
)
def test_who_writes_on_when_the_draft_is_gone_gets_their_words_back(
    sign_in: SignIn, draft: Edition, happened: str, said: str
) -> None:
    client, author = sign_in("editor")
    sent = {**opened(client, draft), "text_de": "Meine <b>lange</b> Arbeit.", "summary_de": "Kurz"}
    address = change(draft)
    if happened == "deleted":
        draft.delete()
    else:
        publishing.submit(draft, by=author)
    if happened == "published":
        publishing.publish(draft, by=make_user("reviewer"))
    response = client.post(address, sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert said in page
    assert "Meine &lt;b&gt;lange&lt;/b&gt; Arbeit.</textarea>" in page
    assert not Edition.objects.filter(text_de__contains="lange").exists()


def test_who_typed_nothing_is_told_that_nothing_is_lost(sign_in: SignIn, draft: Edition) -> None:
    client, author = sign_in("editor")
    sent = opened(client, draft)
    publishing.submit(draft, by=author)
    response = client.post(change(draft), sent)
    assert response.status_code == 409
    assert "<textarea" not in response.content.decode()


def test_who_may_only_read_is_refused_as_before(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    edition = make_edition(status="review")
    assert client.post(change(edition), {"text_de": "Nein."}).status_code == 403


def test_a_reviewer_approves_only_the_text_they_have_read(sign_in: SignIn) -> None:
    reviewer, user = sign_in("reviewer")
    edition = make_edition(status="review", text_de="Gelesen.")
    page = reviewer.get(f"/admin/editions/edition/{edition.pk}/change/").content.decode()
    as_read = re.search(r'name="as_read" value="(\w{64})"', page)
    assert as_read is not None
    publishing.send_back(edition, by=user, comment="Bitte kürzer.")
    Edition.objects.filter(pk=edition.pk).update(text_de="Anders.", status="review")
    decide = f"/admin/editions/edition/{edition.pk}/entscheiden/"
    answer = reviewer.post(decide, {"_publish": "1", "as_read": as_read[1]}, follow=True)
    assert "Bitte lesen Sie ihn noch einmal." in answer.content.decode()
    edition.refresh_from_db()
    assert edition.status == "review"


@pytest.mark.parametrize("sent", [{}, {"as_read": ""}, {"as_read": "0" * 64}])
def test_an_approval_without_having_read_the_text_is_refused(
    sign_in: SignIn, sent: dict[str, str]
) -> None:
    reviewer, _user = sign_in("reviewer")
    edition = make_edition(status="review")
    decide = f"/admin/editions/edition/{edition.pk}/entscheiden/"
    answer = reviewer.post(decide, {"_publish": "1", **sent}, follow=True)
    assert "Bitte lesen Sie ihn noch einmal." in answer.content.decode()
    edition.refresh_from_db()
    assert edition.status == "review"

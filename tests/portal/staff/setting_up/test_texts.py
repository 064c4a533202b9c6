"""Texts of the sample firm: drafted in one act, never published as they are, one review for all."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.editions import drafting, publishing
from notices.editions.models import ClaimReason, Edition, Notice
from notices.editions.review.edit_conflicts import draft_digest
from notices.editions.review.samples import holds_sample, left_over
from notices.firm.models import Organisation
from portal.staff.setting_up import sample_texts
from portal.staff.setting_up.inserting import insert
from tests.conftest import SignIn
from tests.factories import ORGANISATION, make_user
from tests.walking import Walker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "own_profile")]
SAMPLES = {"imprint", "video-meetings", "website-privacy"}
LICENCE = "Landratsamt Teltow, Amtsweg 2, 10000 Berlin"


@pytest.fixture
def own_profile(starter: None) -> Organisation:
    row = Organisation.objects.get()
    for name, value in {**ORGANISATION, "dpo_phone": "", "website": ""}.items():
        setattr(row, name, value)
    row.confirmed_at = timezone.now()
    row.save()
    return row


@pytest.fixture
def writer() -> User:
    return make_user("editor")


def keys(editions: list[Edition]) -> set[str]:
    return {edition.notice.key for edition in editions}


def read() -> dict[int, str]:
    return {one.pk: draft_digest(one) for one in sample_texts.waiting()}


def test_one_act_drafts_every_text_and_hands_it_over(writer: User) -> None:
    assert keys(left_over(timezone.now())) == SAMPLES
    done = sample_texts.draft_all(by=writer, licence=LICENCE)
    assert (keys(done.handed_over), done.left) == (SAMPLES, [])
    assert not any(holds_sample(one) for one in done.handed_over)
    # Nothing is public before somebody else has read it.
    assert keys(left_over(timezone.now())) == SAMPLES


def test_the_officer_gets_the_officers_own_address(own_profile: Organisation, writer: User) -> None:
    own_profile.dpo_phone = "030 999 999"
    own_profile.save()
    sample_texts.draft_all(by=writer, licence=LICENCE)
    text = Notice.objects.get(key="website-privacy").editions.get(status="review").text_de
    responsible, officer = text.split("## So erreichen Sie unsere Datenschutzbeauftragte")
    officer = officer.split("\n## ")[0]
    assert "Hausverwaltung Muster GmbH, Testweg 1, 10000 Berlin" in responsible
    assert "Telefon: 030 111 111, Montag bis Freitag, 9 bis 16 Uhr" in responsible
    assert "030 999 999" in officer
    assert "[dsb@muster.example](mailto:dsb@muster.example)" in officer
    assert "Aufsichtsbehörde, Amtsweg 1, 10000 Berlin" in text
    assert "[authority.example](https://authority.example)" in text


def test_a_firm_named_like_markup_is_inserted_as_its_name() -> None:
    own = Organisation(**{**ORGANISATION, "legal_name": "Haus [*] GmbH"})
    text = insert("Hausverwaltung Beispiel GmbH, Musterweg 1, 10000 Berlin", "de", own)
    assert text == r"Haus \[\*\] GmbH, Testweg 1, 10000 Berlin"


def test_both_languages_stay_up_to_date(writer: User) -> None:
    for edition in sample_texts.draft_all(by=writer, licence=LICENCE).handed_over:
        assert "en" in edition.made_from
        publishing.publish(
            edition, by=make_user("reviewer"), claims_reasons=dict.fromkeys(claimed(edition), "x")
        )


def claimed(edition: Edition) -> list[str]:
    return list(edition.notice.safeguards.values_list("key", flat=True))


def test_what_the_profile_does_not_know_stays_a_draft(writer: User) -> None:
    done = sample_texts.draft_all(by=writer)
    assert keys(done.left) == {"imprint"}
    assert done.left[0].status == Edition.Status.DRAFT
    # Filled in later, the same draft is handed over.
    again = sample_texts.draft_all(by=writer, licence=LICENCE)
    assert (keys(again.handed_over), again.left) == ({"imprint"}, [])


def test_an_address_of_the_sample_firm_is_never_published(writer: User) -> None:
    draft = drafting.begin(Notice.objects.get(key="imprint"), by=writer)
    publishing.submit(draft, by=writer)
    with pytest.raises(publishing.NamesSample):
        publishing.publish(draft, by=make_user("reviewer"))


def test_one_review_publishes_all_that_was_read(writer: User) -> None:
    sample_texts.draft_all(by=writer, licence=LICENCE)
    officer = make_user("reviewer")
    published = sample_texts.publish_all(read(), by=officer, reason="Bei der Einrichtung.")
    assert keys(published) == SAMPLES
    assert left_over(timezone.now()) == []
    reasons = set(ClaimReason.objects.values_list("reason", flat=True))
    assert reasons <= {"Bei der Einrichtung."}


def test_who_drafted_them_does_not_publish_them() -> None:
    officer = make_user("reviewer")
    sample_texts.draft_all(by=officer, licence=LICENCE)
    with pytest.raises(publishing.SameAuthorAndReviewer):
        sample_texts.publish_all(read(), by=officer, reason="Bei der Einrichtung.")
    assert keys(left_over(timezone.now())) == SAMPLES


def test_a_text_changed_since_it_was_read_stops_all_of_them(writer: User) -> None:
    sample_texts.draft_all(by=writer, licence=LICENCE)
    stale = {**read(), sample_texts.waiting()[-1].pk: "something else"}
    with pytest.raises(publishing.TextChanged):
        sample_texts.publish_all(stale, by=make_user("reviewer"), reason="Gelesen.")
    assert keys(left_over(timezone.now())) == SAMPLES


def test_a_text_without_the_sample_is_left_alone(writer: User) -> None:
    sample_texts.draft_all(by=writer, licence=LICENCE)
    assert not Notice.objects.get(key="easy").editions.exclude(status="published").exists()


def test_what_still_names_the_sample_firm_is_told_where_people_look(
    sign_in: SignIn, client: Client
) -> None:
    told = client.get("/readyz").json()["troubles"]
    assert {f"sample text: {key}" for key in SAMPLES} <= set(told)
    reviewer, _user = sign_in("reviewer")
    samples = html(reviewer, "/admin/").split('id="samples"')[1].split("</section>")[0]
    assert "Impressum" in samples
    assert "nennt noch die Beispielfirma" in html(reviewer, "/admin/editions/notice/")


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_page_says_what_is_left_and_who_goes_on(sign_in: SignIn) -> None:
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive("/admin/einrichtung/texte/")
    person.send("licence")
    assert "„Impressum“ ist ein Entwurf" in person.html
    assert person.path == "/admin/einrichtung/texte/"

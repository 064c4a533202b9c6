"""Whoever declines says why; whoever handed something over may take it back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from notices.communities import recording
from notices.communities.models import Community
from notices.editions import drafting, publishing
from notices.editions.models import Edition
from notices.firm.models import AuditEntry, ProposedChange
from notices.firm.proposals import proposing
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Attestation
from tests.conftest import SignIn
from tests.factories import (
    make_edition,
    make_organisation,
    make_question,
    make_safeguard,
    make_user,
)
from tests.pages import html_of

pytestmark = pytest.mark.django_db
EDITION = "/admin/editions/edition/{}/"


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


def reported(by: User) -> Attestation:
    report = reporting.report_change(make_safeguard("waiting_room"), "on", by=by, reason_de="An.")
    assert report is not None
    return report


def proposed(by: User) -> ProposedChange:
    question = make_question()
    before = {"answer_de": question.answer_de}
    return proposing.propose(question, before, {"answer_de": "Nein."}, by=by)


def test_a_report_is_turned_down_with_a_reason_only(sign_in: SignIn, editor: User) -> None:
    report = reported(editor)
    reviewer, _ = sign_in("reviewer")
    page = reviewer.post(f"/admin/meldungen/{report.pk}/", {"_turn_down": "1", "reason": "  "})
    assert "Bitte schreiben Sie, warum Sie ablehnen." in html_of(page)
    report.refresh_from_db()
    assert report.decided_at is None
    sent = {"_turn_down": "1", "reason": "Das Bild zeigt ein anderes Konto."}
    reviewer.post(f"/admin/meldungen/{report.pk}/", sent)
    report.refresh_from_db()
    assert (report.accepted, report.turned_down_because) == (False, sent["reason"])


def test_who_reported_reads_why_it_was_turned_down(sign_in: SignIn) -> None:
    client, user = sign_in("editor")
    report = reported(user)
    reporting.turn_down(report, by=make_user("reviewer"), reason="Das war ein anderes Konto.")
    page = html_of(client.get(f"/admin/safeguards/attestation/{report.pk}/change/"))
    assert "Das war ein anderes Konto." in page


def test_what_was_about_the_sample_firm_says_so(editor: User) -> None:
    report = reported(editor)
    reporting.forget_samples(by=editor)
    report.refresh_from_db()
    assert report.turned_down_because == "Sie handelte von der Musterfirma."


def test_a_report_is_taken_back_by_whoever_made_it_and_by_nobody_else(sign_in: SignIn) -> None:
    client, user = sign_in("editor")
    report = reported(user)
    other, _ = sign_in("editor")
    page = other.post(f"/admin/meldungen/{report.pk}/zuruecknehmen/", follow=True)
    assert "Diese Meldung stammt von jemand anderem." in html_of(page)
    report.refresh_from_db()
    assert report.decided_at is None
    page = client.post(f"/admin/meldungen/{report.pk}/zuruecknehmen/", follow=True)
    assert "Zurückgenommen. Es wurde nichts geändert." in html_of(page)
    report.refresh_from_db()
    assert (report.accepted, report.decided_by, report.turned_down_because) == (False, user, "")
    assert AuditEntry.objects.filter(act="safeguard-taken-back", by=user).exists()
    with pytest.raises(reporting.AlreadyDecided):
        reporting.confirm(report, by=make_user("reviewer"))


def test_an_edition_comes_back_with_a_comment_only(reviewer: User) -> None:
    edition = make_edition(status="review")
    with pytest.raises(publishing.CommentMissing):
        publishing.send_back(edition, by=reviewer, comment=" ")
    edition.refresh_from_db()
    assert edition.is_in_review


def test_the_page_of_the_reviewer_asks_for_the_comment(sign_in: SignIn) -> None:
    client, _ = sign_in("reviewer")
    edition = make_edition(status="review")
    sent = {"_send_back": "1", "comment": ""}
    page = client.post(EDITION.format(edition.pk) + "entscheiden/", sent, follow=True)
    assert "Bitte schreiben Sie dazu, was noch fehlt." in html_of(page)
    assert Edition.objects.get().is_in_review


def test_whoever_wrote_an_edition_takes_it_back_and_goes_on_writing(sign_in: SignIn) -> None:
    client, user = sign_in("editor")
    edition = make_edition(status="draft", written_by=user)
    publishing.submit(edition, by=user)
    address = EDITION.format(edition.pk)
    assert f'action="{address}zuruecknehmen/"' in html_of(client.get(f"{address}change/"))
    client.post(f"{address}zuruecknehmen/")
    assert Edition.objects.get().is_draft
    assert AuditEntry.objects.filter(act="edition-taken-back", by=user).exists()
    with pytest.raises(publishing.NotInReview):
        publishing.publish(Edition.objects.get(), by=make_user("reviewer"))


def test_nobody_takes_back_the_edition_of_somebody_else(sign_in: SignIn, editor: User) -> None:
    edition = make_edition(status="review", written_by=editor)
    client, user = sign_in("editor")
    address = EDITION.format(edition.pk)
    assert "zuruecknehmen/" not in html_of(client.get(f"{address}change/"))
    client.post(f"{address}zuruecknehmen/")
    assert Edition.objects.get().is_in_review
    with pytest.raises(drafting.NotYours):
        drafting.take_back(edition, by=user)


def test_an_earlier_comment_is_no_longer_shown_on_what_was_taken_back(
    editor: User, reviewer: User
) -> None:
    edition = make_edition(status="review", written_by=editor)
    edition = publishing.send_back(edition, by=reviewer, comment="Bitte kürzer.")
    edition = publishing.submit(edition, by=editor)
    edition = drafting.take_back(edition, by=editor)
    assert publishing.last_comment(edition) is None


def test_a_proposal_is_taken_back_by_whoever_made_it_and_by_nobody_else(sign_in: SignIn) -> None:
    client, user = sign_in("editor")
    change = proposed(user)
    address = f"/admin/firm/proposedchange/{change.pk}/"
    other, _ = sign_in("editor")
    assert "zuruecknehmen/" not in html_of(other.get(f"{address}change/"))
    other.post(f"{address}zuruecknehmen/")
    change.refresh_from_db()
    assert change.decided_at is None
    assert f'action="{address}zuruecknehmen/"' in html_of(client.get(f"{address}change/"))
    page = html_of(client.post(f"{address}zuruecknehmen/", follow=True))
    change.refresh_from_db()
    assert (change.accepted, change.decided_by, change.reason) == (False, user, "")
    assert f"Zurückgenommen von {user}." in page


class TestDetailsOfCommunities:
    PAGE = "/admin/communities/community/eingegeben/"

    def enter(self, user: User, name: str = "GdWE Weg 1") -> Community:
        community, _new = Community.objects.get_or_create(number="1")
        values = {"name": name, "street": "Weg 1", "postal_code": "1", "city": "Köln"}
        recording.record_details(community, {**values, "controller": "community"}, by=user)
        return community

    def test_are_taken_back_by_whoever_entered_them_and_by_nobody_else(
        self, sign_in: SignIn
    ) -> None:
        client, user = sign_in("editor")
        community = self.enter(user)
        start = html_of(client.get("/admin/"))
        assert "Angaben zu Gemeinschaften: 1" in start
        assert f'href="{self.PAGE}"' in start
        other, _ = sign_in("editor")
        page = html_of(other.get(self.PAGE))
        assert "GdWE Weg 1" not in page
        other.post(self.PAGE)
        assert community.details.get().decided_at is None
        page = html_of(client.post(self.PAGE, follow=True))
        assert "Zurückgenommen. Es wurde nichts geändert." in page
        row = community.details.get()
        assert (row.accepted, row.decided_by, row.four_eyes) == (False, user, False)
        assert AuditEntry.objects.get(act="communities-taken-back").subject == "1"
        # Nobody is told of it as of something that came back.
        assert "Zurückgekommen zu Ihnen" not in html_of(client.get("/admin/"))

    def test_can_be_handed_over_again_and_an_older_name_holds_until_then(
        self, sign_in: SignIn
    ) -> None:
        client, user = sign_in("editor")
        community = self.enter(user)
        reviewer = make_user("reviewer")
        rows = recording.decidable(recording.waiting(), reviewer)
        recording.decide(by=reviewer, accepted=True, as_read=recording.digest(rows))
        self.enter(user, "GdWE Neuer Weg 1")
        client.post(self.PAGE)
        assert str(community) == "GdWE Weg 1 (1)"
        assert str(Community.objects.named().get()) == "GdWE Weg 1 (1)"
        form = html_of(client.get(f"/admin/communities/community/{community.pk}/change/"))
        assert "Neuer Weg" not in form
        self.enter(user, "GdWE Neuer Weg 1")
        assert len(recording.waiting()) == 1

    def test_are_no_business_of_operators(self, sign_in: SignIn) -> None:
        assert sign_in("operator")[0].get(self.PAGE).status_code == 403

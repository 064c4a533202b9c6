"""Communities from a file: planned first, stored as a whole, seen by readers after two people."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from notices.communities import importing, recording
from notices.communities.models import Community, CommunityDetails, Resolution
from notices.communities.reading import details_at
from notices.firm.models import AuditEntry
from tests.conftest import SignIn
from tests.factories import make_community, make_firm, make_resolution, make_user
from tests.turns import seen

pytestmark = pytest.mark.django_db
HEAD = "Nummer;Name;Straße;PLZ;Ort;Telefon;Virtuell beschlossen;Virtuell bis"
IMPORT = "/admin/communities/community/einlesen/"
REVIEW = "/admin/communities/community/bestaetigen/"


@pytest.fixture(autouse=True)
def two_people_needed(settings: object) -> None:
    settings.FOUR_EYES = True  # type: ignore[attr-defined]


def file(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows, ""]).encode("cp1252")


def row(number: int, until: str = "02.05.2028") -> str:
    return f"{number};GdWE Weg {number};Weg {number};10000;Köln;030 1;03.05.2025;{until}"


def test_a_plan_says_what_would_change_and_changes_nothing() -> None:
    make_community("1")
    plan = importing.plan(file(row(1), row(2)))
    assert (plan.new, plan.changed) == (["GdWE Weg 2 (2)"], ["GdWE Weg 1 (1)"])
    assert Community.objects.count() == 1


def test_reading_the_same_file_again_changes_nothing(editor: User) -> None:
    importing.run(file(row(1), row(2)), by=editor)
    again = importing.run(file(row(1), row(2)), by=editor)
    assert (again.changes, again.unchanged) == (0, 2)
    assert CommunityDetails.objects.count() == Resolution.objects.count() == 2


def test_one_bad_line_keeps_all_of_it_out_and_each_is_named(editor: User) -> None:
    made = importing.run(file(row(1), row(2, "03.06.2028"), row(3, "")), by=editor)
    assert [str(one) for one in made.problems] == [
        "Zeile 3: Das können die Eigentümer für höchstens drei Jahre beschließen.",
        "Zeile 4: Bitte geben Sie an, bis wann die Eigentümer sich nur per Video treffen dürfen.",
    ]
    assert not Community.objects.exists()


def test_a_column_that_the_file_has_not_changes_nothing(editor: User) -> None:
    make_community("1", contact="Objektbetreuung", controller="manager", name="Alt")
    importing.run(file("1;Neu;Weg 1;10000;Köln", head=HEAD[: HEAD.index(";Tel")]), by=editor)
    newest = CommunityDetails.objects.latest("id")
    assert (newest.name, newest.contact, newest.controller) == ("Neu", "Objektbetreuung", "manager")
    assert newest.phone == "030 333 333"


def test_a_joint_controller_needs_what_was_agreed(editor: User) -> None:
    head = "Nummer;Name;Straße;PLZ;Ort;Verantwortlich;Vereinbarung"
    made = importing.run(file("1;A;Weg 1;1;B;gemeinsam;", head=head), by=editor)
    assert str(made.problems[0]) == "Zeile 2: Bitte schreiben Sie, was beide vereinbart haben."
    importing.run(file("1;A;Weg 1;1;B;gemeinsam;Wir laden ein.", head=head), by=editor)
    assert CommunityDetails.objects.get().joint_terms_de == "Wir laden ein."


def test_the_firm_is_found_by_either_of_its_names(editor: User) -> None:
    firm = make_firm("Wohnbau Muster")
    head = "Nummer;Name;Straße;PLZ;Ort;Firma"
    lines = [
        f"{n};A;Weg {n};1;B;{name}" for n, name in enumerate(["wohnbau muster", firm.legal_name])
    ]
    importing.run(file(*lines, head=head), by=editor)
    assert list(Community.objects.values_list("firm", flat=True)) == [firm.pk, firm.pk]
    made = importing.plan(file("9;A;Weg 1;1;B;Unbekannt", head=head))
    assert str(made.problems[0]) == "Zeile 2: Diese Firma gibt es im Portal nicht."


class TestTwoPeople:
    def test_readers_get_nothing_before_a_second_person_confirmed(self, editor: User) -> None:
        importing.run(file(row(1)), by=editor)
        community = Community.objects.get()
        assert details_at(community, timezone.now()) is None
        with pytest.raises(recording.NothingToDecide):
            recording.decide(by=editor, accepted=True, as_read="")
        waiting = recording.waiting()
        second = make_user("reviewer")
        with pytest.raises(recording.NotRead):
            recording.decide(by=second, accepted=True, as_read=recording.digest(waiting[:1]))
        assert recording.decide(by=second, accepted=True, as_read=recording.digest(waiting)) == 2
        details = details_at(Community.objects.get(), timezone.now())
        assert details
        assert details.name == "GdWE Weg 1"
        assert details.four_eyes

    def test_what_was_turned_down_is_never_shown(self, editor: User, reviewer: User) -> None:
        make_community("1", name="Alt")
        importing.run(file(row(1)), by=editor)
        waiting = recording.waiting()
        as_read = recording.digest(waiting)
        with pytest.raises(recording.NeedsAReason):
            recording.decide(by=reviewer, accepted=False, as_read=as_read, reason=" ")
        recording.decide(by=reviewer, accepted=False, as_read=as_read, reason="Falsche Straße.")
        kept = AuditEntry.objects.get(act="communities-turned-down").detail
        assert kept == {"reason": "Falsche Straße.", "entered_by": [editor.pk]}
        details = details_at(Community.objects.get(), timezone.now())
        assert details
        assert details.name == "Alt"

    def test_an_earlier_end_holds_at_once_and_a_later_one_waits(self, editor: User) -> None:
        community = make_community()
        first = make_resolution(community)
        values = {name: getattr(first, name) for name in recording.RESOLVED}
        assert first.until
        sooner, later = first.until - timedelta(days=100), first.until
        recording.record_resolution(community, {**values, "until": sooner}, by=editor)
        recording.record_resolution(community, {**values, "until": later}, by=editor)
        rows = community.resolutions.order_by("id")
        assert [one.accepted for one in rows] == [True, True, None]
        assert not rows[1].four_eyes

    def test_one_person_alone_needs_nobody(self, editor: User, settings: object) -> None:
        settings.FOUR_EYES = False  # type: ignore[attr-defined]
        importing.run(file(row(1)), by=editor)
        assert details_at(Community.objects.get(), timezone.now())


@pytest.mark.parametrize("change", [{"name": "X"}, {"accepted": False}, {"phone": "1"}])
def test_the_database_keeps_what_was_confirmed(change: dict[str, object]) -> None:
    make_community()
    rows = CommunityDetails.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_a_decision_may_change_nothing_but_itself(editor: User) -> None:
    importing.run(file(row(1)), by=editor)
    rows = CommunityDetails.objects.all()
    now = timezone.now()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(decided_at=now, accepted=True, phone="1")
    assert rows.update(decided_at=now, accepted=True) == 1


class TestStaffPages:
    def test_a_file_is_looked_at_then_stored_then_confirmed_by_another(
        self, sign_in: SignIn
    ) -> None:
        client, _ = sign_in("editor")
        upload = SimpleUploadedFile("liste.csv", file(*(row(n) for n in range(60))))
        page = client.post(IMPORT, {"file": upload})
        assert "<dt>Neu</dt><dd>60</dd>" in page.content.decode()
        assert not Community.objects.exists()
        content = page.context["content"]
        client.post(IMPORT, {"content": content, "_import": "1"})
        assert Community.objects.count() == 60
        assert AuditEntry.objects.get(act="communities-imported").subject == "60"
        assert client.get(REVIEW).status_code == 403

        second, _ = sign_in("reviewer")
        assert "Angaben zu Gemeinschaften warten: 120" in second.get("/admin/").content.decode()
        page = second.get(REVIEW)
        assert page.content.decode().count("<h2>") >= 120
        second.post(REVIEW, {"_confirm": "1", "as_read": page.context["as_read"]})
        assert not recording.waiting()

    def test_problems_are_listed_and_nothing_can_be_stored(self, sign_in: SignIn) -> None:
        client, _ = sign_in("editor")
        page = client.post(IMPORT, {"file": SimpleUploadedFile("x.csv", file("1;;;;;;;"))})
        html = page.content.decode()
        assert "Zeile 2: „Name“ ist leer." in html
        assert 'name="_import"' not in html

    def test_the_form_appends_what_changed(self, sign_in: SignIn, settings: object) -> None:
        settings.FOUR_EYES = False  # type: ignore[attr-defined]
        client, _ = sign_in("editor")
        empty = {
            f"{name}-{part}_FORMS": 0
            for name in ("resolutions", "physical_meetings")
            for part in ("TOTAL", "INITIAL")
        }
        sent = {
            **empty,
            **{"number": "5", "name": "GdWE Weg 5", "street": "Weg 5", "postal_code": "10000"},
            **{"city": "Berlin", "controller": "community"},
            "resolutions-TOTAL_FORMS": 1,
            "resolutions-0-kind": "hybrid",
            "resolutions-0-resolved_on": "2026-05-03",
            "resolutions-0-since": "2026-05-03",
        }
        client.post("/admin/communities/community/add/", sent)
        community = Community.objects.get()
        assert community.resolutions.get().resolved_on == date(2026, 5, 3)
        address = f"/admin/communities/community/{community.pk}/change/"
        assert 'value="GdWE Weg 5"' in client.get(address).content.decode()
        # An inline without permission to change sends none of its stored rows.
        sent["seen"] = seen(community)
        client.post(address, {**sent, **empty, "name": "GdWE Weg 5 neu"})
        assert [one.name for one in community.details.all()] == ["GdWE Weg 5", "GdWE Weg 5 neu"]
        listed = client.get("/admin/communities/community/").content.decode()
        assert "GdWE Weg 5 neu (5)" in listed

    @pytest.mark.parametrize(
        "address", [IMPORT, REVIEW, IMPORT.replace("einlesen/", "beispiel.csv")]
    )
    def test_strangers_and_operators_see_nothing(
        self, client: Client, sign_in: SignIn, address: str
    ) -> None:
        assert client.get(address).status_code == 302
        if "csv" not in address:
            assert sign_in("operator")[0].get(address).status_code == 403


def test_the_command_tries_first_and_stores_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(file(row(1), row(2)))
    call_command("import_communities", str(path))
    assert "2 new, 0 changed, 0 unchanged: would be stored." in capsys.readouterr().out
    assert not Community.objects.exists()
    call_command("import_communities", str(path), "--apply")
    assert Community.objects.count() == 2
    path.write_bytes(file(row(1), "3;;;;;;;"))
    with pytest.raises(CommandError, match=r"Nothing was stored\."):
        call_command("import_communities", str(path), "--apply")
    assert "Zeile 3: „Name“ ist leer." in capsys.readouterr().err

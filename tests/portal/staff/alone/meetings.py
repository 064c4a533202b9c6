"""What one person does to meetings and to the firm, and what readers see of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.communities import recording
from notices.firm.models import ProposedChange
from notices.firm.templatetags.lupe import day_words
from notices.invitations.models import Adjustment, IncidentDecision, MeetingType, Minutes
from notices.safeguards.models import (
    Provider,
)
from tests.factories import (
    confirm_what_waits,
    make_community,
    make_firm,
    make_meeting,
    make_organisation,
    make_question,
    make_quick_answer,
    make_resolution,
    make_safeguard,
    record_state,
)
from tests.firm.ways import address, typed
from tests.portal.staff.alone.acting import BOARD, off, on, read, send


def a_meeting(staff: Client, user: User) -> None:
    meeting, safeguard = make_meeting(), on("good")
    one = Adjustment.objects.create(
        meeting=meeting, safeguard=safeguard, value="off", reason_de="Beschluss."
    )
    prefix = "adjustments-0-"
    rows: dict[str, Any] = {
        "adjustments-TOTAL_FORMS": 1,
        "adjustments-INITIAL_FORMS": 1,
        f"{prefix}id": one.pk,
    }
    fields: dict[str, Any] = {
        "meeting": meeting.pk,
        "safeguard": safeguard.pk,
        "reason_de": "Beschluss.",
    }
    rows |= {f"{prefix}{name}": value for name, value in fields.items()}
    tries: list[dict[str, str]] = [{"DELETE": "on", "value": "off"}, {"value": "exception"}]
    for changes in tries:
        send(staff, address(meeting), **rows, **{prefix + k: v for k, v in changes.items()})
    html = read(meeting.get_absolute_url())
    assert "Beschluss." in html
    staff.post(f"/admin/invitations/meeting/{meeting.pk}/absagen/")
    assert "Das Treffen fällt aus." in read(meeting.get_absolute_url())


def minutes(staff: Client, user: User) -> None:
    meeting = make_meeting()
    words = {"legal_basis_de": "Einwilligung", "recipients_de": "alle"}
    Minutes.objects.create(meeting=meeting, writer="machine", **words)
    page = f"/admin/invitations/meeting/{meeting.pk}/protokoll/"
    staff.post(page, typed(staff, page, writer="person", recipients_de="der Beirat"))
    waiting = ProposedChange.objects.get()
    decide = f"/admin/firm/proposedchange/{waiting.pk}/entscheiden/"
    staff.post(decide, {"_confirm": "1", "as_read": waiting.digest})
    html = read(meeting.get_absolute_url())
    assert "künstliche Intelligenz hilft beim Protokoll" in html
    assert "der Beirat" in html


def a_community(staff: Client, user: User) -> None:
    community = make_community(name="GdWE Weg 1")
    resolution = make_resolution(community)
    meeting = make_meeting(community=community, place_de="", place_en="")
    MeetingType.objects.update(needs_resolution=True)
    path = address(community)
    staff.post(path, typed(staff, path, name="GdWE Anders"))
    values = {name: getattr(resolution, name) for name in recording.RESOLVED}
    later = {**values, "resolved_on": resolution.resolved_on - timedelta(days=1)}
    recording.record_resolution(community, later, by=user)
    rows = recording.waiting()
    assert len(rows) == 2
    confirm = {"_confirm": "1", "as_read": recording.digest(rows)}
    staff.post("/admin/communities/community/bestaetigen/", confirm)
    html = read(meeting.get_absolute_url())
    assert "GdWE Weg 1" in html
    assert "GdWE Anders" not in html
    assert f"Beschluss vom {day_words(resolution.resolved_on)}" in html


def a_tool(staff: Client, user: User) -> None:
    tool = Provider.objects.create(name="Werkzeug", received_de="Nur der Name.")
    meeting = make_meeting(provider=tool)
    send(staff, address(tool), name="Sicheres Werkzeug")
    send(staff, address(tool), received_de="Gar nichts.")
    html = read(meeting.get_absolute_url())
    assert "Nur der Name." in html
    assert "Sicheres" not in html
    assert "Gar nichts." not in html


def a_further_firm(staff: Client, user: User) -> None:
    firm = make_firm()
    send(staff, address(firm), legal_name="Wohnbau Neu GmbH")
    assert "Wohnbau Neu GmbH" in read("/de/kontakt/")


def a_decision(staff: Client, user: User) -> None:
    safeguard = off("bad")
    finding = safeguard.findings.get()
    known = timezone.localtime() - timedelta(hours=1)
    sent = {"known_at": f"{known:%Y-%m-%dT%H:%M}", "decision": "no_report"}
    staff.post(f"/admin/abweichungen/{finding.pk}/", {**sent, "reason": "Niemand sprach."})
    assert IncidentDecision.objects.get().recorded_by == user
    html = read(BOARD)
    assert "Niemand sprach." not in html
    assert "bad sagt off." in html


def a_kind_of_meeting(staff: Client, user: User) -> None:
    meeting = make_meeting()
    type(meeting.type).objects.update(rules_de="Wir schreiben mit.", name_de="Versammlung")
    send(staff, address(meeting.type), rules_de="Niemand schreibt mit.")
    send(staff, address(meeting.type), name_de="Geheimes Treffen")
    question = make_question("other")
    send(staff, address(meeting.type), questions=[question.pk])
    html = read(meeting.get_absolute_url())
    assert question.get_absolute_url() not in html
    assert "Wir schreiben mit." in html
    assert "Niemand schreibt mit." not in html
    assert "Geheimes" not in html
    type(meeting.type).objects.update(has_minutes=False)
    send(staff, address(meeting.type), has_minutes="on")
    assert "Ein Mensch schreibt mit." not in read(meeting.get_absolute_url())
    confirm_what_waits()
    assert "Ein Mensch schreibt mit." in read(meeting.get_absolute_url())
    send(staff, address(meeting.type), has_minutes="")
    assert "Ein Mensch schreibt mit." not in read(meeting.get_absolute_url())
    send(staff, address(meeting.type), lets_in_minutes_before=30)
    meeting.type.refresh_from_db()
    assert meeting.type.lets_in_minutes_before == 30


def lifting(staff: Client, user: User) -> None:
    safeguard = on("good")
    record_state(safeguard, promise="off")
    before = re.findall(r"good sagt \w+\.", read(BOARD))
    staff.post(f"/admin/versprechen/{safeguard.pk}/")
    assert re.findall(r"good sagt \w+\.", read(BOARD)) == before
    record_state(safeguard, "not_protected")
    assert "good sagt off." in read(BOARD)


def the_profile(staff: Client, user: User) -> None:
    make_quick_answer("recording", safeguard := make_safeguard("sample"))
    record_state(safeguard, source="import", at=timezone.now() - timedelta(days=2))
    firm = type(make_organisation()).objects.get()
    type(firm).objects.update(confirmed_at=None)
    firm.refresh_from_db()
    assert "recording heute on." in read(BOARD)
    send(staff, address(firm), these_are_ours="on", name="Hausverwaltung Echt")
    html = read(BOARD)
    assert "Hausverwaltung Echt" in html
    assert "recording heute on." not in html

"""The table of SECURITY, row by row: what the strongest single person changes, what readers see.

Each row is tried by one reviewer, who may do all that an editor may and decides too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.communities import recording
from notices.editions.models import Edition, Foundation
from notices.faq.models import Question, Synonyms
from notices.firm.audit import Act
from notices.firm.models import AuditEntry, ProposedChange
from notices.firm.templatetags.lupe import day_words
from notices.invitations.models import Adjustment, IncidentDecision, MeetingType, Minutes
from notices.safeguards import new_settings
from notices.safeguards.models import (
    Attestation,
    Explanation,
    Provider,
    Safeguard,
    SettingStatement,
)
from portal.staff.roles import PERMISSIONS
from tests.factories import (
    confirm_what_waits,
    make_community,
    make_edition,
    make_firm,
    make_meeting,
    make_notice,
    make_organisation,
    make_question,
    make_quick_answer,
    make_resolution,
    make_safeguard,
    record_state,
)
from tests.firm.test_proposing import address, tie_rows, typed

pytestmark = pytest.mark.django_db
Scenario = Callable[[Client, User], None]
BOARD = "/de/schutz/"


def read(path: str) -> str:
    return Client().get(path).content.decode()


def undated(html: str) -> str:
    """Leave out when the page was read, and what changes with the minute."""
    return re.sub(r"<time.*?</time>|[0-9a-f]{16,}", "", html)


def send(staff: Client, path: str, **changes: Any) -> None:
    """Send a form of a page and, where the change now waits, try to confirm it alone."""
    staff.post(path, typed(staff, path, **changes))
    for change in ProposedChange.objects.filter(decided_at=None):
        decide = f"/admin/firm/proposedchange/{change.pk}/entscheiden/"
        staff.post(decide, {"_confirm": "1", "as_read": change.digest})


def on(key: str = "", **changes: Any) -> Safeguard:
    safeguard = make_safeguard(key, **changes)
    record_state(safeguard, at=timezone.now() - timedelta(days=2))
    return safeguard


def off(key: str = "", **changes: Any) -> Safeguard:
    safeguard = make_safeguard(key, **changes)
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=2))
    return safeguard


def report(staff: Client, safeguard: Safeguard, value: str) -> None:
    sent = {"safeguard": safeguard.pk, "value": value, "lock": "unknown", "reason_de": "Darum."}
    staff.post("/admin/einstellung-geaendert/", {**sent, "_publish": "1"})
    for waiting in Attestation.objects.filter(decided_at=None):
        staff.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest})


def an_edition(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Es wird aufgezeichnet.")
    staff.post(f"/admin/editions/notice/{edition.notice_id}/neue-fassung/")
    draft = Edition.objects.get(status="draft")
    path = f"/admin/editions/edition/{draft.pk}/"
    texts = typed(staff, f"{path}change/", text_de="Nichts wird aufgezeichnet.", despite_gaps="on")
    staff.post(f"{path}change/", {**texts, "_submit": "1"})
    page = staff.get(f"{path}change/").content.decode()
    digest = re.search(r'name="as_read" value="(\w+)"', page)
    staff.post(f"{path}entscheiden/", {"_publish": "1", "as_read": digest[1] if digest else "x"})
    assert Edition.objects.filter(status="review").exists()
    assert "Es wird aufgezeichnet." in read(edition.notice.get_absolute_url())


def a_correction(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Niemand zeichnet auf auf.")
    path = f"/admin/editions/edition/{edition.pk}/korrigieren/"
    texts = {name: getattr(edition, name) for name in ("title_de", "title_en", "text_en")}
    texts |= {"summary_de": edition.summary_de, "summary_en": edition.summary_en}
    for wrong in ("Jemand zeichnet auf auf.", "Niemand zeichnet auf, auf."):
        staff.post(path, {**texts, "text_de": wrong, "meaning": "no"})
        assert "Niemand zeichnet auf auf." in read(edition.notice.get_absolute_url())
    staff.post(path, {**texts, "text_de": "Niemand zeichnet auf.", "meaning": "no"})
    assert "Niemand zeichnet auf." in read(edition.notice.get_absolute_url())


def withdrawing(staff: Client, user: User) -> None:
    edition = make_edition(make_notice("letter", "letter"))
    path = f"/admin/editions/edition/{edition.pk}/zurueckziehen/"
    staff.post(path, {"reason_de": "Ein Satz war falsch."})
    page = read(edition.get_absolute_url())
    assert "zurückgezogen" in page
    assert "Ein Satz war falsch." in page


def redacting(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Frau Beispiel leitet.", text_en="Ms Beispiel hosts.")
    path = f"/admin/editions/edition/{edition.pk}/schwaerzen/"
    sent = {"phrases": "Beispiel", "reason": "Recht auf Löschung", "editions": [edition.pk]}
    staff.post(path, {**sent, "_confirm": "1"})
    html = read(edition.get_absolute_url())
    assert "Beispiel" not in html
    assert "personenbezogene Daten" in html


def a_state(staff: Client, user: User) -> None:
    bad, good = off("bad"), on("good")
    report(staff, bad, "on")
    report(staff, bad, "retired")
    assert "bad sagt off." in read(BOARD)
    report(staff, good, "off")
    assert "good sagt off." in read(BOARD)


def an_explanation(staff: Client, user: User) -> None:
    safeguard = off("bad")
    path = "/admin/safeguards/explanation/add/"
    finding = safeguard.findings.get()
    send(staff, path, finding=finding.pk, text_de="Zoom hat es zurückgesetzt.")
    assert not Explanation.objects.exists()
    html = read(BOARD)
    assert "bad sagt off." in html
    assert "Abweichung" in html
    assert "zurückgesetzt" not in html
    confirm_what_waits()
    assert "Zoom hat es zurückgesetzt." in read(BOARD)


def a_wording(staff: Client, user: User) -> None:
    safeguard = on("good")
    path = f"/admin/safeguards/wording/add/?safeguard={safeguard.pk}&state=on"
    send(staff, path, text_de="Niemand hört je zu.")
    assert "good sagt on." in read(BOARD)


def a_safeguard(staff: Client, user: User) -> None:
    safeguard = on("good", max_age_days=30)
    for changes in ({"max_age_days": 300}, {"name_de": "Sicher"}, {"zoom_name_de": "Sicher"}):
        send(staff, address(safeguard), **changes)
    html = read(BOARD)
    assert "Sicher" not in html
    assert "Mindestens alle 30 Tage" in html
    send(staff, address(safeguard), max_age_days=7)
    assert "Mindestens alle 7 Tage" in read(BOARD)


def a_notice(staff: Client, user: User) -> None:
    bad = off("bad")
    notice = make_edition().notice
    notice.safeguards.add(bad)
    send(staff, address(notice), safeguards=[])
    send(staff, address(notice), title_de="Nichts wird aufgezeichnet")
    assert "Nichts wird aufgezeichnet" not in read("/de/hinweise/")
    assert "bad sagt off." in read(notice.get_absolute_url())


def fallen(**changes: Any) -> Foundation:
    return Foundation.objects.create(
        **{
            **{"key": "shield", "kind": "framework", "name_de": "Schild", "name_en": "Shield"},
            **{"checked_on": date(2020, 1, 1), "state": "fallen", "fallen_on": date(2026, 1, 2)},
            **changes,
        }
    )


def a_foundation(staff: Client, user: User) -> None:
    start = timezone.now() - timedelta(days=3000)
    edition = make_edition(in_force_from=start)
    ground = fallen(state="stands", fallen_on=None)
    edition.notice.foundations.add(ground)
    send(staff, address(ground), state="fallen", fallen_on="2026-01-02")
    send(staff, address(ground), state="stands", fallen_on="")
    assert "Schild" in read(edition.notice.get_absolute_url())


def a_question(staff: Client, user: User) -> None:
    question = make_question("recorded")
    bad = off("bad")
    question.safeguards.add(bad)
    send(staff, address(question), answer_de="Nein, niemals.")
    send(staff, address(question), safeguards=[])
    html = read(question.get_absolute_url())
    assert "Antwort recorded." in html
    assert "bad sagt off." in html
    send(staff, address(question), reviewed_on="2026-11-02")
    assert Question.objects.get().reviewed_on == date(2026, 11, 2)


def a_topic(staff: Client, user: User) -> None:
    topic = make_question().topic
    send(staff, address(topic), title_de="Nichts wird aufgezeichnet")
    assert topic.title_de in read("/de/fragen/")


def a_quick_answer(staff: Client, user: User) -> None:
    answer = make_quick_answer("recording", off("bad"))
    send(staff, address(answer), question_de="Ist es laut?")
    assert "Frage recording?" in read(BOARD)


def ties(staff: Client, user: User) -> None:
    good, unknown = on("good"), make_safeguard("unknown")
    answer = make_quick_answer("recording", unknown)
    path = address(answer)
    added = {"ties-TOTAL_FORMS": 2, "ties-1-safeguard": good.pk}
    send(staff, path, **{**tie_rows(answer), **added})
    assert "recording heute on." not in read(BOARD)
    record_state(unknown)
    removing = {"ties-0-DELETE": "on", "ties-0-safeguard": good.pk}
    bad = off("bad")
    sent = {**removing, "ties-TOTAL_FORMS": 2, "ties-1-safeguard": bad.pk}
    send(staff, path, **{**tie_rows(answer), **sent})
    assert set(answer.safeguards.all()) == {unknown, bad}
    assert "recording heute off." in read(BOARD)


def a_new_setting(staff: Client, user: User) -> None:
    harmless = new_settings.say("a.b", captures=False, what_it_does="Nichts.", by=user)
    with pytest.raises(new_settings.SamePerson):
        new_settings.confirm(harmless, by=user, as_read=harmless.digest)
    assert not SettingStatement.objects.get().counts
    assert new_settings.say("c.d", captures=True, what_it_does="Alles.", by=user).counts


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


def synonyms(staff: Client, user: User) -> None:
    question = make_question("recorded")
    staff.post("/admin/faq/synonyms/add/", {"language": "de", "words": "Mitschnitt, Aufnahme"})
    assert Synonyms.objects.count() == 1
    assert "Antwort recorded." in read(question.get_absolute_url())


def a_translation(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Eins.", text_en="One.")
    before = read(edition.notice.get_absolute_url())
    staff.post(f"/admin/editions/notice/{edition.notice_id}/neue-fassung/")
    draft = Edition.objects.get(status="draft")
    path = f"/admin/editions/edition/{draft.pk}/change/"
    staff.post(path, typed(staff, path, text_de="Zwei."))
    staff.post(f"/admin/editions/edition/{draft.pk}/stimmt-noch/en/")
    assert AuditEntry.objects.filter(act="edition-english-confirmed").exists()
    assert read(edition.notice.get_absolute_url()) == before


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


SCENARIOS: dict[str, Scenario] = {
    "an edition": an_edition,
    "a correction": a_correction,
    "withdrawing an edition": withdrawing,
    "redacting personal data": redacting,
    "a reported state": a_state,
    "`safeguards.explanation`": an_explanation,
    "`safeguards.provider`": a_tool,
    "`invitations.meetingtype`": a_kind_of_meeting,
    "a promise that lags": lifting,
    "words with the same meaning": synonyms,
    "a translation": a_translation,
    "`safeguards.wording`": a_wording,
    "`safeguards.safeguard`": a_safeguard,
    "`editions.notice`": a_notice,
    "`editions.foundation`": a_foundation,
    "`faq.question`": a_question,
    "`faq.topic`": a_topic,
    "`safeguards.quickanswer`": a_quick_answer,
    "ties of a quick answer": ties,
    "a new setting at Zoom": a_new_setting,
    "a meeting": a_meeting,
    "the minutes of a meeting": minutes,
    "a community": a_community,
    "a further firm": a_further_firm,
    "the officer's decision about a deviation": a_decision,
    "the firm's profile": the_profile,
}


@pytest.mark.parametrize("act", SCENARIOS)
def test_readers_see_what_the_table_says(sign_in: Any, act: str) -> None:
    staff, user = sign_in("reviewer")
    if act != "the firm's profile":
        make_organisation()
    SCENARIOS[act](staff, user)


def test_every_row_of_the_table_is_tried() -> None:
    text = (Path(conf.BASE_DIR) / "SECURITY.md").read_text("utf-8")
    table = text.split("| Act | One person alone |")[1].split("\n\n")[0]
    acts = {line.split("|")[1].strip() for line in table.splitlines()[2:]}
    assert acts == set(SCENARIOS)


# What a person may do to rows of a kind, by the row of the table that tells of it.
ROWS = {
    "the firm's profile": {"firm.organisation"},
    "a further firm": {"firm.firm"},
    "a community": {
        *("communities.community", "communities.communitydetails"),
        *("communities.resolution", "communities.physicalmeeting"),
    },
    "ties of a quick answer": {"safeguards.answertie"},
    "a reported state": {"safeguards.promise", "safeguards.attestation"},
    "a new setting at Zoom": {"safeguards.settingstatement"},
    "an edition": {"editions.edition"},
    "words with the same meaning": {"faq.synonyms"},
    "a meeting": {"invitations.meeting", "invitations.adjustment"},
    "the officer's decision about a deviation": {"invitations.incidentdecision"},
    "the minutes of a meeting": {"invitations.minutes"},
}
# Which row tells of an act in the audit; "" where readers see nothing of it.
ACTS = {
    "safeguard-": "a reported state",
    "promise-lifted": "a promise that lags",
    "setting-": "a new setting at Zoom",
    "edition-corrected": "a correction",
    "edition-took-correction": "a correction",
    "edition-withdrawn": "withdrawing an edition",
    "edition-redacted": "redacting personal data",
    "edition-english-confirmed": "a translation",
    "edition-": "an edition",
    "foundation-": "`editions.foundation`",
    "meeting-": "a meeting",
    "communities-": "a community",
    "incident-": "the officer's decision about a deviation",
    "profile-": "the firm's profile",
    # Every form and every proposal: the rows of the table name them one by one.
    **dict.fromkeys(("content-", "change-"), "`safeguards.wording`"),
    **dict.fromkeys(("evidence-", "account-", "audit-", "posters-"), ""),
    # Who may sign in, and how, changes nothing that readers see.
    **dict.fromkeys(("sign", "factor-", "password-", "roles-", "sessions-"), ""),
}


def test_no_permission_of_staff_and_no_act_is_missing_in_the_table() -> None:
    told = {label.strip("`") for label in SCENARIOS if "`" in label}
    told |= {label for labels in ROWS.values() for label in labels}
    granted = {
        label
        for role in ("editor", "reviewer")
        for label, acts in PERMISSIONS[role].items()
        if set(acts) - {"view", "decide"}
    }
    assert granted == told
    assert set(ROWS) <= set(SCENARIOS)
    for act in Act.values:
        names = [name for name in ACTS if act.startswith(name)]
        assert names, act
        row = ACTS[max(names, key=len)]
        assert not row or row in SCENARIOS

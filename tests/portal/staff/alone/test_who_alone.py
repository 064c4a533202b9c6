"""The table of SECURITY, row by row: what the strongest single person changes, what readers see.

Each row is tried by one reviewer, who may do all that an editor may and decides too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf

from notices.firm.audit import Act
from portal.staff.roles import PERMISSIONS
from tests.factories import (
    make_organisation,
)
from tests.portal.staff.alone.acting import Scenario
from tests.portal.staff.alone.editions import a_correction, an_edition, redacting, withdrawing
from tests.portal.staff.alone.meetings import (
    a_community,
    a_decision,
    a_further_firm,
    a_kind_of_meeting,
    a_meeting,
    a_tool,
    lifting,
    minutes,
    the_profile,
)
from tests.portal.staff.alone.safeguards import (
    a_new_setting,
    a_safeguard,
    a_state,
    a_wording,
    an_explanation,
)
from tests.portal.staff.alone.texts import (
    a_foundation,
    a_notice,
    a_question,
    a_quick_answer,
    a_topic,
    a_translation,
    synonyms,
    ties,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


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

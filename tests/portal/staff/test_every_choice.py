"""Every choice of "Einstellung geändert" with every safeguard: a page, never an error."""

from __future__ import annotations

import pytest

from notices.safeguards.models import Promise, Safeguard
from portal.staff.report_form import UNCHANGED
from tests.conftest import SignIn
from tests.factories import make_organisation, make_quick_answer, make_safeguard, record_state

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
CHOICES = [UNCHANGED, *Promise.Value.values]
REPORT = "/admin/einstellung-geaendert/"


def sent(safeguard: Safeguard, value: str) -> dict[str, object]:
    return {"safeguard": safeguard.pk, "value": value, "lock": "unknown", "reason_de": "Darum."}


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("value", CHOICES)
def test_every_safeguard_with_every_choice_shows_what_readers_will_see(
    sign_in: SignIn, value: str
) -> None:
    client, _ = sign_in("editor")
    for safeguard in Safeguard.objects.all():
        answer = client.post(REPORT, sent(safeguard, value))
        assert answer.status_code == 200, safeguard.key
        assert "Stimmt das so?" in answer.content.decode(), safeguard.key


@pytest.mark.parametrize("value", CHOICES)
def test_the_only_safeguard_of_an_answer_takes_every_choice(sign_in: SignIn, value: str) -> None:
    make_organisation()
    safeguard = make_safeguard("alone")
    record_state(safeguard)
    make_quick_answer("recording", safeguard)
    client, _ = sign_in("editor")
    assert client.post(REPORT, sent(safeguard, value)).status_code == 200
    assert client.post(REPORT, {**sent(safeguard, value), "_publish": "1"}).status_code == 302
    for path in ("/de/", "/de/schutz/", "/admin/"):
        assert client.get(path).status_code == 200, path

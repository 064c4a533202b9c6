"""Groups that were listed and not read leave open what a host of theirs can change."""

from __future__ import annotations

import pytest

from notices.safeguards.zoom.fields import FieldVerdict
from notices.safeguards.zoom.verdicts import GROUPS, verify
from tests.safeguards.zoom.answers import responses


def test_all_groups_read_make_a_setting_sure_that_is_not_locked() -> None:
    password = verify(responses()).safeguards["password"]
    assert (password.groups_read, password.groups_total) == (1, 1)
    assert password.rests_on_groups
    assert password.is_sure


@pytest.mark.parametrize(("key", "is_sure"), [("password", False), ("remote_control", True)])
def test_a_group_that_was_listed_and_not_read_matters_unless_the_setting_is_locked(
    key: str, is_sure: bool
) -> None:
    answers = responses()
    answers[GROUPS]["groups"].append({"id": "g-new", "name": "Neu", "total_members": 1})
    found = verify(answers).safeguards[key]
    assert found.verdict is FieldVerdict.PROTECTED
    assert (found.groups_read, found.groups_total) == (1, 2)
    assert found.is_sure is is_sure


def test_groups_count_as_soon_as_one_of_the_fields_can_be_changed_there() -> None:
    features = verify(responses()).safeguards["ai_features"]
    assert (features.groups_read, features.groups_total) == (1, 1)
    assert features.is_sure

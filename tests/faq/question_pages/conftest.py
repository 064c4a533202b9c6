"""A firm, and a question that is led by the state of a safeguard."""

from __future__ import annotations

import pytest

from notices.faq.models import Question
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
)


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.fixture
def safeguard() -> Safeguard:
    return make_safeguard("browser_join", listed=False, max_age_days=10)


@pytest.fixture
def led(safeguard: Safeguard) -> Question:
    """Make a question whose first sentence is computed from one safeguard."""
    question = make_question("no-account", lead=make_quick_answer("account", safeguard))
    question.safeguards.add(safeguard)
    return question

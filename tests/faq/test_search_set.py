"""The search answers what people really type: the test set was written before the analysis."""

from __future__ import annotations

import pytest

from .scoring import answers


@pytest.mark.usefixtures("starter")
def test_nine_of_ten_queries_of_each_language_bring_what_they_need() -> None:
    found = list(answers())
    for language, least in (("de", 60), ("en", 20)):
        asked = [answer for answer in found if answer.language == language]
        wrong = [answer for answer in asked if not answer.is_right]
        assert len(asked) >= least
        assert len(wrong) <= len(asked) / 10, "\n".join(map(str, wrong))

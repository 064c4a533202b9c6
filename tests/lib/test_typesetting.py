"""A day and its month stay in one line, and nothing else of a text changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.typesetting import dates_together


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Der 1. Mai 2020 ist", "Der 1.~Mai 2020 ist"),
        ("<p>am 28. November</p>", "<p>am 28.~November</p>"),
        ("on 1 May 2020 and 12 March", "on 1~May 2020 and 12~March"),
        ("<code>1. Mai</code> am 2. Mai", "<code>1. Mai</code> am 2.~Mai"),
        (
            '<a href="/a" aria-label="1. Mai">1. Mai</a>',
            '<a href="/a" aria-label="1. Mai">1.~Mai</a>',
        ),
        ("2020. Maier kam", "2020. Maier kam"),
        ("3. Stock, 4. Maierhof", "3. Stock, 4. Maierhof"),
    ],
)
def test_a_day_and_its_month_stay_together(text: str, shown: str) -> None:
    assert dates_together(text) == shown.replace("~", "\N{NO-BREAK SPACE}")


@given(st.text("1 .Mai<>/pcode", max_size=40))
def test_only_blanks_change(text: str) -> None:
    assert dates_together(text).replace("\N{NO-BREAK SPACE}", " ") == text

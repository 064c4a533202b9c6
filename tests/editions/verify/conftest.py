"""A notice with editions."""

from __future__ import annotations

import pytest

from notices.editions.models import Notice
from tests.factories import make_edition, make_notice


@pytest.fixture
def notice() -> Notice:
    notice = make_notice("video")
    for text in ("Eins", "Zwei", "Drei"):
        make_edition(notice, text_de=text)
    make_edition(make_notice("letter"))
    return notice

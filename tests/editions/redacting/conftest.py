"""An edition that names a person."""

from __future__ import annotations

import pytest

from notices.editions.models import Edition
from tests.editions.redacting.acting import TEXT
from tests.factories import make_edition, make_notice


@pytest.fixture
def edition() -> Edition:
    notice = make_notice("video")
    edition = make_edition(
        notice,
        text_de=TEXT,
        text_en="Ask Ms Erika Probe.",
        change_note_de="Erika Probe ist neu.",
        title_de="Hinweis von ERIKA PROBE",
    )
    make_edition(notice)
    return edition

"""Columns of a translated field, also for a language whose code has a region."""

from __future__ import annotations

import pytest

from notices.firm import languages


def test_a_column_is_called_as_the_database_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "CODES", ("de", "en", "pt-br"))
    assert languages.columns("title") == ("title_de", "title_en", "title_pt_br")
    assert languages.language_of("title_pt_br") == "pt-br"
    assert languages.field_of("title_pt_br") == "title"
    assert languages.language_of("title") is None

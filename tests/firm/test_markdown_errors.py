"""What is wrong with a text is said once, to staff, in their language."""

from __future__ import annotations

import pytest
from django import forms
from django.utils import translation

from notices.firm.admin_base import MARKDOWN_ERRORS, check_markdown
from notices.lib.markdown import Fault, MarkdownError


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("fault", Fault)
def test_every_fault_of_a_text_has_a_sentence(fault: Fault, language: str) -> None:
    error = MarkdownError(fault, 8, 12, "Wort")
    with translation.override(language):
        sentence = str(MARKDOWN_ERRORS[fault]) % error.params
    assert sentence.endswith(".")
    assert "%(" not in sentence


def test_the_sentence_names_limit_and_line_in_the_language_of_staff() -> None:
    with translation.override("de"), pytest.raises(forms.ValidationError) as caught:
        check_markdown("a\n\n" + "> " * 9)
    assert caught.value.code == "too_deep"
    (sentence,) = caught.value.messages
    assert "Zeile 3" in sentence
    assert "8" in sentence

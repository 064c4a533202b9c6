"""All words that the site uses, whatever app they stand in."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db import models
from modeltranslation.translator import translator

WORD = re.compile(r"[^\W\d_]+")


def words_of_site(language: str, without: Collection[type[models.Model]] = ()) -> frozenset[str]:
    """Return the words (in lower case) of every translated text but those of some tables."""
    words: set[str] = set()
    for model in translator.get_registered_models(abstract=False):
        if model in without:
            continue
        fields = translator.get_options_for_model(model).get_field_names()
        names = [f"{field}_{language}" for field in fields]
        for row in model._default_manager.values_list(*names).iterator(chunk_size=500):
            for text in row:
                words.update(WORD.findall((text or "").lower()))
    return frozenset(words)

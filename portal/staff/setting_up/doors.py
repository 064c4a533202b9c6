"""The addresses of the guided start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from . import first_check, profile_page, safeguards_page, start_page, texts_page


def doors(page: Callable[[Any], Any]) -> list[URLPattern]:
    """Return the pages, each let in and framed by `page`."""
    return [
        path("einrichtung/", page(start_page.set_up), name="set-up"),
        path(
            "einrichtung/profil/<int:number>/",
            page(profile_page.profile_part),
            name="set-up-profile",
        ),
        path("einrichtung/profil/", page(profile_page.profile_whole), name="set-up-profile-whole"),
        path("einrichtung/texte/", page(texts_page.texts), name="set-up-texts"),
        path(
            "einrichtung/texte/freigeben/",
            page(texts_page.publish_texts),
            name="set-up-texts-publish",
        ),
        path("einrichtung/schutz/", page(safeguards_page.all_safeguards), name="set-up-safeguards"),
        path(
            "einrichtung/schutz/bestaetigen/",
            page(safeguards_page.confirm_safeguards),
            name="set-up-confirm",
        ),
        path("einrichtung/erste-pruefung/", page(first_check.first_check), name="set-up-check"),
        path("einrichtung/aushang/", page(start_page.posters_up), name="set-up-posters"),
    ]

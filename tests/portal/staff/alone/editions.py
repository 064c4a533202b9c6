"""What one person does to editions, and what readers see of it."""

from __future__ import annotations

import re

from django.contrib.auth.models import User
from django.test import Client

from notices.editions.models import Edition
from tests.factories import (
    make_edition,
    make_notice,
)
from tests.firm.ways import typed
from tests.portal.staff.alone.acting import read


def an_edition(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Es wird aufgezeichnet.")
    staff.post(f"/admin/editions/notice/{edition.notice_id}/neue-fassung/")
    draft = Edition.objects.get(status="draft")
    path = f"/admin/editions/edition/{draft.pk}/"
    texts = typed(staff, f"{path}change/", text_de="Nichts wird aufgezeichnet.", despite_gaps="on")
    staff.post(f"{path}change/", {**texts, "_submit": "1"})
    page = staff.get(f"{path}change/").content.decode()
    digest = re.search(r'name="as_read" value="(\w+)"', page)
    staff.post(f"{path}entscheiden/", {"_publish": "1", "as_read": digest[1] if digest else "x"})
    assert Edition.objects.filter(status="review").exists()
    assert "Es wird aufgezeichnet." in read(edition.notice.get_absolute_url())


def a_correction(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Niemand zeichnet auf auf.")
    path = f"/admin/editions/edition/{edition.pk}/korrigieren/"
    texts = {name: getattr(edition, name) for name in ("title_de", "title_en", "text_en")}
    texts |= {"summary_de": edition.summary_de, "summary_en": edition.summary_en}
    for wrong in ("Jemand zeichnet auf auf.", "Niemand zeichnet auf, auf."):
        staff.post(path, {**texts, "text_de": wrong, "meaning": "no"})
        assert "Niemand zeichnet auf auf." in read(edition.notice.get_absolute_url())
    staff.post(path, {**texts, "text_de": "Niemand zeichnet auf.", "meaning": "no"})
    assert "Niemand zeichnet auf." in read(edition.notice.get_absolute_url())


def withdrawing(staff: Client, user: User) -> None:
    edition = make_edition(make_notice("letter", "letter"))
    path = f"/admin/editions/edition/{edition.pk}/zurueckziehen/"
    staff.post(path, {"reason_de": "Ein Satz war falsch."})
    page = read(edition.get_absolute_url())
    assert "zurückgezogen" in page
    assert "Ein Satz war falsch." in page


def redacting(staff: Client, user: User) -> None:
    edition = make_edition(text_de="Frau Beispiel leitet.", text_en="Ms Beispiel hosts.")
    path = f"/admin/editions/edition/{edition.pk}/schwaerzen/"
    sent = {"phrases": "Beispiel", "reason": "Recht auf Löschung", "editions": [edition.pk]}
    staff.post(path, {**sent, "_confirm": "1"})
    html = read(edition.get_absolute_url())
    assert "Beispiel" not in html
    assert "personenbezogene Daten" in html

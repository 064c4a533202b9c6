"""Every door of the portal as the resolver knows it, with an address that leads somewhere.

A new door is found by itself; one that needs a part which nobody named here fails at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import translation

from notices.editions.models import Edition, Notice
from notices.faq.models import Question
from notices.firm.models import ProposedChange
from notices.invitations.models import Meeting
from notices.lib import pdf
from notices.safeguards.models import Attestation, Finding
from portal.accounts import urls

STAFF = "admin/"
# What is done to editions that are not public yet.
OF_DRAFTS = {
    f"editions_edition_{act}"
    for act in ("change", "delete", "decide", "take_back", "take_over", "still_right")
}


@dataclass(frozen=True, slots=True)
class Door:
    """One pattern of an address; `route` is the whole of it, as it stands in the log."""

    route: str
    name: str
    needs: tuple[str, ...]

    @property
    def is_staff(self) -> bool:
        return self.route.startswith(STAFF)

    def address(self, **given: Any) -> str:
        """Return an address of this door; what it needs is `given` or taken from what is there."""
        if not self.name:
            # Django's own redirect of an old address, and its last resort.
            return "/" + self.route.replace("<path:object_id>", "1").split("(", 1)[0] + "x/"
        values = {need: given.get(need) or _value(need, self) for need in self.needs}
        if _is_of_site(self):
            return reverse(f"admin:{self.name}", kwargs=values)
        with translation.override("de"):
            return reverse(self.name, kwargs=values)


def doors() -> list[Door]:
    """Return every door, public ones and those of staff."""
    with translation.override("de"):
        return list(_walk(get_resolver()))


def staff_doors() -> list[Door]:
    return [door for door in doors() if door.is_staff]


def without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be answered without being written: who may open them is known before that."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr(pdf, "from_html", lambda html: b"%PDF-")


def session_of(client: Client) -> str:
    """Return the key of the session of `client`, or an empty text."""
    kept = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return kept.value if kept else ""


def give_session(client: Client, key: str) -> None:
    """Give `client` the session that it had: some doors sign out, and what they did is undone."""
    client.cookies.clear()
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key


def _walk(resolver: URLResolver, before: str = "") -> Iterator[Door]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, route)
        else:
            needs = (*one.pattern.converters, *one.pattern.regex.groupindex)
            yield Door(route, one.name or "", tuple(dict.fromkeys(needs)))


def _is_of_site(door: Door) -> bool:
    """Say whether the name of a door stands in the namespace of the staff pages."""
    own = {str(one.name) for one in urls.urlpatterns}
    return door.is_staff and door.name not in own


def _value(need: str, door: Door) -> Any:
    if need in ("object_id", "id"):
        return _first_of_kind(door) if door.name != "view_on_site" else "1"
    if need == "pk":
        return _first_pk(door)
    meeting = Meeting.objects.latest("starts_at")
    notice = Notice.objects.get(key="zoom-letter")
    question = Question.objects.get(key="no-account")
    values = {
        **{"language": "en", "letter": "s", "kind": "svg", "sha256": "a" * 64, "number": 1},
        **{"correction": 1, "content_type_id": "1", "app_label": "faq", "name": "x.png"},
        **{"token": "0" * 32, "uidb64": "MQ", "code": meeting.code, "label": "1", "other": "1"},
        **{"slug": question.slug_de if "fragen" in door.route else notice.slug_de},
        **{"day": meeting.starts_at.date(), "text": "2026-13-45"},
    }
    return values[need]


def _first_of_kind(door: Door) -> str:
    if door.name in OF_DRAFTS and (draft := Edition.objects.filter(status="draft").first()):
        return str(draft.pk)
    app, model = door.route.removeprefix(STAFF).split("/")[:2]
    row = admin.site.get_model_admin(_model(app, model)).model._default_manager.first()
    return str(row.pk) if row else "1"


def _first_pk(door: Door) -> int:
    kinds: dict[str, Any] = {
        "editions_edition": Edition.objects,
        "editions_notice": Notice.objects,
        "invitations_meeting": Meeting.objects,
        "firm_proposedchange": ProposedChange.objects,
        "report": Attestation.objects,
        "incident": Finding.objects.order_by("-recorded_at", "-pk"),
    }
    if door.name in OF_DRAFTS and (draft := Edition.objects.filter(status="draft").first()):
        return draft.pk
    rows = next((kinds[kind] for kind in kinds if door.name.startswith(kind)), None)
    row = rows.first() if rows is not None else None
    return row.pk if row else 1


def _model(app: str, name: str) -> Any:
    return next(
        model for model in admin.site._registry if model._meta.label_lower == f"{app}.{name}"
    )

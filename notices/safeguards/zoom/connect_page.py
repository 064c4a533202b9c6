"""Connect the firm's Zoom account: what is set, what to grant, whether it works."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from notices.safeguards.models import Check, Safeguard, Source
from notices.safeguards.zoom import client
from notices.safeguards.zoom.account import LOCK_OPTIONS
from notices.safeguards.zoom.errors import Rejected, ZoomError
from notices.safeguards.zoom.field_map import fields
from notices.safeguards.zoom.fields import FieldVerdict
from notices.safeguards.zoom.verdicts import ACCOUNT_LOCKS, ACCOUNT_SETTINGS, verify

CONNECT = "safeguards.connect_zoomtoken"
LATEST = 10
# Seconds for all calls of the test together, as the page says, and for one of them. What the
# page itself needs is left over.
WHOLE_TEST = 18.0
ONE_CALL = 5.0

VARIABLES = (
    "ZOOM_ACCOUNT_ID",
    "ZOOM_CLIENT_ID",
    "ZOOM_CLIENT_SECRET",
    "ZOOM_WEBHOOK_SECRET",
)
SCOPES = (
    ("account:read:settings:admin", _("The settings of the account, which readers see.")),
    (
        "account:read:lock_settings:admin",
        _("Whether a setting is locked for everyone or can be changed."),
    ),
    ("user:read:list_users:admin", _("Which users there are, to look at each one's settings.")),
    ("user:read:settings:admin", _("Whether single users differ from the account.")),
    ("group:read:list_groups:admin", _("Which groups there are.")),
    ("group:read:settings:admin", _("Whether groups differ from the account.")),
    ("group:read:lock_settings:admin", _("Whether groups lock a setting for their users.")),
    (
        "meeting:read:meeting:admin",
        _("The settings of a single meeting, if its meeting ID is stored with us."),
    ),
)
OK, REFUSED, FAILED, LEFT_OUT = "ok", "refused", "failed", "left_out"
OUTCOMES = {
    OK: _("works"),
    REFUSED: _("refused"),
    FAILED: _("failed"),
    LEFT_OUT: _("not asked any more"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """How one call of the test went, in words."""

    title: Any
    option: str
    outcome: str
    sentence: str = ""
    advice: str = ""

    @property
    def outcome_word(self) -> Promise:
        return OUTCOMES[self.outcome]


@dataclass(slots=True)
class Trial:
    """All calls of one test, and what they answered; nothing of it is stored."""

    give_up_at: float
    calls: list[Call] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    locks: dict[str, Any] = field(default_factory=dict)
    is_over: bool = False

    def ask(self, title: Any, read: Callable[[], Any], option: str = "") -> Any:
        """Make one call and say how it went; after a failure the others are left out."""
        if self.is_over or time.monotonic() > self.give_up_at:
            self.calls.append(Call(title, option, LEFT_OUT))
            return None
        try:
            answer = read()
        except ZoomError as error:
            outcome = REFUSED if isinstance(error, Rejected) else FAILED
            # What does not reach Zoom once will not reach it seven times.
            self.is_over = outcome == FAILED
            self.calls.append(Call(title, option, outcome, error.sentence, error.advice))
            return None
        self.calls.append(Call(title, option, OK))
        return answer

    @property
    def works(self) -> bool:
        return all(call.outcome == OK for call in self.calls)

    @property
    def conclusion(self) -> Promise:
        return _("Everything works.") if self.works else _("Not everything works.")


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that the account did not return, under Zoom's name."""

    path: str
    option: str
    safeguard: str


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CONNECT, raise_exception=True)
def connect_page(request: HttpRequest) -> HttpResponse:
    """Show what is set up; on POST ask Zoom once for everything and say how it went."""
    trial = test_connection() if request.method == "POST" else None
    hook = request.build_absolute_uri(reverse("zoom-webhook"))
    if settings.BASE_URL:
        hook = settings.BASE_URL + reverse("zoom-webhook")
    checks = Check.objects.filter(source=Source.ACCOUNT)
    return TemplateResponse(
        request,
        "admin/zoom.html",
        {
            "title": _("Connection to Zoom"),
            "is_configured": client.is_configured(),
            # Whether, never what.
            "variables": [(name, bool(getattr(settings, name))) for name in VARIABLES],
            "scopes": SCOPES,
            "trial": trial,
            "missing": list(missing_fields(trial)) if trial else [],
            "checks": checks.order_by("-at", "-recorded_at", "-id")[:LATEST],
            "hook": hook,
            "hook_has_secret": bool(settings.ZOOM_WEBHOOK_SECRET),
        },
    )


def test_connection() -> Trial:
    """Ask each operation once, without waiting or repeating; record nothing."""
    trial = Trial(time.monotonic() + WHOLE_TEST)
    try:
        zoom = client.connect(patience=0, longest_call=ONE_CALL, give_up_at=trial.give_up_at)
    except ZoomError as error:
        trial.calls.append(Call(_("Connection"), "", FAILED, error.sentence, error.advice))
        return trial
    with zoom:
        # A new token: the one in use does not know permissions granted since.
        trial.ask(_("Sign in with our credentials"), zoom.renew_token)
        for option in options():
            body = trial.ask(
                _("Settings of the account"), partial(zoom.account_settings, option), option
            )
            if body is not None:
                trial.settings[option or "default"] = body
        for option in LOCK_OPTIONS:
            body = trial.ask(_("Locks of the account"), partial(zoom.account_locks, option), option)
            if body is not None:
                trial.locks[option or "default"] = body
        user = _id(trial.ask(_("List of users"), lambda: next(zoom.users(), {})))
        if user:
            trial.ask(_("Settings of one user"), lambda: zoom.user_settings(user))
        group = _id(trial.ask(_("List of groups"), lambda: next(zoom.groups(), {})))
        if group:
            trial.ask(_("Settings of one group"), lambda: zoom.group_settings(group))
            trial.ask(_("Locks of one group"), lambda: zoom.group_locks(group))
    return trial


def options() -> Sequence[str]:
    """Return the options that the account's settings are asked with, the usual one first."""
    return sorted({known.option for known in fields() if known.path})


def missing_fields(trial: Trial) -> Iterator[Missing]:
    """Yield the fields that were asked for and that the account does not return."""
    reading = verify({ACCOUNT_SETTINGS: trial.settings, ACCOUNT_LOCKS: trial.locks})
    names = {one.key: one.name for one in Safeguard.objects.all()}
    for known in fields():
        was_answered = (known.option or "default") in trial.settings
        is_unknown = reading.fields[known.key].verdict is FieldVerdict.UNKNOWN
        if known.is_expected and was_answered and is_unknown:
            yield Missing(known.path, known.option, names.get(known.safeguard, ""))


def _id(row: Any) -> str:
    found = row.get("id") if isinstance(row, dict) else None
    return found if isinstance(found, str) else ""

"""The doors that ask for a fresh sign-in: what cannot be taken back, and who may do what."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.urls import resolve

ALWAYS = ""
# The button that has to be among what was sent; ALWAYS for whatever is sent there.
FRESH_DOORS = {
    "editions_edition_decide": "_publish",
    "editions_edition_withdraw": ALWAYS,
    "editions_edition_redact": ALWAYS,
    "report-decide": "_confirm",
    "firm_proposedchange_decide": "_confirm",
    "firm_proposedchange_redact": "_confirm",
    "communities_community_review": ALWAYS,
    # All texts of a new firm, and all its settings, at once.
    "set-up-texts-publish": ALWAYS,
    "set-up-confirm": ALWAYS,
    "export": ALWAYS,
    "firm_auditentry_export": ALWAYS,
    # Others' accounts with their roles, and erasing a person.
    "auth_user_add": ALWAYS,
    "auth_user_change": ALWAYS,
    "auth_user_changelist": ALWAYS,
}


def ask_again(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired where an act needs a fresh sign-in and there is none."""
    if request.method != "POST":
        return
    # Not `resolver_match`: what was sent goes on by itself after the sign-in, from its page.
    button = FRESH_DOORS.get(resolve(request.path_info).url_name or "")
    if button is None or (button and button not in request.POST):
        return
    if not did_recently_reauthenticate(request):
        raise ReauthenticationRequired

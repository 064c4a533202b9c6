"""What can go wrong with Zoom, in sentences for staff; none of them quotes Zoom's own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from notices.firm.days import BERLIN


class ZoomError(Exception):
    """Zoom did not give an answer we can use.

    `permanent` errors come back until somebody changes something; the others may pass.
    """

    code = "zoom"
    permanent = True
    sentence_text = _("Zoom gave no usable answer.")
    advice_text = _("Run the check again later.")
    # How long Zoom asked us to wait, in seconds.
    wait: float | None = None

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """Say what happened."""
        return str(self.sentence_text)

    @property
    def advice(self) -> str:
        """Say what to do about it."""
        return str(self.advice_text)


class NotConfigured(ZoomError):
    code = "not_configured"
    sentence_text = _("No Zoom account is connected.")
    advice_text = _(
        "Set ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET and start the portal again."
    )


class BadEnvironment(ZoomError):
    code = "bad_environment"
    sentence_text = _("This server's settings for its proxy or its certificates cannot be used.")
    advice_text = _(
        "Check HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR in the "
        "portal's environment and start the portal again."
    )


class Unauthorised(ZoomError):
    code = "unauthorised"
    sentence_text = _("Zoom does not accept our credentials.")
    advice_text = _(
        "Compare account ID, client ID and client secret with the app in Zoom's Marketplace, "
        "and check that the app is activated."
    )


class WrongSecret(Unauthorised):
    code = "wrong_secret"
    sentence_text = _("Zoom does not know this client ID, or the client secret is wrong.")
    advice_text = _(
        "Compare client ID and client secret with the app in Zoom's Marketplace. A secret that "
        "was renewed there has to be renewed here too."
    )


class WrongAppType(Unauthorised):
    code = "wrong_app_type"
    sentence_text = _("The app in Zoom's Marketplace is of another type than we need.")
    advice_text = _(
        "Make an app of the type “Server-to-Server OAuth” for this account in Zoom's "
        "Marketplace, activate it and take over its account ID, client ID and client secret."
    )


class RateLimited(ZoomError):
    code = "rate_limited"
    permanent = False
    sentence_text = _("Zoom has had too many requests and asks us to wait.")
    advice_text = _("Run the check again in an hour, or tomorrow if this happens again.")

    def __init__(self, wait: float | None = None) -> None:
        super().__init__()
        self.wait = wait


class PutOff(ZoomError):
    """Zoom ordered a wait that is longer than a check can wait."""

    code = "put_off"
    sentence_text = _("Zoom takes no further requests before {moment}.")
    advice_text = _("There is nothing to do: the next check begins after that by itself.")

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until

    @property
    def sentence(self) -> str:
        """Say until when; the moment as readers in Berlin know it."""
        # Up to the next full minute: at the one that is named it must be allowed again.
        until = (self.until + timedelta(seconds=59)).astimezone(BERLIN)
        moment = f"{until:%d.%m.%Y, %H:%M}"
        return str(format_lazy(self.sentence_text, moment=moment))


class Unreachable(ZoomError):
    code = "unreachable"
    permanent = False
    sentence_text = _("Zoom cannot be reached, or the connection broke off.")
    advice_text = _("Check whether this server can reach the internet, then run the check again.")


class TooSlow(Unreachable):
    code = "too_slow"
    sentence_text = _("Zoom took too long to answer.")


class OutOfOrder(ZoomError):
    """Zoom answered with a 5xx status."""

    code = "out_of_order"
    permanent = False
    sentence_text = _("Zoom reports an error of its own.")

    def __init__(self, wait: float | None = None) -> None:
        super().__init__()
        self.wait = wait


class TokenBusy(ZoomError):
    code = "token_busy"
    permanent = False
    sentence_text = _("Another process has been fetching a new access token for too long.")
    advice_text = _("Run the check again in a few minutes.")


class BadAnswer(ZoomError):
    code = "bad_answer"
    permanent = False
    sentence_text = _("Zoom's answer cannot be read.")
    advice_text = _(
        "Run the check again later. If this happens again, check whether a firewall or a proxy "
        "changes the answers."
    )


class TooLarge(ZoomError):
    code = "too_large"
    sentence_text = _("Zoom's answer is larger than 5 MB and was not read.")
    advice_text = _("Check ZOOM_API_URL, and whether a proxy changes the answers.")


class Redirected(ZoomError):
    code = "redirected"
    sentence_text = _("Zoom's address leads to another address, which we do not follow.")
    advice_text = _("Check ZOOM_OAUTH_URL and ZOOM_API_URL, and whether a proxy is in between.")


class Endless(ZoomError):
    code = "endless"
    sentence_text = _("Zoom's list of users or groups does not come to an end.")


class Rejected(ZoomError):
    """Zoom understood the request and refuses this one call; others may work."""

    code = "rejected"
    sentence_text = _("Zoom refuses to answer this request.")
    advice_text = _(
        "Ask the owner of the Zoom account whether the app's role may read these settings."
    )


class MissingScope(Rejected):
    code = "missing_scope"
    sentence_text = _("The app may not read this: a permission is missing.")

    def __init__(self, scopes: Sequence[str] = ()) -> None:
        super().__init__()
        self.scopes = tuple(scopes)

    @property
    def advice(self) -> str:
        """Name what to grant, as far as Zoom named it."""
        if not self.scopes:
            return str(_("Grant the app the permissions it needs in Zoom's Marketplace."))
        named = _("Grant the app this permission in Zoom's Marketplace: {scopes}.")
        if len(self.scopes) > 1:
            named = _("Grant the app one of these permissions in Zoom's Marketplace: {scopes}.")
        return str(format_lazy(named, scopes=", ".join(self.scopes)))


class NotInPlan(Rejected):
    code = "not_in_plan"
    sentence_text = _("Zoom does not return these settings for this account's plan.")
    advice_text = _("Compare these settings by hand.")


class NoAnswer(Rejected):
    """A 200 that holds an error, or nothing that belongs there."""

    code = "no_answer"
    sentence_text = _("Zoom answered, but not with settings.")
    advice_text = _("Run the check again later.")


class NotFound(Rejected):
    code = "not_found"
    sentence_text = _("Zoom does not know this account, user, group or meeting.")
    advice_text = _("If it was deleted in the meantime, there is nothing to do.")

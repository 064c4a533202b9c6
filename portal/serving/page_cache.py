"""Public pages are kept ready in front of Django: fresh by a stamp, true by a moment.

Only what an anonymous reader gets under an address without a query is kept. A page is made again
when the site's stamp is another one, and never shown past the moment at which something on it
stops being true: then its successor, rendered ahead for that moment, takes its place.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.http.request import split_domain_port, validate_host

from notices.firm import days
from portal.middleware import trust_forwarded

from .database import IS_DOWN
from .errors import SAFE
from .kept.answering import Answer, Application, Environ, StartResponse, environ_for
from .kept.claims_end import ClaimsEnd
from .kept.files import PageFiles
from .kept.makers import OTHERS, Makers
from .kept.page import ENCODINGS, Page, encodings, without_ours
from .kept.refusals import Refusals
from .kept.renewing import Renewing
from .kept.store import Key, PageStore
from .metrics import KEPT
from .site_watch import SiteWatch, watch

NOT_KEPT = re.compile(rf"/({OTHERS})(/|$)", re.IGNORECASE)

# Whether this process lives: asked most urgently while all its threads wait.
HEALTH = "/healthz"

# After a page could not be made, kept ones go on for so long before the next try.
SECONDS_AFTER_FAILURE = 3.0
# Readers of a page that has to be made wait so long for the one who makes it.
SECONDS_TO_WAIT = 5.0
# Names beyond those that are configured: each would be another copy of every page.
OTHER_HOSTS = 8
LONGEST_PATH = 500


class PageCache:
    """A WSGI application around Django's."""

    def __init__(self, app: Application, site: SiteWatch = watch) -> None:
        self.app = app
        self.site = site
        self.store = PageStore()
        self.files = PageFiles(settings.DATA_DIR / "pages")
        self.renewing = Renewing(self)
        self.claims = ClaimsEnd()
        self.makers = Makers(connection.vendor)
        self.refusals = Refusals()
        self._locks = [threading.Lock() for _ in range(64)]
        self._hosts: dict[str, bool] = {}
        self._alive: dict[Key, Answer] = {}
        self._failed_at = -SECONDS_AFTER_FAILURE

    def at_hand(self, environ: Environ) -> Application | None:
        """Return who answers at once, None if somebody has to be asked or waited for.

        The loop of the worker calls this for every request: nothing here may wait.
        """
        trust_forwarded(environ, settings.TRUSTED_PROXIES)
        if _asks_for_health(environ):
            alive = self._alive.get(_address(environ))
            return alive.send if alive else None
        if not self.site.has_begun or self.site.closed or environ.get("QUERY_STRING"):
            return None
        key = self.key_of(environ)
        page = self.store.get(key) if key else None
        if page is None or not page.holds_at(time.time()) or self._is_stale(page):
            return None
        KEPT.labels("memory").inc()
        page.used_at = time.monotonic()
        return page.send

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.site.begin()
        self.renewing.begin()
        if send := self.at_hand(environ):
            return send(environ, start_response)
        key = None if self.site.closed else self.key_of(environ)
        if key is None:
            return self._answered(environ, start_response)
        language = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        if query := environ.get("QUERY_STRING"):
            # Made for this reader and forgotten: queries are endless, and nobody else's matter.
            best = encodings(environ.get("HTTP_ACCEPT_ENCODING", ""))[:1]
            with self.makers.turn() as is_in_time:
                if is_in_time:
                    answer = self._made(key, language, query, best)
                else:
                    answer = self.refusal(key, language)
            return answer.send(environ, start_response)
        page = self.store.get(key)
        current = page.at(time.time()) if page else None
        if current is None or self._is_stale(current):
            KEPT.labels("made").inc()
            answer = self._renewed(key, language, current)
            return answer.send(environ, start_response)
        # What was ahead is now: it needs a successor of its own.
        self.keep(key, current)
        KEPT.labels("memory").inc()
        current.used_at = time.monotonic()
        return current.send(environ, start_response)

    def _answered(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let Django answer what is not kept."""
        if _asks_for_health(environ) and self._is_ours(environ.get("HTTP_HOST", ""), environ):
            answer = self.ask(_address(environ))
            if answer.status == 200:
                self._alive[_address(environ)] = answer
            return answer.send(environ, start_response)
        if NOT_KEPT.match(environ.get("PATH_INFO", "")):
            environ[IS_DOWN] = not self.site.is_up
            return self.app(environ, start_response)
        with self.makers.turn() as is_in_time:
            environ[IS_DOWN] = not (is_in_time and self.site.is_up)
            return self.app(environ, start_response)

    def key_of(self, environ: Environ) -> Key | None:
        """Return the key of what every reader gets alike, None for everything else."""
        if (
            environ["REQUEST_METHOD"] not in SAFE
            or settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")
            or "HTTP_AUTHORIZATION" in environ
            or environ.get("CONTENT_LENGTH")
            or environ.get("SCRIPT_NAME")
        ):
            return None
        path, host = environ.get("PATH_INFO", ""), environ.get("HTTP_HOST", "")
        if NOT_KEPT.match(path) or len(path) > LONGEST_PATH or not self._is_ours(host, environ):
            return None
        return _address(environ)

    def _is_ours(self, host: str, environ: Environ) -> bool:
        """Say whether pages are kept for this host; refused ones get no copy, nor do too many."""
        known = self._hosts.get(host)
        if known is not None:
            return known
        domain, port = split_domain_port(host)
        allowed = settings.ALLOWED_HOSTS or [".localhost", "127.0.0.1", "[::1]"]
        if not domain or not validate_host(domain, allowed):
            return False
        named = domain.lower() in {name.lower() for name in allowed}
        usual = named and port in ("", environ.get("SERVER_PORT"))
        if not usual and len(self._hosts) >= OTHER_HOSTS + len(allowed):
            return False
        if len(self._hosts) < 1000:
            self._hosts[host] = True
        return True

    def _is_stale(self, page: Page) -> bool:
        """Say whether a page should be made again before it is shown once more."""
        if time.monotonic() - self._failed_at < SECONDS_AFTER_FAILURE or not self.site.is_up:
            return False
        return page.stamp != self.site.stamp

    def _renewed(self, key: Key, language: str, kept: Page | None) -> Page | Answer:
        """Make the page again; whoever finds somebody at it gets the old bytes meanwhile."""
        lock = self._locks[hash(key) % len(self._locks)]
        if not lock.acquire(timeout=0 if kept else SECONDS_TO_WAIT):
            return kept or self.refusal(key, language)
        try:
            page = self.store.get(key)
            current = page.at(time.time()) if page else None
            if page and current and not self._is_stale(page):
                return current
            with self.makers.turn() as is_in_time:
                if not self.site.is_up or not is_in_time:
                    return kept or self._from_disk(key) or self.refusal(key, language)
                made = self._made(key, language)
            if isinstance(made, Page):
                self.keep(key, made)
            elif made.status >= 500:
                self._failed_at = time.monotonic()
                return kept or self._from_disk(key) or made
            else:
                self.store.drop(key)
            return made
        finally:
            lock.release()

    def _made(
        self, key: Key, language: str, query: str = "", wanted: Sequence[str] = ENCODINGS
    ) -> Page | Answer:
        """Make the page for now, unless somebody has just been told that it cannot be made."""
        if told := self.refusals.of(key, language):
            return told
        made = self.make(key, days.now(), language, query, wanted)
        self.refusals.note(key, language, made)
        return made

    def _from_disk(self, key: Key) -> Page | None:
        """Return what an earlier process left, if all of it is still true."""
        page = self.files.read(key)
        current = page.at(time.time()) if page else None
        if current:
            self.store.put(key, current)
        return current

    def keep(self, key: Key, page: Page) -> None:
        """Keep a page; what takes longer is done for it in the background."""
        self.store.put(key, page)
        self.renewing.follow(key)

    def ready(self, key: Key) -> Page | Answer:
        """Make a page with all that belongs to it, before anybody asks."""
        made = self.make(key, days.now())
        if isinstance(made, Page):
            self.store.put(key, made)
            self.renewing.complete(key, made)
        return made

    def make(
        self,
        key: Key,
        moment: datetime,
        language: str = "",
        query: str = "",
        wanted: Sequence[str] = ENCODINGS,
    ) -> Page | Answer:
        """Let Django make the page for `moment`; what may not be kept comes as it is."""
        # Before the rows are read: a change that comes in between makes the page stale at once.
        stamp = self.site.stamp
        with days.reading_at(moment) as reading:
            answer = self.ask(key, language, query)
            if not answer.may_be_kept:
                return answer
            if end := self.claims.after(moment, stamp):
                days.holds_until(end)
        return Page(
            headers=without_ours(answer.headers),
            identity=answer.body,
            stamp=stamp,
            moment=moment.timestamp(),
            end=reading.end.timestamp(),
            sharing=answer.sharing,
            wanted=wanted,
        )

    def ask(self, key: Key, language: str = "", query: str = "") -> Answer:
        """Ask Django; nothing of a reader's request but address and language goes with it."""
        environ = environ_for(key, language, query)
        environ[IS_DOWN] = not self.site.is_up
        return Answer(self.app, environ)

    def refusal(self, key: Key, language: str) -> Answer:
        """Let Django say, in the reader's language, that there is no page just now."""
        return Answer(self.app, {**environ_for(key, language), IS_DOWN: True})


def _address(environ: Environ) -> Key:
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", "").lower(),
        environ.get("PATH_INFO", ""),
    )


def _asks_for_health(environ: Environ) -> bool:
    return environ.get("PATH_INFO") == HEALTH and environ["REQUEST_METHOD"] in SAFE

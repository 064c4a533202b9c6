"""Staff who save one thing after the other and remember what was acknowledged."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing, suppress
from urllib.parse import urlencode

from .portal import Portal

WRITERS = 3
CSRF = "d" * 32
LIST = "/admin/faq/synonyms/"
SIGN_IN = """
import time
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from portal.accounts.sessions import BEGAN, SEEN
user = User.objects.create_user("editor", is_staff=True)
user.groups.add(Group.objects.get(name="editor"))
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session[BEGAN] = session[SEEN] = time.time()
session.save()
print("session", session.session_key)
"""


class Writers:
    def __init__(self, portal: Portal) -> None:
        said = portal.run("shell", "-c", SIGN_IN)
        self.portal, self.session = portal, said.rpartition("session ")[2].strip()
        self.acknowledged: set[str] = set()
        self.ended = threading.Event()
        self.threads = [
            threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)
        ]

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _write(self, number: int) -> None:
        count = 0
        while not self.ended.is_set():
            count += 1
            words = f"drill {number}, number {count}"
            with suppress(OSError, http.client.HTTPException):
                if self._save(words):
                    self.acknowledged.add(words)

    def _save(self, words: str) -> bool:
        """Say whether the portal said that it is saved; a way to the sign-in says nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=10)
        with closing(connection):
            body = urlencode({"language": "de", "words": words, "csrfmiddlewaretoken": CSRF})
            cookies = f"session={self.session}; csrf={CSRF}"
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
            connection.request("POST", f"{LIST}add/", body, headers)
            answer = connection.getresponse()
            return answer.status == 302 and answer.getheader("Location") == LIST

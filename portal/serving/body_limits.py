"""How large a request may be, judged by its head alone: small until somebody has signed in."""

from __future__ import annotations

import re

# A sign-in, a second factor, a word for the search.
BEFORE_SIGN_IN = 64 * 1024
# What the webhook reads at most, and some more.
WEBHOOK = 256 * 1024
# A form takes files of 5 MB; up to here staff read its sentence instead of a bare refusal.
STAFF = 32 * 1024 * 1024

WEBHOOK_PATH = b"/hooks/"
# Whoever makes one up gets no further than Django's own limits. The second one outlives a session:
# what was typed until it ended is kept.
SESSION = re.compile(rb"\r\ncookie:[^\r\n]*\b(__Host-)?(session|csrf)=[a-z0-9]{20,}", re.IGNORECASE)


def largest_body(head: bytes) -> int:
    """Return the bytes that a request with this head may bring."""
    target = head.split(b" ", 2)[1:2]
    if target and target[0].startswith(WEBHOOK_PATH):
        return WEBHOOK
    if target and target[0].startswith(b"/admin/") and not target[0].startswith(b"/admin/login"):
        return STAFF if SESSION.search(head) else BEFORE_SIGN_IN
    return BEFORE_SIGN_IN

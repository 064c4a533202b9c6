"""What a page needs to be a document: a code that leads back to it, and a digest of its words."""

from __future__ import annotations

import hashlib
import re
from html import unescape

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from notices.lib import qr as codes

register = template.Library()

TAG = re.compile(r"<[^>]*>")
# Three groups of four signs are read out on the telephone in one breath.
GROUPS, SIGNS = 3, 4


@register.simple_tag
def qr(address: str, title: str = "") -> SafeString:
    """Draw an address as a QR code; a PDF reads out its `title`."""
    return mark_safe(codes.svg(address, title))  # noqa: S308


@register.simple_block_tag(takes_context=True)
def sealed(context: Context, content: str) -> SafeString:
    """Show `content` without its indents, and keep a digest of its words for the print."""
    # Only there do blanks show.
    if "<pre" not in content and "<textarea" not in content:
        content = "\n".join(filter(None, map(str.strip, content.split("\n"))))
    context["digest"] = digest(content)
    return mark_safe(content)  # noqa: S308


def digest(html: str) -> str:
    """Return a short digest of what a page says: two prints with the same one say the same."""
    words = " ".join(unescape(TAG.sub(" ", html)).split())
    found = hashlib.sha256(words.encode()).hexdigest()
    return "-".join(found[at : at + SIGNS] for at in range(0, GROUPS * SIGNS, SIGNS))

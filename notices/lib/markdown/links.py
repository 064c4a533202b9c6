"""Links of a Markdown source as words with their address, for readers of a comparison."""

from __future__ import annotations

import re

# Bounded: an unclosed bracket must not be looked for to the end of a long text, again and again.
LABEL = r"\[((?:[^\[\]\\\n]|\\.|\n(?![ \t]*\n)){1,400})\]"
DEFINITION = re.compile(
    r"""^[ ]{0,3}\[([^\[\]^\n][^\[\]\n]*)\]:[ \t]*<?([^\s<>]+)>?[ \t]*"""
    r"""(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\))?[ \t]*$""",
    re.MULTILINE,
)
INLINE = re.compile(
    r"!?" + LABEL + r"""\([ \t]*<?((?:[^\s<>()]|\([^\s()]*\))*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
)
REFERENCE = re.compile(r"!?" + LABEL + r"(?:[ ]?\[([^\[\]\n]*)\])?(?![(:])")
BARE = re.compile(r"<((?:https?:|mailto:|tel:)[^\s<>]+|[^\s<>@:]{1,100}@[^\s<>@]+)>", re.IGNORECASE)
SCHEME = re.compile(r"^(?:mailto|tel):", re.IGNORECASE)


def readable_links(source: str) -> str:
    """Return `source` with "[words](address)" as "words (address)"; brackets alone stay."""
    defined = {_key(name): address for name, address in DEFINITION.findall(source)}
    source = DEFINITION.sub("", source)
    source = INLINE.sub(lambda link: _told(link[1], link[2]), source)

    def refer(link: re.Match[str]) -> str:
        address = defined.get(_key(link[2] or link[1]))
        return _told(link[1], address) if address else link[0]

    if defined:
        source = REFERENCE.sub(refer, source)
    return BARE.sub(lambda link: SCHEME.sub("", link[1]), source)


def _told(words: str, address: str) -> str:
    address = SCHEME.sub("", address)
    return words if not address or words == address else f"{words} ({address})"


def _key(name: str) -> str:
    return " ".join(name.casefold().split())

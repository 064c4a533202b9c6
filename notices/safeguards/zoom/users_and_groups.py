"""Compare users and groups with the account: who has a weaker value of their own.

A value that cannot be read there counts as unread, never as deviating.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from notices.safeguards.zoom.field_map import Field
from notices.safeguards.zoom.fields import FieldVerdict, item, overall, read_fields
from notices.safeguards.zoom.known_fields import is_gone

# Zoom's own ids look like this; anything else (an e-mail address) is replaced by a number.
_ID: Final = re.compile(r"[A-Za-z0-9_+/=-]{1,64}")


@dataclass(frozen=True, slots=True)
class Member:
    """One user or group whose settings were read."""

    name: str
    verdicts: Mapping[str, FieldVerdict]
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """All users, or all groups: `listed` of them exist, `members` were read.

    `gone` were listed and did not exist any more when they were read; without a complete list
    nobody knows how many there are.
    """

    listed: int
    members: tuple[Member, ...]
    gone: int = 0
    is_complete: bool = True

    @property
    def read(self) -> int:
        return len(self.members)

    @property
    def total(self) -> int | None:
        """Return how many there are to read, or None if nobody knows."""
        return self.listed - self.gone if self.is_complete else None

    def differing(self, keys: Iterable[str] | None = None) -> dict[str, list[str]]:
        """Return the deviating fields by member, all of them or only those in `keys`."""
        wanted = None if keys is None else set(keys)
        found = {
            member.name: [key for key in member.differing if wanted is None or key in wanted]
            for member in self.members
        }
        return {name: differing for name, differing in found.items() if differing}

    def read_for(self, deciding: Sequence[str], compared: Iterable[str]) -> int:
        """Return how many members could be judged by these fields."""
        differing = self.differing(compared)
        return sum(member.name in differing or _known(member, deciding) for member in self.members)


def names(listing: object, *answers: object) -> tuple[dict[str, str], int]:
    """Return id -> name of everybody listed or answered for, and how many they are."""
    rows = listing if isinstance(listing, list) else []
    ids = [item(row, "id") for row in rows]
    listed = [key for key in ids if isinstance(key, str)]
    by_id = [answer for answer in answers if isinstance(answer, Mapping)]
    answered = [key for answer in by_id for key in answer if isinstance(key, str)]
    unique = list(dict.fromkeys([*listed, *answered]))
    nameless = len(ids) - len(listed)
    found = {
        key: key if _ID.fullmatch(key) else f"no. {number}"
        for number, key in enumerate(unique, start=1)
    }
    return found, len(unique) + nameless


def compare(
    fields: Sequence[Field],
    path_of: Callable[[Field], str],
    account: Mapping[str, FieldVerdict],
    listing: object,
    by_id: object,
) -> Level:
    """Read `fields` for every user or group and list what is weaker than in the account."""
    by_name, listed = names(listing, by_id)
    members = []
    gone = 0
    for key, name in by_name.items():
        bodies = item(by_id, key)
        gone += _is_gone(bodies)
        if not _was_read(bodies):
            continue
        seen = read_fields(fields, path_of, bodies)
        verdicts = {key: field.verdict for key, field in seen.items()}
        weaker = tuple(
            key
            for key, verdict in verdicts.items()
            if verdict is FieldVerdict.NOT_PROTECTED
            and account[key] is not FieldVerdict.NOT_PROTECTED
        )
        members.append(Member(name, verdicts, weaker))
    return Level(listed, tuple(members), gone, isinstance(listing, list))


def _was_read(bodies: object) -> bool:
    if not isinstance(bodies, Mapping):
        return False
    return any(isinstance(body, Mapping) and not is_gone(body) for body in bodies.values())


def _is_gone(bodies: object) -> bool:
    if not isinstance(bodies, Mapping) or not bodies:
        return False
    return all(is_gone(body) for body in bodies.values())


def _known(member: Member, keys: Iterable[str]) -> bool:
    verdicts = [member.verdicts[key] for key in keys if key in member.verdicts]
    return overall(verdicts) is not FieldVerdict.UNKNOWN

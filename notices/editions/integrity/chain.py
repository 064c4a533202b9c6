"""The chain of digests of each notice: where it ends, and whether it still holds.

Each published row names the digest of the row before it. The order of the chain is what these
links say, never the ids: a draft may be older than a correction that was published before it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from notices.firm.audit import Act
from notices.firm.languages import CODES, column, text_of
from notices.firm.models import AuditEntry
from notices.lib import markdown

from ..models import Edition, Notice, Redaction
from .digests import edition_digest

# Rows read from the database at once: texts are long, and there may be many editions.
CHUNK = 50
# A head begins with the newest moment it covers, so that it can be compared years later.
HEAD_STAMP = "%Y%m%dT%H%M%S.%fZ"
# Acts in the audit whose subject is "key label" of a published row.
PUBLISHING_ACTS = (Act.EDITION_PUBLISHED, Act.EDITION_CORRECTED)


@dataclass(frozen=True, slots=True)
class Link:
    """What the chain needs to know of one row; the texts were read and let go."""

    pk: int
    number: int
    correction: int
    published_at: datetime
    digest: str
    previous: str
    actual: str
    differs: str = ""
    redactions: Sequence[Redaction] = ()

    @property
    def label(self) -> str:
        return f"{self.number}.{self.correction}" if self.correction else str(self.number)

    @property
    def names(self) -> set[str]:
        """Return every digest by which the row after this one may call it."""
        return {self.digest, *(one.old_digest for one in self.redactions)}

    @property
    def last_touched(self) -> datetime:
        return max([self.published_at, *(one.at for one in self.redactions)])

    def digest_at(self, moment: datetime) -> str:
        """Return the digest this row had at `moment`, before later redactions."""
        later = [one for one in self.redactions if one.at > moment]
        return later[0].old_digest if later else self.digest


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not as it was published: which one, what kind, and what differs."""

    notice: str
    edition: str
    kind: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.notice}, edition {self.edition}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Redacted:
    """One redaction, as the report tells it."""

    notice: str
    edition: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification of all notices found."""

    notices: int
    editions: int
    problems: Sequence[Problem]
    redactions: Sequence[Redacted]
    head: str


def end_of_chain(notice: Notice) -> str:
    """Return the digest of the row that no other row follows; "" before the first one."""
    published = Edition.objects.published().filter(notice=notice)
    followed = published.values("previous_digest")
    ends = published.exclude(digest__in=followed).exclude(redactions__old_digest__in=followed)
    return ends.order_by("published_at", "id").values_list("digest", flat=True).last() or ""


def verify(head: str = "") -> Report:
    """Recompute every digest and follow every chain; compare with `head` if one was noted."""
    problems: list[Problem] = []
    redactions: list[Redacted] = []
    lines: list[str] = []
    earlier: list[str] = []
    newest = datetime.fromtimestamp(0, UTC)
    noted_at = moment_of(head) if head else None
    audited = _audited()
    notices = Notice.objects.order_by("key")
    for notice in notices:
        links = list(read_links(notice))
        problems += problems_of(notice.key, links, audited.pop(notice.key, set()))
        redactions += [
            Redacted(notice.key, link.label, one.at, one.reason)
            for link in links
            for one in link.redactions
        ]
        lines += [f"{notice.key} {link.label} {link.digest}" for link in links]
        newest = max([newest, *(link.last_touched for link in links)])
        if noted_at:
            earlier += [
                f"{notice.key} {link.label} {link.digest_at(noted_at)}"
                for link in links
                if link.published_at <= noted_at
            ]
    for key, labels in sorted(audited.items()):
        problems += [_lost(key, label) for label in sorted(labels)]
    if noted_at and _head(earlier, noted_at) != head:
        problems.append(
            Problem(
                "all notices",
                "-",
                "head",
                f"the rows published until {noted_at:%Y-%m-%d %H:%M:%S} UTC are not those that "
                "the noted head covers: one was removed, added or changed since",
            )
        )
    return Report(len(notices), len(lines), problems, redactions, _head(lines, newest))


def read_links(notice: Notice) -> Iterator[Link]:
    """Read the published rows of `notice` one after the other and recompute their digests."""
    redactions: dict[int, list[Redaction]] = defaultdict(list)
    for redaction in Redaction.objects.filter(edition__notice=notice).order_by("id"):
        redactions[redaction.edition_id].append(redaction)
    rows = Edition.objects.published().filter(notice=notice).order_by("id")
    for row in rows.prefetch_related("html_rows").iterator(chunk_size=CHUNK):
        row.notice = notice
        actual = edition_digest(row)
        yield Link(
            pk=row.pk,
            number=row.number or 0,
            correction=row.correction,
            published_at=row.published_at or row.created_at,
            digest=row.digest,
            previous=row.previous_digest,
            actual=actual,
            differs="" if actual == row.digest else _what_differs(row),
            redactions=redactions[row.pk],
        )


def problems_of(key: str, links: Sequence[Link], audited: set[str]) -> list[Problem]:
    """Return what is wrong with the rows of one notice, in the order of the chain."""
    ordered, loose = _follow(links)
    unreached = {link.pk for link in loose}
    known = {name for link in links for name in link.names}
    followers: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        followers[link.previous].append(link)
    found: list[Problem] = []
    for link in [*ordered, *loose]:
        told: list[tuple[str, str]] = []
        if link.actual != link.digest:
            told.append(("changed", _changed(link, followers)))
        if link.previous and link.previous not in known:
            told.append(("missing", "the row before this one is missing or was changed"))
        rivals = [one.label for one in followers[link.previous] if one is not link]
        if rivals:
            told.append(("inserted", f"another row follows the same one: {', '.join(rivals)}"))
        elif link.pk in unreached and (not link.previous or link.previous in known):
            told.append(("reordered", "the chain does not lead to this row"))
        told += [("redaction", sentence) for sentence in _of_redactions(link)]
        found += [Problem(key, link.label, *one) for one in told]
    found += [
        Problem(key, after.label, "reordered", f"published before {before.label}, which it follows")
        for before, after in pairwise(ordered)
        if after.published_at < before.published_at
    ]
    found += [Problem(key, label, "missing", sentence) for label, sentence in _gaps(links)]
    present = {link.label for link in links}
    found += [_lost(key, label) for label in sorted(audited - present)]
    return found


def moment_of(head: str) -> datetime:
    """Return the moment up to which a noted head covers all rows; ValueError if it is none."""
    stamp, _dash, digest = head.partition("-")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError(head)
    return datetime.strptime(stamp, HEAD_STAMP).replace(tzinfo=UTC)


def _head(lines: Sequence[str], moment: datetime) -> str:
    """Return one short text for all rows until `moment`, to be noted outside the database."""
    digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    return f"{moment.astimezone(UTC).strftime(HEAD_STAMP)}-{digest}"


def _follow(links: Sequence[Link]) -> tuple[list[Link], list[Link]]:
    """Return the rows in the order of the chain, and those that it does not lead to."""
    after = {link.previous: link for link in reversed(links)}
    ordered: list[Link] = []
    seen: set[int] = set()
    link: Link | None = after.get("")
    while link and link.pk not in seen:
        ordered.append(link)
        seen.add(link.pk)
        link = next((after[name] for name in sorted(link.names) if name in after), None)
    return ordered, [one for one in links if one.pk not in seen]


def _changed(link: Link, followers: dict[str, list[Link]]) -> str:
    """Say whether the contents or the digest were changed, as far as the next row tells."""
    if followers.get(link.actual):
        return "the stored digest was changed; contents and chain belong together"
    if followers.get(link.digest):
        return f"the contents were changed; the chain still names the old ones{link.differs}"
    return f"contents and digest do not belong together{link.differs}"


def _what_differs(row: Edition) -> str:
    """Narrow down what was changed; the digest alone only says that something was."""
    odd = []
    for language in CODES:
        for field, html in (("text", row.html_in), ("summary", row.summary_html_in)):
            source = text_of(row, field, language)
            if html(language) != (markdown.render(source, language) if source else ""):
                odd.append(column(field, language))
    if odd:
        return f" (source and rendered text do not match: {', '.join(odd)})"
    return " (source and rendered texts match: look at dates, number, roles, titles, the link)"


def _of_redactions(link: Link) -> Iterator[str]:
    """Yield redactions that do not lead from one digest to the next and to the row as it is."""
    named = [one for one in link.redactions if one.new_digest]
    for before, after in pairwise(named):
        if before.new_digest != after.old_digest:
            yield "its redactions do not follow one another"
    if named and named[-1].new_digest != link.digest:
        yield "a redaction is recorded that the row does not show"


def _gaps(links: Sequence[Link]) -> Iterator[tuple[str, str]]:
    """Yield the labels that a gapless numbering should have."""
    corrections: dict[int, set[int]] = defaultdict(set)
    for link in links:
        corrections[link.number].add(link.correction)
    last = max(corrections, default=0)
    for number in range(1, last + 1):
        if 0 not in corrections.get(number, set()):
            yield str(number), f"there is no edition {number}, but later ones"
        for correction in range(1, max(corrections.get(number, {0}), default=0)):
            if correction not in corrections[number]:
                yield f"{number}.{correction}", "there is no such correction, but later ones"


def _audited() -> dict[str, set[str]]:
    """Return the labels per notice whose publication the audit tells of."""
    found: dict[str, set[str]] = defaultdict(set)
    entries = AuditEntry.objects.filter(act__in=PUBLISHING_ACTS).values_list("subject", flat=True)
    for subject in entries.iterator():
        key, _space, label = subject.partition(" ")
        if label.replace(".", "").isdigit():
            found[key].add(label)
    return found


def _lost(key: str, label: str) -> Problem:
    return Problem(
        key, label, "missing", "the audit tells of its publication, but there is no such row"
    )

"""What changed, for feed readers and calendars: settings and texts, as Atom and iCalendar."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape, strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notices.editions.models import Edition, Notice
from notices.firm import days
from notices.firm.addresses import origin
from notices.firm.languages import Localised, columns, current, localised
from notices.firm.models import Organisation
from notices.firm.templatetags.lupe import day_words, was_sample
from notices.lib import ics
from notices.safeguards.board.changes import StateChange, latest_changes
from notices.safeguards.board.sentences import deviation_told
from notices.safeguards.board.words import word_for

LIMIT = 100
# What XML 1.0 does not admit; the line break of word processors (U+000B) is the usual one.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One change; `name` stays the same for ever and becomes the entry's id."""

    name: str
    title: str
    text: str
    path: str
    moment: datetime
    updated: datetime | None = None


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Answer with the latest changes of settings and texts, newest first."""
    now = days.now()
    site = origin(request)
    language = current()
    organisation = Organisation.objects.current()
    feed = Atom1Feed(
        title=_title(organisation),
        link=site + reverse("archive-list"),
        description=_("Every change of our settings and every new edition of our texts."),
        language=language,
        author_name=_for_xml(organisation.names),
        feed_url=site + request.path,
        feed_guid=_urn(f"changes/{language}"),
    )
    for entry in _latest(now):
        feed.add_item(
            title=_for_xml(entry.title),
            link=site + entry.path,
            description=escape(_for_xml(entry.text or entry.title)),
            unique_id=_urn(f"{entry.name}/{language}"),
            pubdate=entry.moment,
            updateddate=entry.updated or entry.moment,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


@require_safe
def changes_calendar(request: HttpRequest) -> HttpResponse:
    """Answer with the same changes as a calendar to subscribe to, each on its day."""
    now = days.now()
    site = origin(request)
    language = current()
    notes = [
        ics.Note(
            uid=f"{_uuid(f'{entry.name}/{language}')}@lupe",
            title=_for_xml(entry.title),
            day=days.day_of(entry.moment),
            stamp=entry.moment,
            url=site + entry.path,
            description=f"{_for_xml(entry.text or entry.title)}\n{site}{entry.path}",
        )
        for entry in _latest(now)
    ]
    file = ics.subscription(_title(Organisation.objects.current()), notes, language)
    return HttpResponse(file, content_type="text/calendar; charset=utf-8")


def _title(organisation: Organisation) -> str:
    service = _for_xml(str(localised(organisation, "service_name")))
    return _("Changes: %(service)s") % {"service": service}


def _latest(now: datetime) -> list[FeedEntry]:
    entries = [*_of_settings(now), *_of_texts(now)]
    return sorted(entries, key=lambda one: one.moment, reverse=True)[:LIMIT]


def _of_settings(now: datetime) -> Iterator[FeedEntry]:
    page = reverse("safeguard-list")
    organisation = Organisation.objects.current()
    for change in latest_changes(now, LIMIT):
        title = f"{change.name}: {word_for(change.state, change.safeguard.key)}"
        if was_sample(change.moment, organisation):
            title = f"{title} ({_('sample data')})"
        yield FeedEntry(
            name=f"state/{change.safeguard.key}/{change.moment.isoformat()}",
            title=title,
            text=_what(change),
            path=f"{page}#{localised(change.safeguard, 'slug')}",
            moment=change.moment,
            updated=_told_at(change),
        )


def _told_at(change: StateChange) -> datetime:
    """Return when the newest thing of this entry was said: an explanation, or that it ended."""
    past = change.deviation
    if past is None:
        return change.moment
    return max([change.moment, *filter(None, [past.end]), *(one.at for one in past.explanations)])


def _of_texts(now: datetime) -> Iterator[FeedEntry]:
    editions = (
        Edition.objects.shown_at(now)
        .exclude(notice__kind__in=Notice.SINGLE_KINDS)
        .select_related("notice", "withdrawal")
        .defer(*columns("text", "summary"))
        .order_by("-in_force_from")[:LIMIT]
    )
    for edition in editions:
        names = {"label": edition.label, "title": localised(edition.notice, "title")}
        name = f"edition/{edition.notice.key}/{edition.label}"
        path = edition.get_absolute_url()
        if edition.in_force_from:
            title = _("%(title)s: edition %(label)s") % names
            text = _said(localised(edition, "change_note"))
            yield FeedEntry(name, title, text, path, edition.in_force_from)
        withdrawal = getattr(edition, "withdrawal", None)
        if withdrawal and withdrawal.at <= now:
            title = _("%(title)s: edition %(label)s was withdrawn") % names
            text = _said(localised(withdrawal, "reason"))
            yield FeedEntry(f"{name}/withdrawn", title, text, path, withdrawal.at)


def _what(change: StateChange) -> str:
    sentences = [_said(change.reason)] if change.reason else []
    if change.deviation:
        told = deviation_told(change.deviation).replace("<br>", " ")
        sentences.append(unescape(strip_tags(told)))
    if change.recorded_late_at:
        late = {"date": day_words(change.recorded_late_at)}
        sentences.append(_("Entered later, on %(date)s.") % late)
    return " ".join(sentences)


def _said(text: Localised) -> str:
    """Return the words; a German text in an English feed says that it is German."""
    if not text.is_missing:
        return text.text
    return f"{text.text} ({_('This part is only available in German so far.')})"


def _for_xml(text: str) -> str:
    """Replace the control characters that a pasted text may hold and XML cannot."""
    return _CONTROL.sub(" ", text)


def _urn(name: str) -> str:
    """Return the same id on every host and in every process."""
    return _uuid(name).urn


def _uuid(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"meeting-privacy/{name}")

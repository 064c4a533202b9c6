"""What changed, for feed readers: settings and texts, as Atom."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notices.editions.models import Edition, Notice
from notices.firm.languages import Localised, localised
from notices.firm.models import Organisation
from notices.firm.templatetags.lupe import day_words, was_sample
from notices.safeguards import board
from notices.safeguards.board import Change

from .context_processors import origin

LIMIT = 100
# What XML 1.0 does not admit; the line break of word processors (U+000B) is the usual one.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; `name` stays the same for ever and becomes the entry's id."""

    name: str
    title: str
    text: str
    path: str
    moment: datetime


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Answer with the latest changes of settings and texts, newest first."""
    now = timezone.now()
    site = origin(request)
    language = get_language() or "de"
    organisation = Organisation.objects.current()
    feed = Atom1Feed(
        title=_("Changes: %(service)s") % {"service": localised(organisation, "service_name")},
        link=site + reverse("archive-list"),
        description=_("Every change of our settings and every new edition of our texts."),
        language=language,
        author_name=organisation.name,
        feed_url=site + request.path,
        feed_guid=_urn(f"changes/{language}"),
    )
    entries = [*_of_settings(now), *_of_texts(now)]
    for entry in sorted(entries, key=lambda one: one.moment, reverse=True)[:LIMIT]:
        feed.add_item(
            title=_for_xml(entry.title),
            link=site + entry.path,
            description=escape(_for_xml(entry.text or entry.title)),
            unique_id=_urn(f"{entry.name}/{language}"),
            pubdate=entry.moment,
            updateddate=entry.moment,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _of_settings(now: datetime) -> Iterator[Entry]:
    page = reverse("safeguard-list")
    organisation = Organisation.objects.current()
    for change in board.load().changes(now):
        title = f"{change.name}: {board.state_word(change.state)}"
        if was_sample(change.moment, organisation):
            title = f"{title} ({_('sample data')})"
        yield Entry(
            name=f"state/{change.safeguard.key}/{change.moment.isoformat()}",
            title=title,
            text=_what(change),
            path=f"{page}#{localised(change.safeguard, 'slug')}",
            moment=change.moment,
        )


def _of_texts(now: datetime) -> Iterator[Entry]:
    editions = (
        Edition.objects.shown_at(now)
        .exclude(notice__kind__in=Notice.SINGLE_KINDS)
        .select_related("notice", "withdrawal")
        .defer("text_de", "text_en", "html_de", "html_en", "summary_html_de", "summary_html_en")
        .order_by("-in_force_from")[:LIMIT]
    )
    for edition in editions:
        names = {"label": edition.label, "title": localised(edition.notice, "title")}
        name = f"edition/{edition.notice.key}/{edition.label}"
        path = edition.get_absolute_url()
        if edition.in_force_from:
            title = _("%(title)s: edition %(label)s") % names
            text = _said(localised(edition, "change_note"))
            yield Entry(name, title, text, path, edition.in_force_from)
        withdrawal = getattr(edition, "withdrawal", None)
        if withdrawal and withdrawal.at <= now:
            title = _("%(title)s: edition %(label)s was withdrawn") % names
            text = _said(localised(withdrawal, "reason"))
            yield Entry(f"{name}/withdrawn", title, text, path, withdrawal.at)


def _what(change: Change) -> str:
    sentences = [_said(change.reason)] if change.reason else []
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
    return uuid.uuid5(uuid.NAMESPACE_URL, f"meeting-privacy/{name}").urn

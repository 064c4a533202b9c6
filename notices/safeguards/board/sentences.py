"""What pages say about safeguards and answers: whole sentences, from what the board found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notices.firm.days import day_of
from notices.firm.languages import current, localised
from notices.firm.models import Organisation
from notices.firm.templatetags.lupe import clock, day, in_its_language, was_sample
from notices.firm.words.durations import duration
from notices.firm.words.sentences import joined, sentence

from ..models import Promise
from ..states import Lock, State
from .now import AnswerRow, HistoryEntry, Row
from .past import PastAnswer, PastRow, PastState
from .timelines import PastDeviation
from .words import lock_sentence, word_for

Answer = TypeVar("Answer", bound=AnswerRow | PastAnswer)

# Translated when they are said: a page says each dozens of times, but never all of them.
_SINCE = {
    State.ON: gettext_lazy("On since %(date)s"),
    State.EXCEPTION: gettext_lazy("With an exception since %(date)s"),
    State.OFF: gettext_lazy("Off since %(date)s"),
    State.DUE: gettext_lazy("Check due since %(date)s"),
    State.RETIRED: gettext_lazy("Gone since %(date)s"),
}
_VALUES = {
    State.ON: gettext_lazy("The setting protects."),
    State.EXCEPTION: gettext_lazy("The setting protects, with an exception."),
    State.OFF: gettext_lazy("The setting does not protect."),
    State.DUE: gettext_lazy("Not known at the moment."),
    State.RETIRED: gettext_lazy("Zoom no longer offers this setting."),
}


def since(row: Row) -> SafeString:
    """Say since when the state holds: "On since 3 March 2026"."""
    return _since(row.state, day_of(row.since), current())


def checked(row: Row | PastRow) -> SafeString:
    """Say when it was last checked; nothing if it never was."""
    if row.checked_at is None or _is_said_above(row):
        return SafeString("")
    return _checked(day_of(row.checked_at), current())


# What follows says few things, and each in many rows of a page.
@lru_cache(maxsize=1_000)
def _since(state: State, on: date, _language: str) -> SafeString:
    return sentence(str(_SINCE[state]), date=day(on))


@lru_cache(maxsize=1_000)
def _checked(on: date, _language: str) -> SafeString:
    return sentence(_("checked on %(date)s"), date=day(on))


@lru_cache(maxsize=100)
def _value(state: State, lock: Lock, _language: str) -> SafeString:
    says = str(_VALUES[state])
    if state in (State.DUE, State.RETIRED):
        return sentence("%(says)s", says=says)
    if lock == Lock.NOT_LOCKABLE:
        locked = _("Zoom offers no lock for it.")
    else:
        locked = lock_sentence(lock) or _("Whether it is locked is not recorded.")
    return joined([says, locked])


@lru_cache(maxsize=100)
def _how_often(days: int, _language: str) -> SafeString:
    often = ngettext("At least every day.", "At least every %(days)s days.", days)
    return sentence(often, days=days)


def _is_said_above(row: Row | PastRow) -> bool:
    """Say whether the row names its last check already, as that of what was last known."""
    if not isinstance(row, Row) or row.state is not State.DUE or row.checked_at is None:
        return False
    known_at = row.situation.last_known_at
    return known_at is not None and day_of(known_at) == day_of(row.checked_at)


def dates(row: Row) -> SafeString:
    """Say since when the state holds, when that was checked and of how many accounts."""
    return joined([since(row), checked(row), row.read_sentence], between=" · ")


def past_dates(row: PastRow) -> SafeString:
    """Say of a past day since when its last state held, when it was checked and entered."""
    late = SafeString("")
    if row.recorded_late_at:
        date = day(row.recorded_late_at)
        late = sentence(_("entered later, on %(date)s"), date=date)
    held = sentence(_("Since %(date)s"), date=day(row.since))
    return joined([held, checked(row), late], between=" · ")


def unlike_promised(row: Row) -> SafeString:
    """Say below a row in a notice since when it is not simply on."""
    if row.state is not State.DUE:
        return sentence(_("Since %(date)s"), date=day(row.since))
    if row.checked_at:
        return sentence(_("Last checked on %(date)s"), date=day(row.checked_at))
    return sentence(_("Not checked yet"))


def unconfirmed(row: Row) -> SafeString:
    """Say why a check is due and what was last known; nothing if that is unknown."""
    known, at = row.situation.last_known, row.situation.last_known_at
    if known is None:
        return joined([row.due_reason])
    text = _("Last known: %(state)s, as of %(date)s.")
    return joined(
        [row.due_reason, sentence(text, state=word_for(known, row.safeguard.key), date=day(at))]
    )


def deviation(row: Row) -> SafeString:
    """Say since when Zoom does less than promised, for whom, and what staff explain."""
    if row.deviation is None:
        return SafeString("")
    found = sentence(_("found on %(date)s."), date=day(row.deviation.start))
    return joined([found, row.below_sentence, *map(in_its_language, row.explanations)])


def past_deviation(past: PastDeviation) -> SafeString:
    """Say when a deviation was found and closed."""
    if past.end:
        text = _("found on %(start)s, closed on %(end)s, lasted %(duration)s.")
        lasted = duration(past.end - past.start)
        return sentence(text, start=day(past.start), end=day(past.end), duration=lasted)
    return sentence(_("found on %(date)s."), date=day(past.start))


def exception(row: Row) -> SafeString | str:
    """Say who or what is left out: as computed, else as the promise says."""
    if row.below_sentence or not isinstance(row.situation.promise, Promise):
        return row.below_sentence
    return in_its_language(localised(row.situation.promise, "reason"))


def value(row: Row) -> SafeString:
    """Say whether the setting protects, and whether it is locked."""
    return _value(row.state, row.situation.lock, current())


def how_checked(row: Row) -> SafeString:
    """Say how the newest check was made, in which role, and how often one is made."""
    by_hand = SafeString("")
    if row.hand_role:
        text = _("Last compared by hand on %(date)s, role: %(role)s.")
        by_hand = sentence(text, date=day(row.checked_at), role=row.hand_role)
    return joined([row.how_checked, by_hand, _how_often(row.holds_days, current())])


def history_line(entry: HistoryEntry, organisation: Organisation) -> SafeString:
    """Name the state that began, whether it was sample data, and the reason for it."""
    sample = f" ({_('sample data')})" if was_sample(entry.moment, organisation) else ""
    line = format_html("{}{}", word_for(entry.state, entry.key), sample)
    if entry.reason:
        line = format_html("{}: {}", line, in_its_language(entry.reason))
    if entry.deviation is None:
        return line
    return joined([line, format_html("<br>{}", deviation_told(entry.deviation))], between="")


def deviation_told(past: PastDeviation) -> SafeString:
    """Say of a deviation when it was found and ended, how long it lasted, and why."""
    said = sentence(_("Deviation: %(found)s"), found=past_deviation(past))
    return format_html("{}{}", said, explained(past))


def tally(state: State, count: int) -> str:
    """Say how many safeguards are in one state."""
    text = {
        State.ON: ngettext("%(count)s safeguard on", "%(count)s safeguards on", count),
        State.EXCEPTION: ngettext(
            "%(count)s on, with an exception", "%(count)s on, with exceptions", count
        ),
        State.DUE: ngettext("%(count)s check due", "%(count)s checks due", count),
        State.OFF: ngettext("%(count)s safeguard off", "%(count)s safeguards off", count),
    }[state]
    return text % {"count": count}


def answer(one: AnswerRow) -> SafeString:
    """Answer as far as it is known now; a due check never reads as confirmed."""
    if one.state is State.DUE:
        return joined([_("Check due."), _("We cannot confirm this right now.")])
    return joined([in_its_language(one.text)])


def below(answers: Sequence[AnswerRow | PastAnswer]) -> list[SafeString]:
    """Return what stands below a list of answers, so that each of them stays short.

    First what one answer needs said, then once what several share, such as the lock.
    """
    found = []
    for one in answers:
        if said := more(one):
            found.append(format_html("<b>{}</b> {}", in_its_language(one.question), said))
    for words, about in locks(answers):
        questions = joined(in_its_language(one.question) for one in about)
        named = sentence(_("This is about: %(questions)s"), questions=questions)
        found.append(joined([words, named if about else ""]))
    return found


def locks(answers: Sequence[Answer]) -> list[tuple[str, list[Answer]]]:
    """Return each sentence about a lock once, with the answers it is about: none where all."""
    found = []
    for words in dict.fromkeys(one.lock_sentence for one in answers if one.lock_sentence):
        about = [one for one in answers if one.lock_sentence == words]
        found.append((words, [] if len(about) == len(answers) else about))
    return found


def more(one: AnswerRow | PastAnswer) -> SafeString:
    """Say why a check is due and what was last known, or what a waiting room adds."""
    if isinstance(one, PastAnswer) or one.state is not State.DUE:
        return joined([one.admission_sentence])
    was = SafeString("")
    if one.last_known:
        text = in_its_language(one.last_known)
        was = sentence(_("As of %(date)s: %(text)s"), date=day(one.last_known_at), text=text)
    return joined([one.due_reason, was])


def past_answer(one: PastAnswer) -> SafeString:
    """Answer about a span of the past."""
    text = in_its_language(one.text)
    return joined([_("Check due."), text]) if one.state is State.DUE else joined([text])


def parts(found: Sequence[PastState]) -> SafeString:
    """Tell the states of a span in their order, each with its time."""
    last = len(found) - 1
    return joined(_part(one, is_first=i == 0, is_last=i == last) for i, one in enumerate(found))


def _part(part: PastState, *, is_first: bool, is_last: bool) -> SafeString:
    words = in_its_language(part.text) if part.text else word_for(part.state, part.key)
    start = clock(part.start) if part.start else ""
    end = clock(part.end) if part.end else ""
    if not is_first and not part.end:
        text = _("After that: %(words)s")
    elif part.start and part.end:
        text = _("From %(start)s until %(end)s: %(words)s")
    elif part.start:
        text = _("From %(start)s: %(words)s")
    elif part.end:
        text = _("Until %(end)s: %(words)s")
    else:
        text = "%(words)s"
    said = sentence(text, start=start, end=end, words=words)
    # A wording is a sentence with its own full stop; the bare word of a state is none.
    return said if part.text else format_html("{}.", said)


def changed_within(parts: Sequence[PastState], begins_at: datetime | None) -> bool:
    """Say whether a span had more than one state, or a record for only some of it."""
    if len(parts) > 1:
        return True
    return bool(parts and parts[0].start and parts[0].start != begins_at)


def explained(past: PastDeviation) -> SafeString:
    """Tell what staff explained about a deviation, each with its day."""
    text = _("We explained on %(date)s: %(text)s")
    lines = (
        sentence(text, date=day(one.at), text=in_its_language(one.text))
        for one in past.explanations
    )
    return format_html_join("", "<br>{}", ((line,) for line in lines))

"""What staff paste into an invitation: computed from the quick answers of this meeting.

Text in, text out: no database, no clock, no request. Every text is in the active language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.firm.languages import Localised, current, direction
from notices.firm.templatetags.lupe import clock, day_words, lang, weekday
from notices.lib.join_secrets import giveaway
from notices.safeguards.board.now import AnswerRow, oldest_check
from notices.safeguards.board.sentences import locks
from notices.safeguards.states import State

from .kinds import OfItsKind, OwnAnswer


@dataclass(frozen=True, slots=True)
class Different:
    """One safeguard that is weaker in this meeting."""

    name: Localised
    # In words that fit the safeguard: a way in is possible or not.
    state_word: str
    reason: Localised


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom people ask: the firm as its profile says."""

    name: str
    address: str
    phone: str
    phone_link: str
    hours: Localised


@dataclass(frozen=True, slots=True)
class Facts:
    """What an invitation is made from, in one language."""

    title: Localised
    place: Localised
    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None
    is_cancelled: bool
    answers: Sequence[AnswerRow]
    differences: Sequence[Different]
    address: str
    typed_address: str
    contact: Contact
    kind: OfItsKind
    # How to take part, in one sentence; nothing where no way is open.
    ways: str = ""
    # For whom, who answers for the data, on which basis: nothing without a community.
    community: Sequence[str] = ()


def lets_in(text: str) -> bool:
    """Say whether `text` holds what lets people into a meeting: it must not be in an invitation."""
    return giveaway(text) is not None


def sentences(facts: Facts) -> list[Localised]:
    """Return what applies: a sentence per quick answer, who can change it, and differences."""
    said = []
    for answer in facts.answers:
        if sentence := _sentence(answer):
            said.append(sentence)
        if answer.admission_sentence:
            said.append(Localised(answer.admission_sentence, current(), is_missing=False))
    differences = [_difference(one) for one in facts.differences]
    return [*said, *_locks(facts.answers), *differences]


def joining(facts: Facts) -> list[Localised]:
    """Return how to take part in this meeting and what applies to its kind."""
    ways = Localised(facts.ways, current(), is_missing=False)
    return [one for one in (ways, facts.kind.rules) if one.text]


def own_answers(facts: Facts) -> list[Localised]:
    """Return the questions that only this kind of meeting has, each with its short answer."""
    return [_own_answer(one) for one in facts.kind.answers]


def checked(facts: Facts) -> str:
    """Return when all of it was last checked; nothing while a check is due."""
    moment = oldest_check(facts.answers)
    if moment is None or any(answer.state is State.DUE for answer in facts.answers):
        return ""
    return _("Checked on %(day)s.") % {"day": day_words(moment)}


def when(facts: Facts) -> str:
    """Return day and time in words."""
    return _("%(weekday)s, %(day)s, %(start)s to about %(end)s") % {
        "weekday": weekday(facts.starts_at),
        "day": day_words(facts.starts_at),
        # "18 bis etwa 20 Uhr": German says the word once.
        "start": clock(facts.starts_at).removesuffix(" Uhr"),
        "end": clock(facts.ends_at),
    }


def news(facts: Facts) -> str:
    """Return that the meeting is cancelled or moved, if it is."""
    parts = {"title": _plain(facts.title), "when": when(facts)}
    if facts.is_cancelled:
        return _("The meeting is cancelled: %(title)s, %(when)s.") % parts
    if facts.moved_from:
        old = f"{day_words(facts.moved_from)}, {clock(facts.moved_from)}"
        return _(
            "The meeting has been moved: %(title)s, now %(when)s. The old date was %(old)s."
        ) % {
            **parts,
            "old": old,
        }
    return ""


def phone_line(contact: Contact) -> str:
    """Return whom to ask, in one line."""
    parts = {"name": contact.name, "phone": contact.phone, "hours": _plain(contact.hours)}
    if not contact.phone:
        return ""
    if not contact.hours.text:
        return _("Questions? %(name)s, phone %(phone)s") % parts
    return _("Questions? %(name)s, phone %(phone)s (%(hours)s)") % parts


def mail_text(facts: Facts) -> str:
    """Write the paragraph for a plain mail."""
    lines = [news(facts)]
    if facts.is_cancelled:
        lines.append(_("More about it: %(address)s") % {"address": facts.address})
    else:
        said = " ".join(filter(None, [*map(_plain, sentences(facts)), checked(facts)]))
        applies = _("What applies to this meeting: %(address)s") % {"address": facts.address}
        lines.append(_("Privacy: %(sentences)s") % {"sentences": f"{said} {applies}".strip()})
        lines += [*_of_its_kind(facts), " ".join(facts.community)]
    return "\n".join(filter(None, [*lines, phone_line(facts.contact)]))


def mail_html(facts: Facts) -> SafeString:
    """Write the same for a mail in HTML: every style inline, nothing from elsewhere."""
    return format_html(
        '<div lang="{}" dir="{}" style="max-width:38em;margin:16px 0;padding:12px 16px;'
        "border:1px solid #7d7567;border-radius:8px;background-color:#ffffff;color:#1b2733;"
        'font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5">\n{}{}</div>',
        current(),
        direction(current()),
        _html_paragraph(news(facts)),
        _html_cancelled(facts) if facts.is_cancelled else _html_applies(facts),
    )


def letter_text(facts: Facts) -> str:
    """Write the paragraph that stands beside the QR code."""
    lines = [news(facts)]
    if not facts.is_cancelled:
        said = " ".join(filter(None, [*map(_plain, sentences(facts)), checked(facts)]))
        lines += [_("Privacy: %(sentences)s") % {"sentences": said}] if said else []
        lines += [*_of_its_kind(facts), " ".join(facts.community)]
        lines.append(_("Here you can read what applies to this meeting."))
    return "\n".join(
        filter(None, [*lines, f"{caption()} {facts.typed_address}", phone_line(facts.contact)])
    )


def caption() -> str:
    """Return what stands beside a QR code, before the address in words."""
    return _("Scan with the camera of your phone, or type:")


def _of_its_kind(facts: Facts) -> list[str]:
    return [" ".join(map(_plain, joining(facts))), *map(_plain, own_answers(facts))]


def _own_answer(one: OwnAnswer) -> Localised:
    if one.answer.text:
        return _after(one.question, one.answer)
    there = _("The answer is on the page of this meeting.")
    return _after(one.question, Localised(there, current(), is_missing=False))


def _sentence(answer: AnswerRow) -> Localised | None:
    """Return what an invitation says about one question; bad news is never left out."""
    if answer.state is State.DUE:
        unsure = _("We cannot confirm this right now.")
        return _after(answer.question, Localised(unsure, current(), False))
    if answer.sentence.text:
        return answer.sentence
    if answer.state is State.ON or not answer.text.text:
        return None
    return _after(answer.question, answer.text)


def _after(question: Localised, text: Localised) -> Localised:
    """Put `text` behind its question; a question that is only German makes the whole German."""
    if question.language == text.language:
        return Localised(
            f"{question.text} {text.text}", text.language, question.is_missing or text.is_missing
        )
    return Localised(f"{_plain(question)} {_plain(text)}", current(), False)


def _locks(answers: Sequence[AnswerRow]) -> Iterator[Localised]:
    """Yield each sentence about a lock once, with the questions it is about where not all."""
    for words, about in locks(answers):
        questions = " ".join(_plain(one.question) for one in about)
        named = _("This is about: %(questions)s") % {"questions": questions} if about else ""
        yield Localised(f"{words} {named}".strip(), current(), is_missing=False)


def _difference(one: Different) -> Localised:
    words = _("Different in this meeting: %(name)s: %(state)s. Reason: %(reason)s") % {
        "name": _plain(one.name),
        "state": one.state_word,
        "reason": _plain(one.reason),
    }
    if not words.endswith((".", "!", "?", ")")):
        words += "."
    return Localised(words, current(), is_missing=False)


def _plain(text: Localised) -> str:
    """Return a text; one that is only German says so, for plain text knows no `lang`."""
    if text.is_missing and text.text:
        return _("%(text)s (only available in German so far)") % {"text": text.text}
    return text.text


def _html_paragraph(text: str) -> SafeString:
    return format_html('<p style="margin:0 0 8px">{}</p>\n', text) if text else SafeString("")


def _html_cancelled(facts: Facts) -> SafeString:
    link = format_html(
        '<p style="margin:0 0 8px"><a href="{}" style="color:#0a5769">{}</a></p>\n',
        facts.address,
        _("The page of this meeting"),
    )
    return link + _html_questions(facts)


def _html_list(texts: Sequence[Localised]) -> SafeString:
    items = format_html_join(
        "", '<li style="margin:0 0 4px">{}</li>\n', [(_html(one),) for one in texts]
    )
    if not items:
        return SafeString("")
    return format_html('<ul style="margin:0 0 8px;padding:0 0 0 24px">\n{}</ul>\n', items)


def _html_applies(facts: Facts) -> SafeString:
    said = format_html_join(" ", "{}", [(_html(one),) for one in joining(facts)])
    return format_html(
        '<p style="margin:0 0 8px"><strong>{}</strong></p>\n{}{}'
        '<p style="margin:0 0 8px"><a href="{}" style="color:#0a5769">{}</a></p>\n{}',
        _("Privacy in this meeting"),
        _html_list(sentences(facts)) + _html_paragraph(checked(facts)),
        _html_paragraph(said)
        + _html_list(own_answers(facts))
        + _html_paragraph(" ".join(facts.community)),
        facts.address,
        _("What applies to this meeting"),
        _html_questions(facts),
    )


def _html_questions(facts: Facts) -> SafeString:
    contact = facts.contact
    if not contact.phone:
        return SafeString("")
    hours = format_html(" ({})", _html(contact.hours)) if contact.hours.text else ""
    return format_html(
        '<p style="margin:0">{} {}, <a href="{}" style="color:#0a5769">{}</a>{}</p>\n',
        _("Questions?"),
        contact.name,
        contact.phone_link,
        _("phone %(number)s") % {"number": contact.phone},
        hours,
    )


def _html(text: Localised) -> SafeString:
    if not text.is_missing:
        return format_html("{}", text.text)
    note = _("only available in German so far")
    return format_html("<span {}>{}</span> ({})", lang(text.language), text.text, note)

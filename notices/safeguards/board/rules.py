"""When a safeguard counts as on, off or unknown, and what was read: computed from the map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from notices.firm.templatetags.lupe import day
from notices.firm.words.sentences import joined, sentence

from ..models import Finding, Safeguard, Source
from ..new_settings import KEY, NEW
from ..read_share import LEAST_READ_PERCENT
from ..zoom import client
from ..zoom.field_map import Field, fields, is_guess, proving, weighing_on
from ..zoom.fields import MEMBERS
from ..zoom.known_fields import CAPTURING
from .now import Row
from .setting_names import is_our_name, quoted, value_word


def rules(row: Row) -> SafeString:
    """Say when the safeguard counts as on, off and unknown."""
    one, covered = row.safeguard, row.situation.coverage
    # Without a connection people compare what the account would tell, and that holds longer.
    is_told = covered is None or covered.source == Source.ACCOUNT
    by_people = not is_told and not client.is_configured()
    own = (one.key, one.checked_by, one.max_age_days, by_people)
    return _said(get_language(), *own, settings.FOUR_EYES)


@lru_cache(maxsize=256)
def _said(
    language: str | None,
    key: str,
    checked_by: str,
    max_age_days: int,
    by_people: bool,
    four_eyes: bool,
) -> SafeString:
    """Return the rules in the active language; what else they rest on is shipped with the code."""
    safeguard = Safeguard(key=key, checked_by=checked_by, max_age_days=max_age_days)
    lines = _rules(safeguard, by_people=by_people)
    return format_html_join("", "{}<br>", ((line,) for line in lines))


def was_read(row: Row) -> SafeString:
    """Say what was read of the account, of how many accounts, and when; nothing by hand."""
    found = row.situation.finding
    if not isinstance(found, Finding) or found.source != Source.ACCOUNT:
        return SafeString("")
    values = [
        _value(path, kept)
        for path, kept in found.evidence.items()
        if not (isinstance(kept, dict) and NEW in kept)
    ]
    text = _("Read on %(date)s: %(values)s.") if values else _("Read on %(date)s.")
    read = sentence(text, date=day(found.seen_at), values=", ".join(values))
    return joined([read, row.read_sentence, row.below_sentence])


def _rules(safeguard: Safeguard, *, by_people: bool = False) -> Iterator[SafeString]:
    if safeguard.key == KEY:
        yield from _rules_of_new_settings()
        return
    own = [field for field in proving(safeguard.key) if field.path]
    by_hand = safeguard.checked_by == Safeguard.CheckedBy.HAND
    if by_hand or by_people or not own:
        yield from _rules_by_hand(safeguard)
        if not own or (by_hand and not is_guess(safeguard.key)):
            return
        yield sentence(_("Where the Zoom account returns the setting, that counts instead."))
    yield from _rules_of(own, weighing_on(safeguard.key), only_where_returned=by_hand)
    days = safeguard.holds_days(by_account=True)
    yield _unknown_after(days)


def _rules_of(
    own: Sequence[Field], weighing: Sequence[Field], *, only_where_returned: bool
) -> Iterator[SafeString]:
    asked = [field for field in own if field.role != "fallback"]
    replacing = [field for field in own if field.role == "fallback"]
    parts = list(_parts(asked))
    if len(parts) == 1:
        yield _single(asked[0], parts[0])
    else:
        yield sentence(_("On if at Zoom: %(settings)s."), settings=", ".join(parts))
    # The same words for one and for many: a row repeated thirty times must stay light.
    yield sentence(_("Off if any of it is set differently."))
    users = any(field.user_path or field.group_path for field in asked)
    if only_where_returned:
        yield _as_before(users=users)
    else:
        yield sentence(_("Otherwise unknown if Zoom leaves out any of it."))
    if replacing:
        text = _("If it returns none of them, these count: %(settings)s.")
        yield sentence(text, settings=", ".join(_parts(replacing)))
    if weighing:
        text = _("Where Zoom returns them, these count too: %(settings)s.")
        yield sentence(text, settings=", ".join(_parts(weighing)))
    if users and only_where_returned:
        text = _(
            "Where it is not locked, users and groups can change it: with an exception if one of "
            "them has another value."
        )
        yield sentence(text)
    elif users:
        text = _(
            "Where it is not locked, users and groups can change it: with an exception if one of "
            "them has another value, unknown if fewer than %(n)s of 100 accounts were read."
        )
        yield sentence(text, n=LEAST_READ_PERCENT)
    if any(is_our_name(path) for field in (*own, *weighing) for path in _paths(field)):
        text = _(
            "Names with a field in brackets are ours; under that field Zoom’s interface has them."
        )
        yield sentence(text)


def _as_before(*, users: bool) -> SafeString:
    """Say what holds while a setting that people compare is not returned as a whole."""
    text = (
        _(
            "Otherwise, if Zoom leaves out any of it or fewer than %(n)s of 100 accounts were "
            "read, what was known before counts until it is too old."
        )
        if users
        else _(
            "Otherwise, if Zoom leaves out any of it, what was known before counts until it is "
            "too old."
        )
    )
    return sentence(text, n=LEAST_READ_PERCENT)


def _single(field: Field, part: str) -> SafeString:
    if field.op != "eq" or field.alternative:
        return sentence(_("On if Zoom’s setting is so: %(setting)s."), setting=part)
    text = (
        _("On if Zoom’s setting %(name)s is %(value)s.")
        if isinstance(field.protected_value, bool)
        else _("On if Zoom’s setting %(name)s is set to “%(value)s”.")
    )
    word = value_word(field.path, field.protected_value)
    return sentence(text, name=quoted(field.path), value=word)


def _rules_by_hand(safeguard: Safeguard) -> Iterator[SafeString]:
    yield SafeString(
        _("On if one person saw the protection at Zoom and a second one confirmed it.")
        if settings.FOUR_EYES
        else _("On if somebody saw the protection at Zoom.")
    )
    yield sentence(_("Off as soon as one person reports it."))
    yield _unknown_after(safeguard.holds_days(by_account=False))


def _rules_of_new_settings() -> Iterator[SafeString]:
    text = _(
        "On if no setting that is on and unknown to our list has one of these words in its name: "
        "%(words)s; or if two people say that it captures nothing."
    )
    yield sentence(text, words=", ".join(sorted(CAPTURING)))
    yield sentence(_("Off as soon as one person says that it captures something."))
    yield sentence(_("Unknown until then."))
    text = _("Our list: compared on %(compared)s, with Zoom’s changes until %(mark)s.")
    compared = min(field.compared_on for field in fields())
    mark = min(field.vendor_mark for field in fields())
    yield sentence(text, compared=day(compared), mark=day(mark))


def _unknown_after(days: int) -> SafeString:
    text = ngettext(
        "Unknown also if the last check is more than one day old.",
        "Unknown also if the last check is more than %(days)s days old.",
        days,
    )
    return sentence(text, days=days)


def _parts(asked: Iterable[Field]) -> Iterator[str]:
    """Yield each setting with the value at which it protects."""
    for field in asked:
        for path in _paths(field):
            part = _wanted(field, path)
            if field.alternative:
                other, _equals, value = field.alternative.partition("=")
                alternative = _set_to(other, value == "true")
                part = _("%(setting)s or %(alternative)s") % {
                    "setting": part,
                    "alternative": alternative,
                }
            yield part


def _paths(field: Field) -> list[str]:
    parent = field.path.rpartition(".")[0]
    return [f"{parent}.{name}" for name in MEMBERS.get(field.key, ())] or [field.path]


def _wanted(field: Field, path: str) -> str:
    if field.op in ("in", "subset"):
        words = [value_word(path, one) for one in field.protected_value]
        text = _("%(name)s only at %(values)s")
        return text % {"name": quoted(path), "values": " / ".join(words)}
    if field.op == "lte":
        text = _("%(name)s at most %(value)s")
        return text % {"name": quoted(path), "value": field.protected_value}
    return _set_to(path, field.protected_value)


def _set_to(path: str, value: object) -> str:
    word = value_word(path, value)
    text = "%(name)s %(value)s" if isinstance(value, bool) else _("%(name)s at “%(value)s”")
    return text % {"name": quoted(path), "value": word}


def _value(path: str, kept: object) -> str:
    """Return a value that was read; of an odd one only its type was kept."""
    if isinstance(kept, dict):
        return _("%(name)s not readable") % {"name": quoted(path)}
    return _set_to(path, kept)

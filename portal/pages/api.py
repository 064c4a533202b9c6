"""What applies now, for machines: what the safeguards page says, in every language.

`openapi.json` describes every member; a test holds the answers and the description together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from notices.firm import days
from notices.firm.addresses import origin
from notices.firm.days import BERLIN
from notices.firm.languages import CODES, REQUIRED, Localised, alternates, localised
from notices.firm.models import Organisation
from notices.safeguards.board import timelines
from notices.safeguards.board.now import AnswerRow, Row, answers_at, rows_at
from notices.safeguards.board.read_words import due_reason
from notices.safeguards.board.timelines import Board
from notices.safeguards.board.words import WAITING_ROOM, state_word, word_for
from notices.safeguards.models import Finding, Promise, Source
from notices.safeguards.states import State

from . import api_description

One = TypeVar("One")

SCHEMA = "1"
JSON = "application/json; charset=utf-8"
CHECKED_BY = {Source.ACCOUNT: "machine", Source.HAND: "hand", Source.IMPORT: "import"}
DESCRIPTION = api_description.description()

# No answer here lets other sites' pages read it (CORS): their servers may, and that is enough.


@require_safe
def safeguards(request: HttpRequest) -> HttpResponse:
    """Answer with every state of now and what it rests on."""
    now = days.now()
    board_now = timelines.load_now().of()
    response = JsonResponse(
        report(board_now, now, origin(request)),
        content_type=JSON,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Content-Language"] = ", ".join(CODES)
    return response


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Answer with the description of this interface (OpenAPI 3.1)."""
    response = HttpResponse(DESCRIPTION, content_type=JSON)
    # The description is written in the language of the code.
    response["Content-Language"] = settings.SOURCE_LANGUAGE
    return response


def report(board_now: Board, now: datetime, site: str) -> dict[str, Any]:
    """Return the whole answer; `site` is the scheme and host that its links begin with."""
    rows, answers = {}, {}
    for language in CODES:
        with translation.override(language):
            rows[language] = rows_at(board_now, now, listed=False)
            answers[language] = answers_at(board_now, now)
    pages = {language: site + path for language, path in alternates("safeguard-list", {}).items()}
    known = {row.safeguard.pk: row for row in rows[REQUIRED]}
    counts = Counter(row.state for row in rows[REQUIRED] if row.safeguard.listed)
    body = {
        "schema": SCHEMA,
        "generated_at": _moment(now),
        "sample": Organisation.objects.current().is_sample,
        "page": pages,
        "quick_answers": [
            _quick_answer(
                in_languages,
                _tied(known, board_now, in_languages[REQUIRED], now),
                [row for row in known.values() if row.safeguard.key == WAITING_ROOM],
            )
            for in_languages in _side_by_side(answers)
        ],
        "safeguards": [_safeguard(in_languages, pages) for in_languages in _side_by_side(rows)],
        "counts": {state.value: counts[state] for state in State},
    }
    return {**body, "missing_translations": list(_missing(body))}


def _tied(
    known: Mapping[int, Row], board_now: Board, answer: AnswerRow, now: datetime
) -> list[Row]:
    # In the order of the list of safeguards, and only what stands in it.
    tied = board_now.tied(answer.quick_answer, now)
    return [row for pk, row in known.items() if pk in tied]


def _side_by_side(by_language: Mapping[str, Sequence[One]]) -> Iterator[dict[str, One]]:
    """Yield each row in all languages."""
    for rows in zip(*by_language.values(), strict=True):
        yield dict(zip(by_language, rows, strict=True))


def _quick_answer(
    answers: Mapping[str, AnswerRow], tied: Sequence[Row], admitting: Sequence[Row]
) -> dict[str, Any]:
    answer = answers[REQUIRED]
    # What is said of the waiting room holds as long as its check does.
    said = [*tied, *(admitting if answer.admission_sentence else [])]
    ends = [end for row in said if (end := _valid_until(row))]
    was = _text_or_none(answers, attrgetter("last_known"))
    return {
        "key": answer.key,
        "question": _text(answers, attrgetter("question")),
        "state": answer.state.value,
        "state_word": _state_word(answer.state),
        "answer": _text(answers, attrgetter("text")),
        "more": [
            {language: read(one) for language, one in answers.items()}
            for read in (attrgetter("admission_sentence"), attrgetter("lock_sentence"))
            if read(answer)
        ],
        "last_known": was and {"answer": was, "at": _moment(answer.last_known_at)},
        "checked_at": _moment(answer.checked_at),
        "valid_until": None if answer.state is State.DUE else _moment(min(ends, default=None)),
        "due_reason": _words(answers, attrgetter("due_reason")),
        "safeguards": [row.safeguard.key for row in tied],
    }


def _safeguard(rows: Mapping[str, Row], pages: Mapping[str, str]) -> dict[str, Any]:
    row = rows[REQUIRED]
    safeguard, situation, state = row.safeguard, row.situation, row.state
    coverage = situation.coverage
    is_known = state not in (State.DUE, State.RETIRED)
    return {
        "key": safeguard.key,
        "group": safeguard.group,
        "letter_item": safeguard.letter_item,
        "listed": safeguard.listed,
        "name": _field(safeguard, "name"),
        "zoom_name": _field(safeguard, "zoom_name"),
        "claim": _text(rows, attrgetter("claim")),
        "meaning": _text_or_none(rows, attrgetter("meaning")),
        "state": state.value,
        "state_word": _said(partial(word_for, state, safeguard.key)),
        "since": _moment(row.since),
        # The page says nothing about the lock of a setting that it cannot confirm.
        "lock": situation.lock.value if is_known else None,
        "exception_reason": _exception_reason(row),
        "lower_levels": _lower_levels(row),
        "read": _read(row),
        "due_reason": _in_each_language(partial(due_reason, situation)),
        "deviation": _deviation(rows),
        "last_known": _last_known(row),
        "checked_at": _moment(row.checked_at),
        "checked_by": CHECKED_BY[Source(coverage.source)] if coverage else None,
        "valid_until": _moment(_valid_until(row)),
        "page": {
            language: f"{page}#{localised(safeguard, 'slug', language)}"
            for language, page in pages.items()
        }
        if safeguard.listed
        else None,
    }


def _exception_reason(row: Row) -> dict[str, str | None] | None:
    promise = row.situation.promise
    if row.state is State.EXCEPTION and isinstance(promise, Promise):
        return _field(promise, "reason") if promise.value == Promise.Value.EXCEPTION else None
    return None


def _lower_levels(row: Row) -> dict[str, int] | None:
    found = row.situation.finding
    if not isinstance(found, Finding) or not row.below_sentence:
        return None
    names = ("users_read", "users_differing", "groups_read", "groups_differing")
    return {name: getattr(found, name) for name in names}


def _read(row: Row) -> dict[str, int | None] | None:
    """Return how many of how many were read where the account was; nothing else was counted."""
    found = row.situation.finding
    if not isinstance(found, Finding) or found.source != Source.ACCOUNT:
        return None
    names = ("users_read", "users_total", "groups_read", "groups_total")
    return {name: getattr(found, name) for name in names}


def _deviation(rows: Mapping[str, Row]) -> dict[str, Any] | None:
    deviation = rows[REQUIRED].deviation
    if deviation is None:
        return None
    said = {language: row.explanations for language, row in rows.items()}
    return {
        "found_at": _moment(deviation.start),
        "explanations": [_text(one, lambda text: text) for one in _side_by_side(said)],
    }


def _last_known(row: Row) -> dict[str, Any] | None:
    state, moment = row.situation.last_known, row.situation.last_known_at
    if row.state is not State.DUE or state is None:
        return None
    words = _said(partial(word_for, state, row.safeguard.key))
    return {"state": state.value, "state_word": words, "at": _moment(moment)}


def _valid_until(row: Row) -> datetime | None:
    """Return when the check gets too old, if it still counts."""
    if row.state in (State.DUE, State.RETIRED) or row.situation.coverage is None:
        return None
    return row.situation.coverage.valid_until


def _state_word(state: State) -> dict[str, str]:
    return _said(partial(state_word, state))


def _in_each_language(words: Callable[[], str]) -> dict[str, str] | None:
    """Return the words of code in all languages, or None where it has none to say."""
    said = _said(words)
    return said if said[REQUIRED] else None


def _said(words: Callable[[], str]) -> dict[str, str]:
    found = {}
    for language in CODES:
        with translation.override(language):
            found[language] = words()
    return found


def _words(
    answers: Mapping[str, AnswerRow], read: Callable[[AnswerRow], str]
) -> dict[str, str] | None:
    said = {language: read(answer) for language, answer in answers.items()}
    return said if said[REQUIRED] else None


def _field(row: Any, name: str) -> dict[str, str | None]:
    return _text({code: code for code in CODES}, partial(localised, row, name))


def _text(
    rows: Mapping[str, One], read: Callable[[One], Localised | None]
) -> dict[str, str | None]:
    """Return a text in all languages; what is not translated is null, never another language."""
    texts = {language: read(row) for language, row in rows.items()}
    return {
        language: None if text is None or text.is_missing else text.text or None
        for language, text in texts.items()
    }


def _text_or_none(
    rows: Mapping[str, One], read: Callable[[One], Localised | None]
) -> dict[str, str | None] | None:
    text = _text(rows, read)
    return text if any(text.values()) else None


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(BERLIN).isoformat(timespec="seconds") if moment else None


def _missing(node: Any, path: str = "") -> Iterator[str]:
    """Yield where a text is null, as JSON pointers (RFC 6901)."""
    if isinstance(node, dict):
        if node.keys() == set(CODES):
            yield from (f"{path}/{language}" for language, text in node.items() if text is None)
            return
        for name, value in node.items():
            yield from _missing(value, f"{path}/{name}")
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _missing(value, f"{path}/{position}")

"""What applies now, for machines: what the safeguards page says, in both languages.

`openapi.json` describes every member; a test holds the answers and the description together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from notices.firm.days import BERLIN
from notices.firm.languages import Localised, alternates, localised
from notices.firm.models import Organisation
from notices.safeguards import board
from notices.safeguards.board import Answer, Board, Row
from notices.safeguards.models import Finding, Promise, Source
from notices.safeguards.states import State

from .context_processors import origin

SCHEMA = "1"
JSON = "application/json; charset=utf-8"
# Seconds for which others may keep an answer; less where a check gets too old before.
MAX_AGE = 60
CHECKED_BY = {Source.ACCOUNT: "machine", Source.HAND: "hand", Source.IMPORT: "import"}
DESCRIPTION = Path(__file__).with_name("openapi.json").read_bytes()

# No answer here lets other sites' pages read it (CORS): their servers may, and that is enough.


@require_safe
def safeguards(request: HttpRequest) -> HttpResponse:
    """Answer with every state of now and what it rests on."""
    now = timezone.now()
    timelines = board.load()
    response = JsonResponse(
        report(timelines, now, origin(request)),
        content_type=JSON,
        json_dumps_params={"ensure_ascii": False},
    )
    changes_at = timelines.next_change(now)
    left = int((changes_at - now).total_seconds()) if changes_at else MAX_AGE
    response["Cache-Control"] = f"public, max-age={min(left, MAX_AGE)}"
    response["Content-Language"] = "de, en"
    return response


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Answer with the description of this interface (OpenAPI 3.1)."""
    response = HttpResponse(DESCRIPTION, content_type=JSON)
    response["Cache-Control"] = "public, max-age=3600"
    response["Content-Language"] = "en"
    return response


def report(timelines: Board, now: datetime, site: str) -> dict[str, Any]:
    """Return the whole answer; `site` is the scheme and host that its links begin with."""
    rows, answers = {}, {}
    for language in ("de", "en"):
        with translation.override(language):
            rows[language] = timelines.rows_at(now, listed=False)
            answers[language] = timelines.answers_at(now)
    pages = {language: site + path for language, path in alternates("safeguard-list", {}).items()}
    known = {row.safeguard.pk: row for row in rows["de"]}
    counts = Counter(row.state for row in rows["de"] if row.safeguard.listed)
    body = {
        "schema": SCHEMA,
        "generated_at": _moment(now),
        "sample": Organisation.objects.current().is_sample,
        "page": pages,
        "quick_answers": [
            _quick_answer(
                german,
                english,
                # In the order of the list below, and only what stands in it.
                [known[pk] for pk in known if pk in timelines.tied(german.quick_answer, now)],
            )
            for german, english in zip(answers["de"], answers["en"], strict=True)
        ],
        "safeguards": [
            _safeguard(german, english, pages)
            for german, english in zip(rows["de"], rows["en"], strict=True)
        ],
        "counts": {state.value: counts[state] for state in State},
    }
    return {**body, "missing_translations": list(_missing(body))}


def _quick_answer(german: Answer, english: Answer, tied: Iterable[Row]) -> dict[str, Any]:
    ends = [end for row in tied if (end := _valid_until(row))]
    was = _text_or_none(german.last_known, english.last_known)
    return {
        "key": german.key,
        "question": _text(german.question, english.question),
        "state": german.state.value,
        "state_word": _state_word(german.state),
        "answer": _text(_with_lock(german), _with_lock(english)),
        "last_known": was and {"answer": was, "at": _moment(german.last_known_at)},
        "checked_at": _moment(german.checked_at),
        "valid_until": None if german.state is State.DUE else _moment(min(ends, default=None)),
        "safeguards": [row.safeguard.key for row in tied],
    }


def _safeguard(german: Row, english: Row, pages: Mapping[str, str]) -> dict[str, Any]:
    safeguard, situation, state = german.safeguard, german.situation, german.state
    coverage = situation.coverage
    is_known = state not in (State.DUE, State.RETIRED)
    return {
        "key": safeguard.key,
        "group": safeguard.group,
        "letter_item": safeguard.letter_item,
        "listed": safeguard.listed,
        "name": _field(safeguard, "name"),
        "zoom_name": _field(safeguard, "zoom_name"),
        "claim": _text(german.claim, english.claim),
        "meaning": _text_or_none(german.meaning, english.meaning),
        "state": state.value,
        "state_word": _state_word(state),
        "since": _moment(german.since),
        # The page says nothing about the lock of a setting that it cannot confirm.
        "lock": situation.lock.value if is_known else None,
        "exception_reason": _exception_reason(german),
        "lower_levels": _lower_levels(german),
        "deviation": _deviation(german, english),
        "last_known": _last_known(german),
        "checked_at": _moment(german.checked_at),
        "checked_by": CHECKED_BY[Source(coverage.source)] if coverage else None,
        "valid_until": _moment(_valid_until(german)),
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


def _deviation(german: Row, english: Row) -> dict[str, Any] | None:
    if german.deviation is None:
        return None
    pairs = zip(german.explanations, english.explanations, strict=True)
    return {
        "found_at": _moment(german.deviation.start),
        "explanations": [_text(*pair) for pair in pairs],
    }


def _last_known(row: Row) -> dict[str, Any] | None:
    state, moment = row.situation.last_known, row.situation.last_known_at
    if row.state is not State.DUE or state is None:
        return None
    return {"state": state.value, "state_word": _state_word(state), "at": _moment(moment)}


def _valid_until(row: Row) -> datetime | None:
    """Return when the check gets too old, if it still counts."""
    if row.state in (State.DUE, State.RETIRED) or row.situation.coverage is None:
        return None
    return row.situation.coverage.valid_until


def _with_lock(answer: Answer) -> Localised:
    if not answer.lock_sentence:
        return answer.text
    return replace(answer.text, text=f"{answer.text} {answer.lock_sentence}")


def _state_word(state: State) -> dict[str, str]:
    words = {}
    for language in ("de", "en"):
        with translation.override(language):
            words[language] = board.state_word(state)
    return words


def _field(row: Any, name: str) -> dict[str, str | None]:
    return _text(localised(row, name, "de"), localised(row, name, "en"))


def _text(german: Localised, english: Localised) -> dict[str, str | None]:
    """Return a text in both languages; what is not translated is null, never German as English."""
    return {
        "de": german.text or None,
        "en": None if english.is_missing else english.text or None,
    }


def _text_or_none(
    german: Localised | None, english: Localised | None
) -> dict[str, str | None] | None:
    if german is None or english is None:
        return None
    text = _text(german, english)
    return text if any(text.values()) else None


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(BERLIN).isoformat(timespec="seconds") if moment else None


def _missing(node: Any, path: str = "") -> Iterator[str]:
    """Yield where a text is null, as JSON pointers (RFC 6901)."""
    if isinstance(node, dict):
        if node.keys() == {"de", "en"}:
            yield from (f"{path}/{language}" for language, text in node.items() if text is None)
            return
        for name, value in node.items():
            yield from _missing(value, f"{path}/{name}")
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _missing(value, f"{path}/{position}")

"""Search: the scores of the test sets, and its times at 1,000 entries in each language."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles

from django.db import transaction
from django.utils import timezone

from notices.faq import documents
from notices.faq.models import Question, Topic
from notices.faq.search import search
from notices.firm.languages import CODES
from notices.lib import analysis
from tests.faq.scoring import EVERYDAY, answers, everyday_answers

ENTRIES = 1_000
ROUNDS = 20
QUERIES = (
    "aufgezeichnet",
    "Kamera einschalten",
    "Mietervideokonferenz",
    "Kenwort",
    "wie lange speichert ihr meine Daten",
    "Passwort",
    "Eigentümerversamlung",
    "kann zoom meine daten an google weitergeben",
    "qwertzuiop",
    "Zoom",
)
# As many different words as that many texts have, the common ones often and the rare ones seldom.
VOCABULARY = 12_000
WORDS_OF_A_BODY = 80


def run(report: Callable[[str], None]) -> None:
    """Print the scores of the test sets and the times of searching, building and re-building."""
    asked = [("typed", answer) for answer in answers()] + list(everyday_answers())
    for name in ("typed", *EVERYDAY):
        for language in ("de", "en"):
            found = [one for of, one in asked if of == name and one.language == language]
            right = sum(one.is_right for one in found)
            report(
                f"search, {name} queries, {language}: {right} of {len(found)} in the first three"
            )
    german = [one.query for _name, one in asked if one.language == "de"]
    with transaction.atomic():
        _fill()
        _forget()
        report(f"search, building {ENTRIES} entries: {_timed():.0f} ms of processor time")
        edited = []
        for question in Question.objects.order_by("-pk")[:10]:
            Question.objects.filter(pk=question.pk).update(question_de=f"Neu {question.pk}")
            edited.append(_timed())
        report(f"search, first one after an edit: median {median(edited):.1f} ms")
        times = [_timed(query) for query in [*QUERIES * ROUNDS, *german * 2]]
        slowest = quantiles(times, n=100)[-1]
        report(f"search, {ENTRIES} entries: median {median(times):.1f} ms, p99 {slowest:.1f} ms")
        transaction.set_rollback(True)


def _forget() -> None:
    """Empty what a process remembers of words, as in one that has just started."""
    for remembered in (documents._text, analysis.stems_of, analysis._stem, analysis._remembered):
        remembered.cache_clear()


def _timed(query: str = "Zoom") -> float:
    """Return the processor time in milliseconds: what else the machine does changes nothing."""
    start = time.process_time()
    search(query, "de", timezone.now(), {})
    return (time.process_time() - start) * 1000


def _fill() -> None:
    chance = random.Random(1)  # noqa: S311 - the same words in every run
    words = {language: _vocabulary(language, chance) for language in CODES}
    often = [1 / rank for rank in range(1, VOCABULARY + 1)]
    topic = Topic.objects.first()
    rows = []
    for number in range(ENTRIES - Question.objects.count()):
        row = Question(topic=topic, key=f"bench-{number}", reviewed_on=timezone.now().date())
        for language in CODES:
            text = partial(_text, chance, words[language], often)
            setattr(row, f"slug_{language}", f"bench-{number}")
            setattr(row, f"question_{language}", text(6))
            setattr(row, f"asked_as_{language}", "\n".join(text(5) for _way in range(6)))
            setattr(row, f"answer_html_{language}", f"<p>{text(WORDS_OF_A_BODY)}</p>")
        rows.append(row)
    Question.objects.bulk_create(rows)


def _vocabulary(language: str, chance: random.Random) -> list[str]:
    """Return the words of the starter, then words put together from them."""
    texts = Question.objects.values_list(f"question_{language}", f"answer_{language}")
    real = sorted(set(re.findall(r"\w{3,}", " ".join(text for row in texts for text in row))))
    chance.shuffle(real)
    joined = ("".join(chance.sample(real, 2)).lower() for _number in range(VOCABULARY - len(real)))
    return [*real, *joined]


def _text(chance: random.Random, words: list[str], often: list[float], length: int) -> str:
    return " ".join(chance.choices(words, often, k=length))

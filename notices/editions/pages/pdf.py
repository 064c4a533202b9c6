"""An edition as a document: made once after publishing, in a process of its own."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from notices.firm import days
from notices.firm.days import day_of
from notices.firm.languages import CODES, REQUIRED, current, localised, localised_by
from notices.firm.models import Organisation
from notices.lib import pdf

from ..models import Edition, EditionHtml, EditionPdf, Foundation
from ..validity import fallen_by, fallen_in
from .sentences import Fallen

# So many at one run of the jobs; the others wait a few minutes for the next one.
PER_RUN = 20
# A machine that makes none after so many tries will not make the next one either.
FAILURES_PER_RUN = 3

logger = logging.getLogger(__name__)


def sizes(
    editions: Iterable[Edition], fallen: Mapping[int, Fallen] | None = None
) -> dict[int, int]:
    """Return the size in KB of each edition's document in the active language."""
    language = current()
    about = {edition.pk: edition for edition in editions}
    found = EditionPdf.objects.current().filter(edition__in=about, language=language)
    made = list(found.values_list("edition_id", "size", "fallen"))
    told = _told_by((about[pk] for pk, _size, _said in made), fallen)
    return {pk: max(1, round(size / 1024)) for pk, size, said in made if said == told[pk]}


def document_of(edition: Edition, language: str | None) -> EditionPdf | None:
    """Return the document of `edition`; one that is no longer right is never given away."""
    found = EditionPdf.objects.current().filter(edition=edition, language=language or REQUIRED)
    return found.filter(fallen=_told_by([edition])[edition.pk]).first()


def missing(language: str) -> Iterator[int]:
    """Yield the ids of the published editions without a document in `language`, newest first."""
    made = EditionPdf.objects.current().filter(edition=OuterRef("pk"), language=language)
    editions = Edition.objects.published().exclude(Exists(made))
    if language != REQUIRED:
        written = EditionHtml.objects.filter(edition=OuterRef("pk"), language=language)
        editions = editions.filter(Exists(written.exclude(text="")))
    yield from editions.order_by("-id").values_list("pk", flat=True)


def _told_by(
    editions: Iterable[Edition], fallen: Mapping[int, Fallen] | None = None
) -> dict[int, str]:
    """Return what the document of each edition has to say of legal bases that fell by today."""
    fallen = fallen or fallen_by(editions, day_of(days.now()))
    return {
        pk: ", ".join(f"{o.key} {o.fallen_on}" for o in f.foundations) for pk, f in fallen.items()
    }


def _untrue() -> list[int]:
    """Return the ids of the documents that say too little, or too much, of what fell."""
    rows = EditionPdf.objects.filter(
        Q(edition__notice__foundations__state=Foundation.State.FALLEN) | ~Q(fallen="")
    )
    about = Edition.objects.filter(documents__in=rows).distinct()
    told = _told_by(about.only("notice_id", "in_force_from"))
    made = rows.distinct().values_list("pk", "edition_id", "fallen")
    return [pk for pk, edition_id, fallen in made if fallen != told[edition_id]]


def is_due(_now: object = None) -> bool:
    """Say whether the extra is here and an edition waits, or a document must go."""
    if EditionPdf.objects.outdated().exists() or _untrue():
        return True
    return pdf.is_available() and any(any(missing(language)) for language in CODES)


def make_missing(limit: int | None = PER_RUN) -> int:
    """Make documents that do not exist yet; return how many. One broken text stops no other."""
    EditionPdf.objects.outdated().delete()
    EditionPdf.objects.filter(pk__in=_untrue()).delete()
    if not pdf.is_available():
        return 0
    made = failed = 0
    problem: pdf.PdfError | None = None
    for language in CODES:
        for pk in list(missing(language)):
            if limit is not None and made >= limit:
                return made
            try:
                made += make(pk, language)
            except pdf.PdfError as failure:
                logger.warning("No PDF of edition %s in %s: %s", pk, language, failure)
                problem, failed = failure, failed + 1
                if failed >= FAILURES_PER_RUN:
                    raise
    if problem:
        raise problem
    return made


def make(pk: int, language: str) -> bool:
    """Make and store one document; say whether nobody else was quicker."""
    # Before the text is read: a redaction while it is made must outdate what comes out.
    made_at = timezone.now()
    edition = Edition.objects.select_related("notice").get(pk=pk)
    content = pdf.from_html(html_of(edition, language))
    row = EditionPdf(
        edition=edition,
        language=language,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        fallen=_told_by([edition])[pk],
        made_at=made_at,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True


def html_of(edition: Edition, language: str) -> str:
    """Return the whole page that becomes the document: frozen words, and what fell since."""
    with translation.override(language):
        context: Mapping[str, object] = {
            "edition": edition,
            "title": localised(edition, "title"),
            "text": localised_by(edition.html_in),
            "short": localised_by(edition.summary_html_in),
            "organisation": Organisation.objects.current(),
            "address": settings.BASE_URL and settings.BASE_URL + edition.get_absolute_url(),
            "fallen": fallen_in(edition, day_of(days.now())),
            "redactions": edition.redactions.order_by("at"),
            "language": language,
        }
        return render_to_string("pdf/edition.html", context)

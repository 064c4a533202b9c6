"""An edition as a document: made once after publishing, in a process of its own."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone, translation

from notices.firm.languages import PRIMARY, localised
from notices.firm.models import Organisation
from notices.lib import pdf

from .models import Edition, EditionPdf

# So many at one run of the jobs; the others wait a few minutes for the next one.
PER_RUN = 20
# A machine that makes none after so many tries will not make the next one either.
FAILURES_PER_RUN = 3
LANGUAGES = ("de", "en")

logger = logging.getLogger(__name__)


def sizes(editions: Iterable[Edition]) -> dict[int, int]:
    """Return the size in KB of each edition's document in the active language."""
    language = translation.get_language() or PRIMARY
    found = EditionPdf.objects.current().filter(
        edition__in={edition.pk for edition in editions}, language=language
    )
    return {pk: max(1, round(size / 1024)) for pk, size in found.values_list("edition_id", "size")}


def document_of(edition: Edition, language: str | None) -> EditionPdf | None:
    """Return the document of `edition`; one made before a redaction is never given away."""
    found = EditionPdf.objects.current().filter(edition=edition, language=language or PRIMARY)
    return found.first()


def missing(language: str) -> Iterator[int]:
    """Yield the ids of the published editions without a document in `language`, newest first."""
    made = EditionPdf.objects.current().filter(edition=OuterRef("pk"), language=language)
    editions = Edition.objects.published().exclude(Exists(made))
    if language != PRIMARY:
        editions = editions.exclude(**{f"html_{language}": ""})
    yield from editions.order_by("-id").values_list("pk", flat=True)


def is_due(_now: object = None) -> bool:
    """Say whether the extra is here and an edition waits, or a document must go."""
    if EditionPdf.objects.outdated().exists():
        return True
    return pdf.is_available() and any(any(missing(language)) for language in LANGUAGES)


def make_missing(limit: int | None = PER_RUN) -> int:
    """Make documents that do not exist yet; return how many. One broken text stops no other."""
    EditionPdf.objects.outdated().delete()
    if not pdf.is_available():
        return 0
    made = failed = 0
    problem: pdf.PdfError | None = None
    for language in LANGUAGES:
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
        made_at=made_at,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True


def html_of(edition: Edition, language: str) -> str:
    """Return the whole page that becomes the document: frozen words only, nothing of today."""
    with translation.override(language):
        context: Mapping[str, object] = {
            "edition": edition,
            "title": localised(edition, "title"),
            "text": localised(edition, "html"),
            "short": localised(edition, "summary_html"),
            "organisation": Organisation.objects.current(),
            "address": settings.BASE_URL and settings.BASE_URL + edition.get_absolute_url(),
            "redactions": edition.redactions.order_by("at"),
            "language": language,
        }
        return render_to_string("pdf/edition.html", context)

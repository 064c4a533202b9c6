"""What staff do in a portal that was given two more languages; run inside the copy of the project.

Prints one JSON object about what it found. Names of pages come as arguments.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.utils import timezone  # noqa: E402

from notices.editions import drafting, publishing  # noqa: E402
from notices.editions.integrity.chain import verify  # noqa: E402
from notices.editions.integrity.digests import covered  # noqa: E402
from notices.editions.models import Edition, Notice  # noqa: E402
from notices.editions.redacting import redact  # noqa: E402
from notices.firm.days import day_of  # noqa: E402
from notices.firm.languages import CODES, FURTHER, column  # noqa: E402
from portal.evidence.packing import export_to  # noqa: E402
from portal.evidence.periods import Period  # noqa: E402
from tests.pages import page_path  # noqa: E402

TEXTS = {
    "tr": {
        "title": "Görüntülü toplantılar",
        "summary": "Kısaca.",
        "text": "## Neden\n\nBu metin sizin için için. Sorular: Deneme Kişisi.",
        "change_note": "Yeni.",
    },
    "ar": {
        "title": "الاجتماعات المرئية",
        "summary": "باختصار.",
        "text": "## لماذا\n\nهذا النص باللغة العربية.",
        "change_note": "جديد.",
    },
}


def publish(editor: User, reviewer: User) -> Edition:
    """Begin, write, hand over and approve an edition in every language."""
    notice = Notice.objects.get(key="video-meetings")
    for language, texts in TEXTS.items():
        setattr(notice, column("slug", language), f"video-{language}")
        setattr(notice, column("title", language), texts["title"])
    notice.save()
    draft = drafting.begin(notice, by=editor)
    for language, texts in TEXTS.items():
        for field, words in texts.items():
            setattr(draft, column(field, language), words)
    drafting.save(draft, by=editor, right=FURTHER)
    return publishing.publish(publishing.submit(draft, by=editor), by=reviewer)


def main(folder: Path, names: list[str]) -> None:
    sealed = dict(Edition.objects.published().values_list("pk", "digest"))
    editor, reviewer = (User.objects.create(username=name) for name in ("editor", "reviewer"))
    edition = publish(editor, reviewer)
    text = TEXTS["tr"]["text"].replace("için için", "için")
    correction = publishing.correct(edition, by=editor, texts={"text_tr": text})
    redact(correction, ["Deneme Kişisi"], reason="Art. 17", by=reviewer, role="reviewer")
    correction = Edition.objects.get(pk=correction.pk)
    today = day_of(timezone.now())
    export_to(folder / "nachweis.zip", Period(today, today))
    found = {
        "kept": sealed == dict(Edition.objects.filter(pk__in=sealed).values_list("pk", "digest")),
        "problems": [str(problem) for problem in verify().problems],
        "covered": covered(edition)["languages"],
        "corrected": {code: correction.html_in(code) for code in TEXTS},
        "pages": {code: {name: page_path(name, code) for name in names} for code in CODES},
    }
    sys.stdout.write(json.dumps(found))


main(Path(sys.argv[1]), sys.argv[2:])

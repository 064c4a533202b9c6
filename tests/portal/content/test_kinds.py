"""A field that is added to what people edit is added to the file, or named here as left out."""

from __future__ import annotations

from notices.firm.languages import field_of, language_of
from portal.content.kinds import KINDS

# Made by the portal itself, history, or an image.
LEFT_OUT = {
    "organisation": {"confirmed_at", "logo"},
    "firms": {"logo"},
    "wordings": {"recorded_at", "recorded_by"},
    "texts": {
        *("number", "correction", "status", "historical", "made_from", "written_by", "writers"),
        *("approved_by", "approver_role", "four_eyes", "published_at", "created_at"),
        *("digest", "digest_format", "previous_digest"),
    },
    "questions": {"answer_html", "written_on"},
}


def test_every_field_that_people_edit_is_in_the_file() -> None:
    missing = {}
    for kind in KINDS:
        meta = kind.model._meta
        fields = {one.name for one in (*meta.fields, *meta.many_to_many)} - {"id"}
        wanted = {field_of(name) if language_of(name) else name for name in fields}
        left = wanted - set(kind.names) - LEFT_OUT.get(kind.name, set())
        if left:
            missing[kind.name] = left
    assert missing == {}

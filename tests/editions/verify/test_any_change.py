"""Whatever is changed, deleted, inserted or swapped in the chain of editions is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from notices.editions.integrity.chain import verify
from notices.editions.integrity.digests import edition_digest
from notices.editions.models import Edition
from tests.editions.corrections import make_correction
from tests.editions.verify.tampering import TABLE, remove, tamper
from tests.factories import make_edition, make_notice

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


COVERED: dict[str, st.SearchStrategy[Any]] = {
    **{
        name: st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
        for name in (
            *("title_de", "title_en", "summary_de", "summary_en", "text_de", "text_en"),
            *("change_note_de", "change_note_en"),
        )
    },
    **{
        name: st.text("0123456789abcdef", min_size=64, max_size=64)
        for name in ("digest", "previous_digest")
    },
    "approver_role": st.sampled_from(["", "editor", "operator"]),
    "number": st.integers(0, 9),
    "correction": st.integers(0, 9),
    "historical": st.booleans(),
    "four_eyes": st.booleans(),
    "in_force_from": st.integers(0, 10**6).map(lambda n: timezone.now() + timedelta(seconds=n)),
    "published_at": st.integers(1, 10**6).map(lambda n: timezone.now() - timedelta(seconds=n)),
}


@pytest.fixture
def chain() -> tuple[list[Edition], str]:
    """Make three editions and a correction, and note the head."""
    notice = make_notice("video")
    for number in range(3):
        make_edition(notice, historical=True, text_de=f"Text {number}")
    make_correction(Edition.objects.get(number=3), timezone.now(), historical=True)
    head = verify().head
    assert not verify(head).problems
    return list(Edition.objects.order_by("id")), head


# Every example is rolled back, so the fixture may serve them all.
shared = [HealthCheck.function_scoped_fixture]


@hypothesis_settings(max_examples=60, suppress_health_check=shared)
@given(index=st.integers(0, 3), name=st.sampled_from(sorted(COVERED)), data=st.data())
def test_any_changed_field_is_found(
    chain: tuple[list[Edition], str], index: int, name: str, data: st.DataObject
) -> None:
    rows, head = chain
    value = data.draw(COVERED[name])
    before = getattr(rows[index], name)
    assume(value != before and not (name == "text_de" and value == ""))
    labels = {"number": rows[index].number, "correction": rows[index].correction} | {name: value}
    assume(
        name not in ("number", "correction")
        or (labels["number"], labels["correction"])
        not in [(one.number, one.correction) for one in rows]
    )
    with transaction.atomic():
        tamper(f'UPDATE {TABLE} SET "{name}" = %s WHERE id = %s', value, rows[index].pk)
        assert verify(head).problems
        transaction.set_rollback(True)


def test_any_deletion_is_found(chain: tuple[list[Edition], str]) -> None:
    rows, head = chain
    for row in rows:
        with transaction.atomic():
            remove(f"id = {row.pk}")
            assert verify(head).problems
            transaction.set_rollback(True)


@hypothesis_settings(max_examples=20, suppress_health_check=shared)
@given(index=st.integers(0, 3), number=st.integers(1, 9), correction=st.integers(2, 9))
def test_any_insertion_is_found(
    chain: tuple[list[Edition], str], index: int, number: int, correction: int
) -> None:
    rows, head = chain
    row = Edition.objects.get(pk=rows[index].pk)
    row.pk, row.number, row.correction = None, number, correction
    row._state.adding = True
    row.previous_digest = rows[index].digest
    row.digest = edition_digest(row)
    with transaction.atomic():
        row.save()
        assert verify(head).problems
        transaction.set_rollback(True)


@hypothesis_settings(max_examples=20, suppress_health_check=shared)
@given(
    pair=st.permutations(range(4)).map(lambda order: order[:2]),
    what=st.sampled_from(["texts", "links", "digests", "numbers"]),
)
def test_any_swap_is_found(chain: tuple[list[Edition], str], pair: list[int], what: str) -> None:
    rows, head = chain
    one, two = (rows[index] for index in pair)
    names = {
        "texts": ["text_de"],
        "links": ["previous_digest"],
        "digests": ["digest"],
        "numbers": ["number", "correction"],
    }[what]
    assume(any(getattr(one, name) != getattr(two, name) for name in names))
    with transaction.atomic():
        if what == "numbers":
            tamper(f"UPDATE {TABLE} SET number = 99 WHERE id = %s", one.pk)
        for row, other in ((two, one), (one, two)):
            sets = ", ".join(f'"{name}" = %s' for name in names)
            values = [getattr(other, name) for name in names]
            tamper(f"UPDATE {TABLE} SET {sets} WHERE id = %s", *values, row.pk)
        assert verify(head).problems
        transaction.set_rollback(True)

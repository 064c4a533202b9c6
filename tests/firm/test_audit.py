"""The audit: one module writes it, every act has words, and it reads in German."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from notices.firm.audit import Act, in_words, record
from tests.factories import make_user

ADDRESS = "/admin/firm/auditentry/"
RECORDER = Path("notices/firm/audit.py")
MAKERS = {"create", "bulk_create", "get_or_create", "update_or_create"}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("notices", "portal"):
        for file in sorted(Path(settings.BASE_DIR, folder).rglob("*.py")):
            if "migrations" not in file.parts:
                path = file.relative_to(settings.BASE_DIR)
                yield path, ast.parse(file.read_text("utf-8"))


def makes_an_entry(node: ast.AST) -> bool:
    """Say whether `node` is `AuditEntry(...)` or `AuditEntry.objects.create(...)` or its like."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called.split(".")[-1] == "AuditEntry" or (
        "AuditEntry.objects" in called and called.split(".")[-1] in MAKERS
    )


def test_one_module_records_the_audit() -> None:
    found = {path for path, tree in sources() if any(map(makes_an_entry, ast.walk(tree)))}
    assert found == {RECORDER}


def test_no_module_writes_the_mark_of_an_act_by_hand() -> None:
    marks = set(Act.values)
    found = {
        (str(path), node.value)
        for path, tree in sources()
        if path != RECORDER
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in marks
    }
    assert not found


def test_every_act_has_words_of_its_own_in_german() -> None:
    with translation.override("en"):
        english = [in_words(act, "…") for act in Act.values]
    with translation.override("de"):
        german = [in_words(act, "…") for act in Act.values]
    assert len(set(german)) == len(german)
    assert [one for one, other in zip(german, english, strict=True) if one == other] == []
    assert all("…" in one for one in german)


@pytest.mark.django_db
def test_the_list_of_the_audit_says_what_happened_and_can_be_filtered(client: object) -> None:
    user = make_user("editor")
    client.force_login(user)  # type: ignore[attr-defined]
    for act in Act:
        record(act, "Warteraum", by=user)
    page = client.get(ADDRESS)  # type: ignore[attr-defined]
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    assert "Geändert: Warteraum" in text
    assert not [act for act in Act.values if act in text]
    page = client.get(ADDRESS, {"act": "content-changed"})  # type: ignore[attr-defined]
    assert page.context["cl"].result_count == 1

"""Files that show what was set: who gets them, and never as a page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notices.safeguards.by_hand import evidence_files
from notices.safeguards.models import EvidenceFile, Safeguard
from tests.conftest import SignIn
from tests.safeguards.evidence_files.uploading import HTML, PNG, REPORT, answers, upload

pytestmark = pytest.mark.django_db


def test_nobody_can_take_the_file_of_somebody_else_or_one_that_is_gone(
    sign_in: SignIn, safeguard: Safeguard, folder: Path
) -> None:
    client, editor = sign_in("editor")
    token = evidence_files.keep(upload(), editor)
    other, _colleague = sign_in("reviewer")
    for stranger, kept in ((other, token), (client, token[:-1]), (client, "../../secret-key")):
        form = stranger.post(REPORT, answers(safeguard, kept_file=kept, _publish="1")).context[
            "form"
        ]
        assert "file" in form.errors
    with (
        time_machine.travel(timezone.now() + timedelta(hours=21)),
        pytest.raises(evidence_files.Gone),
    ):
        evidence_files.kept(token, editor)
    for file in folder.iterdir():
        file.unlink()
    assert "file" in client.post(REPORT, answers(safeguard, kept_file=token)).context["form"].errors
    assert not EvidenceFile.objects.exists()


def test_a_download_is_for_editors_and_reviewers_and_never_a_page(sign_in: SignIn) -> None:
    client, editor = sign_in("editor")
    row = evidence_files.adopt(
        evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
    )
    address = f"/admin/nachweise/{row.sha256}/"
    for one in (client, sign_in("reviewer")[0]):
        response = one.get(address)
        assert response.status_code == 200
        assert response.content == PNG
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["Content-Disposition"].endswith('.png"')
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
    assert sign_in("operator")[0].get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert client.post(address).status_code == 405
    assert client.get(f"/admin/nachweise/{'0' * 64}/").status_code == 404


def test_a_stored_file_that_was_changed_is_not_handed_out(sign_in: SignIn, folder: Path) -> None:
    client, editor = sign_in("editor")
    row = evidence_files.adopt(
        evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
    )
    (folder / row.stored_name).write_bytes(HTML)
    assert client.get(f"/admin/nachweise/{row.sha256}/").status_code == 404
    assert Client().get(f"/static/evidence/{row.stored_name}").status_code != 200

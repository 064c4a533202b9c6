"""Files that show what was set: taken only if they are what they say."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.firm.models import AuditEntry
from notices.firm.storage.append_only import FrozenRow
from notices.safeguards.by_hand import evidence_files
from notices.safeguards.models import Attestation, EvidenceFile, Finding, Safeguard
from portal.serving import uploads
from tests.conftest import SignIn
from tests.factories import record_state
from tests.safeguards.evidence_files.uploading import (
    HTML,
    JPEG,
    PDF,
    PNG,
    REPORT,
    answers,
    token_in,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("zoom.png", PNG, "image/png"),
        ("ZOOM.PNG", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.b.pdf", PDF, "application/pdf"),
    ],
)
def test_what_is_what_it_says_is_kept(
    sign_in: SignIn, folder: Path, name: str, content: bytes, kind: str
) -> None:
    _client, editor = sign_in("editor")
    kept = evidence_files.kept(evidence_files.keep(upload(content, name), editor), editor)
    assert (kept.media_type, kept.size) == (kind, len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert (folder / kept.stored_name).read_bytes() == content
    assert (folder / kept.stored_name).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zoom.png", HTML),
        ("zoom.png", b""),
        ("zoom.png", PDF),
        ("zoom.png", evidence_files.PNG_START + HTML),
        ("zoom.png", PNG + HTML),
        ("zoom.png", PNG[:-1]),
        ("zoom.png", PNG.replace(b"IDAT", b"iDAT")),
        ("zoom.jpg", PNG),
        ("zoom.jpg", JPEG + HTML),
        ("zoom.pdf", HTML + PDF),
        ("zoom.pdf", PDF + b" " * 2000),
        ("zoom.pdf", PNG),
        ("zoom.png.html", PNG),
        ("zoom.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("zoom", PNG),
        ("png", PNG),
        (".png", PNG),
        ("zoom.png.", PNG),
    ],
)
def test_everything_else_is_refused_and_leaves_nothing(
    sign_in: SignIn, safeguard: Safeguard, folder: Path, name: str, content: bytes
) -> None:
    client, _editor = sign_in("editor")
    response = client.post(REPORT, answers(safeguard, file=upload(content, name)))
    assert "file" in response.context["form"].errors
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", "..\\evil.png", "a\0b.png"])
def test_the_name_of_an_upload_decides_no_path(sign_in: SignIn, folder: Path, name: str) -> None:
    _client, editor = sign_in("editor")
    file = upload()
    file._name = name  # type: ignore[attr-defined]  # past Django's own clean-up
    kept = evidence_files.kept(evidence_files.keep(file, editor), editor)
    assert evidence_files.STORED_NAME.fullmatch(kept.stored_name)
    assert [path.name for path in folder.parent.rglob("*") if path.is_file()] == [kept.stored_name]


def test_five_megabytes_are_the_most(
    sign_in: SignIn, safeguard: Safeguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _editor = sign_in("editor")
    filler = evidence_files.LARGEST - len(PDF)
    most = PDF[:9] + b" " * filler + PDF[9:]
    assert (
        not client.post(REPORT, answers(safeguard, file=upload(most, "a.pdf")))
        .context["form"]
        .errors
    )
    form = client.post(REPORT, answers(safeguard, file=upload(most + b"\n", "a.pdf"))).context[
        "form"
    ]
    assert "file" in form.errors
    monkeypatch.setattr(uploads, "LARGEST_REQUEST", 1000)
    assert client.post(REPORT, answers(safeguard, file=upload(most, "a.pdf"))).status_code == 400


def test_the_file_goes_with_the_report_through_every_step(
    sign_in: SignIn, safeguard: Safeguard, folder: Path
) -> None:
    client, editor = sign_in("editor")
    # A mistake elsewhere does not lose it.
    wrong = client.post(REPORT, answers(safeguard, reason_de="", file=upload())).content.decode()
    token = token_in(wrong)
    review = client.post(REPORT, answers(safeguard, kept_file=token)).content.decode()
    assert token_in(review) == token
    back = client.post(REPORT, answers(safeguard, kept_file=token, _back="1")).content.decode()
    assert token_in(back) == token
    assert not EvidenceFile.objects.exists()
    client.post(REPORT, answers(safeguard, kept_file=token, _publish="1"))
    [row] = EvidenceFile.objects.all()
    assert row.uploaded_by == editor
    assert (folder / row.stored_name).read_bytes() == PNG
    assert Finding.objects.latest("pk").evidence == {"file": row.sha256}
    assert AuditEntry.objects.filter(detail__file=row.sha256).exists()
    with pytest.raises(FrozenRow):
        row.delete()


def test_a_better_state_carries_the_file_to_the_second_person(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    record_state(safeguard, "not_protected")
    client, _editor = sign_in("editor")
    token = token_in(client.post(REPORT, answers(safeguard, "on", file=upload())).content.decode())
    client.post(REPORT, answers(safeguard, "on", kept_file=token, _publish="1"))
    [report] = Attestation.objects.all()
    assert report.evidence_file is not None
    second, _reviewer = sign_in("reviewer")
    address = f"/admin/nachweise/{report.evidence_file.sha256}/"
    assert address in second.get("/admin/").content.decode()
    second.post(f"/admin/meldungen/{report.pk}/", {"_confirm": "1", "as_read": report.digest})
    assert Finding.objects.latest("pk").evidence == {"file": report.evidence_file.sha256}


@given(content=st.binary(max_size=300), kind=st.sampled_from(sorted(evidence_files.LOOKS_LIKE)))
def test_no_bytes_make_the_look_at_a_file_fail(content: bytes, kind: str) -> None:
    starts = {"image/png": evidence_files.PNG_START, "image/jpeg": b"\xff\xd8\xff"}
    evidence_files.LOOKS_LIKE[kind](starts.get(kind, b"%PDF-") + content)
    assert not evidence_files.LOOKS_LIKE[kind](HTML + content)

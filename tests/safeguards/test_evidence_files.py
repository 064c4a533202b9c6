"""Files that show what was set: taken only if they are what they say, and never public."""

from __future__ import annotations

import hashlib
import os
import re
import struct
import time
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from notices.firm.models import AuditEntry
from notices.firm.storage.append_only import FrozenRow
from notices.safeguards.by_hand import evidence_files
from notices.safeguards.models import Attestation, EvidenceFile, Finding, Safeguard
from portal.serving import uploads
from tests.conftest import SignIn
from tests.factories import make_organisation, make_safeguard, make_user, record_state

pytestmark = pytest.mark.django_db
REPORT = "/admin/einstellung-geaendert/"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    checksum = zlib.crc32(kind + data).to_bytes(4, "big")
    return struct.pack(">I4s", len(data), kind) + data + checksum


PNG = (
    evidence_files.PNG_START
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND")
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 ... \xff\xd9"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SHARED_DIR = tmp_path
    return tmp_path / "evidence"


@pytest.fixture
def safeguard() -> Safeguard:
    make_organisation()
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    return safeguard


def answers(safeguard: Safeguard, value: str = "off", **changes: Any) -> dict[str, Any]:
    reasons = {"reason_de": "Eine Panne bei Zoom.", "reason_en": "", "note": ""}
    return {
        "safeguard": safeguard.pk,
        "value": value,
        "lock": "unknown",
        "seen_at": "",
        **reasons,
        **changes,
    }


def upload(content: bytes = PNG, name: str = "zoom.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def token_in(html: str) -> str:
    found = re.search(r'name="kept_file" value="([^"]+)"', html)
    assert found, "no file is kept"
    return found[1]


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


def test_only_files_of_no_report_are_removed_and_after_a_day(sign_in: SignIn, folder: Path) -> None:
    _client, editor = sign_in("editor")
    adopted = evidence_files.adopt(
        evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
    )
    old = evidence_files.kept(evidence_files.keep(upload(PDF, "a.pdf"), editor), editor)
    young = evidence_files.kept(evidence_files.keep(upload(JPEG, "a.jpg"), editor), editor)
    foreign = folder / "notes.txt"
    foreign.write_text("not ours")
    yesterday = time.time() - 25 * 3600
    for name in (adopted.stored_name, old.stored_name, foreign.name):
        os.utime(folder / name, (yesterday, yesterday))
    evidence_files.clear()
    left = {file.name for file in folder.iterdir()}
    assert left == {adopted.stored_name, young.stored_name, foreign.name}


@given(content=st.binary(max_size=300), kind=st.sampled_from(sorted(evidence_files.LOOKS_LIKE)))
def test_no_bytes_make_the_look_at_a_file_fail(content: bytes, kind: str) -> None:
    starts = {"image/png": evidence_files.PNG_START, "image/jpeg": b"\xff\xd8\xff"}
    evidence_files.LOOKS_LIKE[kind](starts.get(kind, b"%PDF-") + content)
    assert not evidence_files.LOOKS_LIKE[kind](HTML + content)


def test_content_that_was_lost_is_put_back_by_the_next_upload_of_it(folder: Path) -> None:
    editor = make_user("editor")
    first = evidence_files.adopt(
        evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
    )
    stored = folder / first.stored_name
    for is_there in (False, True):
        stored.write_bytes(b"half")
        if not is_there:
            stored.unlink()
        with pytest.raises(evidence_files.Gone):
            evidence_files.content_of(first)
        again = evidence_files.adopt(
            evidence_files.kept(evidence_files.keep(upload(), editor), editor), editor
        )
        assert again == first
        assert evidence_files.content_of(first) == PNG


def test_a_kept_file_that_changed_before_it_was_handed_over_is_refused_with_a_sentence(
    sign_in: SignIn, safeguard: Safeguard, folder: Path
) -> None:
    client, _ = sign_in("editor")
    page = client.post(REPORT, {**answers(safeguard), "file": upload()})
    token = page.context["form"]["kept_file"].value()
    [file] = folder.iterdir()
    file.write_bytes(PDF)
    page = client.post(REPORT, {**answers(safeguard), "kept_file": token, "_publish": "1"})
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not EvidenceFile.objects.exists()
    assert not Finding.objects.filter(verdict="not_protected").exists()


def test_a_full_disk_leaves_no_half_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(evidence_files.NoRoom):
        evidence_files.keep(upload(), make_user("editor"))
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_told_beside_the_field_and_the_form_keeps_its_input(
    safeguard: Safeguard, folder: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    client, _ = sign_in("editor")
    sent = answers(safeguard)
    page = client.post(REPORT, {**sent, "file": upload()})
    assert page.status_code in (200, 422)
    [sentence] = page.context["form"].errors["file"]
    assert sentence.startswith("Das Portal hat keinen Platz mehr")
    assert page.context["form"]["safeguard"].value() == str(sent["safeguard"])


def test_two_processes_that_clear_at_once_do_not_trip(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence_files.keep(upload(), make_user("editor"))
    [file] = folder.iterdir()
    os.utime(file, (0, 0))
    stat = Path.stat

    def gone_meanwhile(path: Path, **options: Any) -> os.stat_result:
        path.unlink(missing_ok=True) if path == file else None
        return stat(path, **options)

    with monkeypatch.context() as other:
        other.setattr(Path, "stat", gone_meanwhile)
        evidence_files.clear()
    assert list(folder.iterdir()) == []

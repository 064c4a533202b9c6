"""manage.py check_zoom with answers from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notices.safeguards.models import Check, Finding, Safeguard
from notices.safeguards.zoom import answer_files
from tests.safeguards.zoom.answers import EXAMPLES, example
from tests.safeguards.zoom.check_zoom.commands import ALL_ON, DRIFTED, check_zoom, counts, from_file


@pytest.mark.usefixtures("starter")
class TestFromAFile:
    def test_all_on_exits_0_and_names_each_safeguard_in_words(self) -> None:
        code, text = from_file(ALL_ON)
        assert code == 0
        cloud = Safeguard.objects.get(key="cloud_recording")
        assert f"{cloud.name}  " in text

    @pytest.mark.parametrize(
        "name",
        [
            "02-drifted.json",
            "03-older-plan-missing-fields.json",
            "04-malformed-odd-types.json",
            "05-account-clean-user-and-meeting-differ.json",
        ],
    )
    def test_anything_else_exits_1(self, name: str) -> None:
        assert from_file(EXAMPLES / name)[0] == 1

    def test_what_could_not_be_read_does_not_count_as_on(self, tmp_path: Path) -> None:
        assert from_file(ALL_ON)[0] == 0
        answers = example("01-all-protected.json")
        del answers["responses"]["GET /accounts/{accountId}/settings"]["meeting_security"]
        partly = tmp_path / "partly.json"
        partly.write_text(json.dumps(answers))
        assert from_file(partly)[0] == 1

    def test_json_prints_the_verdicts_and_nothing_else(self) -> None:
        code, text = from_file(DRIFTED, "--json")
        verdicts = json.loads(text)
        expected = example("02-drifted.json")["expected"]
        assert code == 1
        assert {k: v["verdict"] for k, v in verdicts["items"].items()} == expected["letter_items"]
        assert {"items", "fields", "unknown_fields"} <= set(verdicts)

    def test_a_dry_run_shows_the_same_and_records_nothing(self) -> None:
        before = counts()
        assert from_file(DRIFTED, "--dry-run", "--json") == from_file(
            DRIFTED, "--dry-run", "--json"
        )
        assert counts() == before
        dry, wet = from_file(DRIFTED, "--dry-run"), from_file(DRIFTED)
        assert dry[0] == wet[0] == 1
        assert dry[1].splitlines()[:-1] == wet[1].splitlines()[:-1]
        assert counts() != before

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"\xff\xfe",
            b"[]",
            b"{}",
            b"[" * 100_000,
            b'{"responses": []}',
            b'{"responses": {"GET /accounts/{accountId}/settings": {"default": NaN}}}',
            b'{"responses": {"GET /accounts/{accountId}/settings": {"default": 1}}}',
        ],
    )
    def test_a_file_that_holds_no_answers_is_refused_in_a_sentence(
        self, content: bytes, tmp_path: Path
    ) -> None:
        before = Check.objects.count(), Finding.objects.count()
        file = tmp_path / "answers.json"
        file.write_bytes(content)
        code, text = from_file(file)
        assert code == 2
        assert text.strip().endswith(".")
        assert (Check.objects.count(), Finding.objects.count()) == before

    def test_a_missing_or_too_large_file_is_refused_in_a_sentence(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert from_file(tmp_path / "missing.json")[0] == 2
        assert from_file(tmp_path)[0] == 2
        monkeypatch.setattr(answer_files, "LARGEST", 100)
        assert from_file(ALL_ON)[0] == 2

    def test_without_an_account_and_without_a_file_it_says_what_to_do(self) -> None:
        before = Check.objects.count()
        code, text = check_zoom()
        assert code == 2
        assert "ZOOM_ACCOUNT_ID" in text
        assert Check.objects.count() == before

"""Templates are read by people: short lines, and no question that has a name in code."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.deploy.lint_templates import main, problems

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "line",
    [
        "<p>" + "x" * 118,
        '{% if row.state == "due" %}',
        "{% elif phase != 'held' and answers %}",
        '{% if kind in "letter" %}',
    ],
)
def test_a_line_that_is_hard_to_read_is_named(line: str) -> None:
    assert [number for number, _why in problems(f"<p>\n{line}\n</p>")] == [2]


@pytest.mark.parametrize("line", ["x" * 120, "{% if row.state.is_due %}", "{% if one == year %}"])
def test_a_line_that_reads_well_passes(line: str) -> None:
    assert list(problems(line)) == []


def test_the_command_fails_on_a_bad_template_and_passes_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.html").write_text("y" * 121)
    assert main(tmp_path) == 1
    assert "bad.html:1: 121 characters" in capsys.readouterr().err
    assert main(ROOT / "templates") == 0

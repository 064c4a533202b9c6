"""Break the code in many small ways and tell which of them no test notices (`make mutants`).

The sample is drawn by a fixed seed, the same number from every module. Each mutant lives in a copy
of the project, so that the code here is never touched, and meets only the tests of its module.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = 9
PER_MODULE = 22
LONGEST = 600

# The quickest tests first: most mutants die there.
TESTS = {
    "notices/safeguards/states.py": [
        *("safeguards/test_states.py", "safeguards/test_states_model.py"),
        "safeguards/test_board.py",
        *("safeguards/test_safeguard_list.py", "safeguards/test_deviations_page.py"),
    ],
    "notices/safeguards/deviations.py": [
        *("safeguards/test_states.py", "safeguards/test_states_model.py"),
        "safeguards/test_deviations_page.py",
        *("safeguards/test_checking.py", "safeguards/test_alerts.py"),
    ],
    "notices/safeguards/zoom/verdicts.py": [
        *("safeguards/zoom/test_examples.py", "safeguards/zoom/polarity"),
        *("safeguards/zoom/test_groups.py", "safeguards/zoom/test_never_green.py"),
        *("safeguards/zoom/test_meeting_settings.py", "safeguards/zoom/test_hostile_answers.py"),
    ],
    "notices/editions/publishing.py": [
        *("editions/test_publish.py", "editions/test_acts.py", "editions/test_english.py"),
        *("editions/test_claims.py", "editions/test_in_force.py", "editions/test_corrections.py"),
        *(
            "editions/admin/test_acts.py",
            "editions/admin/test_editions.py",
            "editions/admin/test_two_editors.py",
        ),
        "editions/admin/test_asking_before_publishing.py",
    ],
    "notices/editions/corrections.py": [
        *("editions/test_corrections.py", "editions/test_acts.py"),
        *("editions/admin/test_offering.py", "editions/admin/test_acts.py"),
    ],
    "notices/editions/integrity/chain.py": [
        *("editions/verify", "editions/redacting"),
        *("portal/evidence/test_export.py", "portal/evidence/test_tampering.py"),
    ],
    "notices/lib/join_secrets.py": ["lib/test_giveaways.py", "invitations/test_public_text.py"],
    "notices/lib/analysis.py": [
        *("lib/test_analysis.py", "faq/test_search.py", "faq/test_search_set.py"),
    ],
}

COMPARED = {
    **{"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"},
    **{"is": "is not", "is not": "is", "in": "not in", "not in": "in"},
}
COMBINED = {"and": "or", "or": "and", "+": "-", "-": "+", "*": "//", "|": "&", "&": "|"}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
STATEMENTS = {ast.Break: "continue", ast.Continue: "break", ast.Raise: "pass", ast.Expr: "pass"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A part of a module and what stands there instead."""

    path: str
    start: int
    end: int
    instead: str

    def applied_to(self, source: str) -> str:
        return source[: self.start] + self.instead + source[self.end :]

    def told(self, source: str) -> str:
        line = source.count("\n", 0, self.start) + 1
        change = f"{source[self.start : self.end]!r:.70} -> {self.instead!r:.80}"
        return f"{self.path}:{line}: {change}"


class Source:
    """A module that knows where each node of its syntax tree stands in the text."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.tree = ast.parse(text)
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._bytes = [line.encode() for line in text.splitlines()]

    def span(self, node: ast.AST) -> tuple[int, int]:
        first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        return self._offset(first, start), self._offset(last, end)

    def of(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def _offset(self, line: int, column: int) -> int:
        return self._lines[line - 1] + len(self._bytes[line - 1][:column].decode())

    def mutants(self) -> list[Mutant]:
        left_alone = set(map(id, _left_alone(self.tree)))
        found = [
            Mutant(self.path, *change)
            for node in ast.walk(self.tree)
            if id(node) not in left_alone
            for change in self._changes(node)
        ]
        return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.instead))

    def _changes(self, node: ast.AST) -> Iterator[tuple[int, int, str]]:
        match node:
            case ast.Compare():
                yield from self._between(node.left, node.comparators[0], COMPARED)
            case ast.BoolOp():
                yield from self._between(node.values[0], node.values[1], COMBINED)
            case ast.BinOp():
                yield from self._between(node.left, node.right, COMBINED)
            case ast.UnaryOp(op=ast.Not()):
                yield *self.span(node), f"({self.of(node.operand)})"
            case ast.If() | ast.IfExp() | ast.While():
                yield *self.span(node.test), f"(not ({self.of(node.test)}))"
            case ast.Return(value=ast.expr() as value):
                yield *self.span(value), "None"
            case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
                yield *self.span(node), NAMES[name]
            case ast.Constant(value=bool() as value):
                yield *self.span(node), str(not value)
            case ast.Constant(value=int() as value):
                yield *self.span(node), str(value + 1)
            case ast.Constant(value=str() as value) if value:
                yield *self.span(node), repr(f"XX{value}")
            case ast.Break() | ast.Continue() | ast.Raise() | ast.Expr():
                yield *self.span(node), STATEMENTS[type(node)]

    def _between(
        self, left: ast.AST, right: ast.AST, swaps: dict[str, str]
    ) -> Iterator[tuple[int, int, str]]:
        start, end = self.span(left)[1], self.span(right)[0]
        # Brackets and comments may stand there, too.
        gap = re.sub(r"#.*", lambda comment: " " * len(comment[0]), self.text[start:end])
        operator = gap.strip().strip("()").strip()
        if operator in swaps:
            at = start + gap.index(operator)
            yield at, at + len(operator), swaps[operator]


def _left_alone(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what no behaviour depends on: docstrings, annotations, decorators, imports, types."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                yield from ast.walk(node)
            case ast.FunctionDef() | ast.ClassDef():
                for decorator in node.decorator_list:
                    yield from ast.walk(decorator)
                if isinstance(node, ast.ClassDef) and _is_protocol(node):
                    yield from ast.walk(node)
                if isinstance(node, ast.FunctionDef) and node.returns:
                    yield from ast.walk(node.returns)
            case (
                ast.arg(annotation=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation)
            ):
                yield from ast.walk(annotation)
            case ast.JoinedStr() | ast.Import() | ast.ImportFrom():
                # The words of an f-string have no place of their own before Python 3.12.
                yield from (child for child in ast.walk(node) if isinstance(child, ast.Constant))
            case ast.Call(func=ast.Name(id="TypeVar" | "cast" | "_" | "gettext")):
                yield from ast.walk(node)


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


def sample(per_module: int, wanted: str) -> list[tuple[Mutant, str]]:
    """Draw the mutants, each with the source that it changes."""
    drawn = []
    for path in TESTS:
        text = (ROOT / path).read_text("utf-8")
        every = Source(path, text).mutants()
        chosen = random.Random(f"{SEED} {path}").sample(every, min(per_module, len(every)))  # noqa: S311
        # A bare None in place of None is the same program.
        changed = (mutant for mutant in chosen if mutant.applied_to(text) != text)
        drawn += [(mutant, text) for mutant in changed if wanted in path]
    return drawn


def survives(mutant: Mutant, text: str, tree: Path) -> bool:
    """Run the tests of the module on the mutant; one that hangs counts as killed."""
    (tree / mutant.path).write_text(mutant.applied_to(text), "utf-8")
    tests = [f"tests/{name}" for name in TESTS[mutant.path]]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    command += ["-m", "not browser", *tests]
    try:
        ended = subprocess.run(command, cwd=tree, capture_output=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return False
    finally:
        (tree / mutant.path).write_text(text, "utf-8")
    return ended.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-module", type=int, default=PER_MODULE)
    parser.add_argument("--only", default="", help="part of the path of a module")
    options = parser.parse_args()
    named = [*TESTS, *(f"tests/{name}" for names in TESTS.values() for name in names)]
    if missing := [path for path in named if not (ROOT / path).exists()]:
        raise SystemExit(f"Renamed? Please say here where they are: {', '.join(missing)}")
    drawn = sample(options.per_module, options.only)
    # The same examples in every run: a mutant must not live or die by chance.
    os.environ["MUTANTS"] = "1"
    left = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder) / "project"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", ".venv", "var"))
        for number, (mutant, text) in enumerate(drawn, 1):
            alive = survives(mutant, text, tree)
            left += [mutant.told(text)] if alive else []
            word = "SURVIVED" if alive else "killed"
            sys.stdout.write(f"{number}/{len(drawn)} {word} {mutant.told(text)}\n")
            sys.stdout.flush()
    killed = len(drawn) - len(left)
    share = 100 * killed / len(drawn)
    sys.stdout.write(f"\n{killed} of {len(drawn)} killed ({share:.1f} %)\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

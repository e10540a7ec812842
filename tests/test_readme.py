"""The README says what the code says: the packages' sentences and the lifecycle are compared with their source."""

import ast
from pathlib import Path

from django.conf import settings

from referrals.lifecycle import TRANSITIONS, Status
from tests.test_architecture import MAY_IMPORT

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text()


def lifecycle_table():
    """The lifecycle of a case as the README prints it."""
    lines = ["| Step | From | To | Permission |", "|---|---|---|---|"]
    for step in TRANSITIONS:
        sources = ", ".join(Status(source).name for source in step.sources)
        lines.append(
            f"| {step.verb.replace('_', ' ')} | {sources} | {Status(step.target).name} | `{step.permission}` |"
        )
    return "\n".join(lines)


def test_it_prints_the_lifecycle_of_a_case():
    assert lifecycle_table() in README


def test_it_prints_each_package_with_its_sentence():
    for package in MAY_IMPORT:
        sentence = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
        assert f"| `{package}/` | {sentence} |" in README


def test_its_test_command_is_the_one_that_ci_runs():
    assert "\nmake test\n" in README
    assert "make test" in (ROOT / ".ci" / "run").read_text()

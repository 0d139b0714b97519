"""Tests between languages from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import succeed

pytestmark = pytest.mark.usefixtures("doubles")


def test_equal_languages_do_not_differ(tmp_path: Path) -> None:
    target = tmp_path / "tests.json"
    output = succeed(
        *("difference", "--encoder", "teacher", "--languages", "ko", "--pairs", "4"),
        *("--json", target),
    )
    assert "40 concepts in 4 samples" in " ".join(output.split())
    found = json.loads(target.read_text())["tests"]
    assert [(test["language"], test["homology_dimension"]) for test in found] == [
        ("ko", 0),
        ("ko", 1),
    ]
    assert all(test["adjusted_p_value"] == 1 for test in found)

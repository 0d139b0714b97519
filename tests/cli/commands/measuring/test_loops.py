"""Loops of words from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import succeed

pytestmark = pytest.mark.usefixtures("doubles")


def test_loops_of_equal_languages_live_equally_long(tmp_path: Path) -> None:
    target = tmp_path / "loops.json"
    output = succeed(
        *("loops", "--encoder", "teacher", "--here", "ko", "--subset", "all"),
        *("--metric", "euclidean", "--top", "1", "--json", target),
    )
    assert "40 concepts: 1 of" in output
    for loop in json.loads(target.read_text())["loops"]:
        assert loop["there"] == [loop["loop"]["birth"], loop["loop"]["death"]]
        assert len(loop["words"]) == len(loop["loop"]["points"]) >= 4

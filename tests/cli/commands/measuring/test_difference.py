"""Tests between languages from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import succeed

from tomclip.cli.clouds import Clouds
from tomclip.geometry import mutual_knn_overlap
from tomclip.topology import language_difference_tests

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


@pytest.mark.parametrize("scaled", [False, True])
def test_several_encoders_are_measured_with_the_library_s_distances(
    tmp_path: Path, scaled: bool
) -> None:
    target = tmp_path / "tests.json"
    names = ("teacher", "better")
    output = succeed(
        *("difference", "--languages", "ko", "--pairs", "4", *(["--scaled"] if scaled else [])),
        *(word for name in names for word in ("--encoder", name)),
        *("--json", target),
    )
    assert all(f"{name}, cosine{', scaled' * scaled}, 40" in output for name in names)
    assert "other en" in output
    values = json.loads(target.read_text())
    assert values["scaled"] is scaled
    rows = {(row["encoder"], row["homology_dimension"]): row for row in values["tests"]}
    assert list(rows) == [(name, k) for name in names for k in (0, 1)]
    for name in names:
        clouds = {code: Clouds().texts(name, code) for code in ("en", "ko")}
        for test in language_difference_tests(clouds, pairs=4, scaled=scaled):
            row, distance = rows[name, test.homology_dimension], test.distance
            shown = [row[key] for key in ("distance", "ci_low", "ci_high", "other_concepts")]
            assert shown == pytest.approx([*distance.between, distance.other_concepts])
            shared = mutual_knn_overlap(clouds["en"].vectors, clouds["ko"].vectors, k=10)
            assert row["mutual_knn"] == pytest.approx(shared)

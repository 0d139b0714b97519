"""Persistence diagrams from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.command_line import succeed
from support.emoji_doubles import concept_vectors

from tomclip.evaluation import sample_rows
from tomclip.topology import persistence_diagrams

pytestmark = pytest.mark.usefixtures("doubles")


def test_diagrams_are_those_of_the_sampled_names(tmp_path: Path) -> None:
    target = tmp_path / "diagrams.json"
    output = succeed(
        *("diagrams", "--encoder", "teacher", "--languages", "en,ko", "--metric", "euclidean"),
        *("--max-points", "20", "--json", target),
    )
    assert "teacher, euclidean, 20 points" in output
    values = json.loads(target.read_text())
    rows = sample_rows(40, max_points=20)
    assert values["concept_ids"] == [f"id{row:02d}" for row in rows]
    points = concept_vectors()[rows].astype(np.float32)
    for found, expected in zip(
        values["diagrams"]["ko"], persistence_diagrams(points, metric="euclidean"), strict=True
    ):
        pairs = [[b, np.inf if d is None else d] for b, d in found["pairs"]]
        assert np.allclose(np.reshape(pairs, (-1, 2)), expected.pairs)
        assert (found["homology_dimension"], found["n_points"]) == (expected.homology_dimension, 20)

"""Persistence diagrams from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.clouds import gaussian
from support.command_line import refuse, succeed
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


def stored(folder: Path, vectors: np.ndarray, languages: list[str]) -> Path:
    names = [f"word {row}" for row in range(len(vectors))]
    path = folder / "vectors.npz"
    np.savez(
        path,
        vectors=vectors.astype(np.float32),
        ids=names,
        labels=names,
        languages=languages,
        encoder="elsewhere",
        modality="text",
    )
    return path


def deaths(target: Path, language: str) -> np.ndarray:
    (h0,) = json.loads(target.read_text())["diagrams"][language]
    return np.array([death for _, death in h0["pairs"][:-1]])


def test_the_vectors_of_a_file_have_a_diagram_for_each_language(tmp_path: Path) -> None:
    points = gaussian(30, 4).astype(np.float32)
    path, target = stored(tmp_path, points, ["ko"] * 12 + ["de"] * 18), tmp_path / "out.json"
    output = succeed("diagrams", "--vectors", path, "--max-dimension", "0", "--json", target)
    assert f"{path}, cosine, 12 to 18 points" in output.replace("\n", "")
    expected = persistence_diagrams(points[12:], max_dimension=0)[0].pairs[:-1, 1]
    assert deaths(target, "de") == pytest.approx(expected)
    values = json.loads(target.read_text())
    assert (values["vectors"], len(values["ids"]["ko"])) == (str(path), 12)


def test_h0_of_a_cloud_too_large_for_a_distance_matrix_is_streamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = gaussian(60, 4).astype(np.float32)
    path, target = stored(tmp_path, points, ["ko"] * 60), tmp_path / "out.json"
    expected = persistence_diagrams(points, max_dimension=0)[0].pairs[:-1, 1]
    monkeypatch.setattr("tomclip.topology.POINT_LIMITS", {0: 50, 1: 20, 2: 10})
    monkeypatch.setattr("tomclip.topology.rips.cloud_distances", None)
    options = ("--max-dimension", "0", "--max-points", "1000", "--json", target)
    succeed("diagrams", "--vectors", path, *options)
    assert deaths(target, "ko") == pytest.approx(expected)


def test_loops_of_a_large_cloud_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = stored(tmp_path, gaussian(2001, 3), ["ko"] * 2001)
    sentence = refuse("diagrams", "--vectors", path, "--max-points", "5000")
    assert "2,001 points came, and H1 is computed of up to 2,000" in sentence
    assert "--max-points 2000 for a sample, or --max-dimension 0 for the exact H0" in sentence


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "give either --encoder NAME"),
        (("--encoder", "teacher", "--vectors", "x.npz"), "give either --encoder NAME"),
        (("--vectors", "missing.npz"), "missing.npz"),
    ],
)
def test_points_come_from_one_place(options: tuple[str, ...], sentence: str) -> None:
    assert sentence in refuse("diagrams", *options)


def test_a_language_that_a_file_lacks_is_named_beside_those_it_has(tmp_path: Path) -> None:
    path = stored(tmp_path, gaussian(6, 3), ["ko"] * 3 + ["de"] * 3)
    sentence = refuse("diagrams", "--vectors", path, "--languages", "ko,ja")
    assert "has no vectors of ja; it has ko, de" in sentence

"""The Python lines beside a figure: run, they give the numbers that were drawn, and the figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from support.tiny_assets import write_assets

from tomclip.data import load_emoji
from tomclip.encoders import cached_text_embeddings
from tomclip.evaluation import compare_reports, emoji_task, evaluate, sample_rows
from tomclip.export.lines import (
    Cloud,
    barcode_lines,
    betti_lines,
    diagram_lines,
    difference_lines,
)
from tomclip.geometry import distance_matrix
from tomclip.topology import betti_curve, maxmin_landmarks, persistence_diagrams

CLOUD = Cloud(
    "tomclip_exact",
    "ToMCLIP 'exact'",
    ("en", "ko"),
    subset="all",
    metric="euclidean",
    max_points=30,
)
ENCODERS = {"mclip": "MCLIP", "tomclip_exact": "ToMCLIP exact"}


@pytest.fixture(scope="module", autouse=True)
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = write_assets(tmp_path_factory.mktemp("assets"))
        patch.setenv("TOMCLIP_ASSETS", str(folder))
        yield folder


def run(lines: str) -> tuple[pd.DataFrame, Any]:
    names: dict[str, Any] = {}
    exec(compile(lines, "lines", "exec"), names)
    assert isinstance(names["figure"], go.Figure)
    return names["table"], names["figure"]


def vectors(code: str) -> Any:
    emoji = load_emoji()
    ids = tuple(emoji.concepts["id"])
    return cached_text_embeddings(CLOUD.encoder, emoji.names[code], language=code, ids=ids)


def diagrams(rows: np.ndarray, max_dimension: int = 1) -> dict[str, Any]:
    return {
        code: persistence_diagrams(
            distance_matrix(vectors(code).select(rows), metric="euclidean"),
            max_dimension=max_dimension,
        )
        for code in CLOUD.languages
    }


def sampled() -> np.ndarray:
    rows = load_emoji().rows("all")
    return rows[sample_rows(len(rows), max_points=30)]


def bars(found: dict[str, Any]) -> list[tuple[str, int, float, float]]:
    return [
        (code, layer.homology_dimension, birth, death)
        for code, group in found.items()
        for layer in group
        for birth, death in layer.pairs.tolist()
    ]


@pytest.mark.parametrize("more", [False, True])
def test_the_lines_of_diagrams_give_their_bars(more: bool) -> None:
    table, figure = run(diagram_lines(CLOUD, density=more, matching=more))
    assert list(table.itertuples(index=False, name=None)) == bars(diagrams(sampled()))
    assert figure.layout.meta["encoder"] == ["ToMCLIP 'exact'"]
    assert figure.layout.meta["n_points"] == 30


def test_the_lines_of_landmarks_take_the_landmarks() -> None:
    rows = load_emoji().rows("all")
    found = maxmin_landmarks(vectors("en").select(rows), 30, metric="euclidean")
    own = Cloud("tomclip_exact", "T", ("en", "ko"), "all", "euclidean", 30, landmarks=True)
    table, _ = run(diagram_lines(own))
    expected = bars(diagrams(rows[np.sort(found.rows)]))
    assert list(table.itertuples(index=False, name=None)) == expected
    assert expected != bars(diagrams(sampled()))


def test_the_lines_of_a_barcode_give_its_bars() -> None:
    table, figure = run(barcode_lines(CLOUD, language="ko", top=5))
    assert list(table.itertuples(index=False, name=None)) == bars(diagrams(sampled()))
    assert "Korean" in figure.layout.title.text


def test_the_lines_of_betti_curves_count_what_is_alive() -> None:
    table, _ = run(betti_lines(CLOUD, dimension=1))
    found = diagrams(sampled())
    grid = table["filtration_value"].to_numpy()
    largest = max(layer[1].finite.max() for layer in found.values() if len(layer[1]))
    assert grid[-1] == pytest.approx(1.05 * largest)
    for code, group in found.items():
        np.testing.assert_array_equal(table[code], betti_curve(group[1], grid))


def test_the_lines_of_a_comparison_give_its_differences() -> None:
    table, figure = run(
        difference_lines(
            ENCODERS,
            subset="all",
            score="zero_shot_top1",
            label="zero-shot top-1",
            unit="percentage points",
            higher_is_better=True,
        )
    )
    task = emoji_task("all")
    baseline, other = (evaluate(name, task) for name in ENCODERS)
    expected = compare_reports(baseline, [other])
    expected = expected[expected["name"] == "zero_shot_top1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(expected))
    assert figure.layout.meta["encoder"] == list(ENCODERS.values())

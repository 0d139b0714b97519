"""The Python lines that go with a figure into the export: run, they give the numbers shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from support.studio_pages import open_page, settled
from support.tiny_workspaces import tiny_workspace

from tomclip.export.sets import Panel, open_set
from tomclip.figures.diagrams.rings import TITLE as RINGS

MAPS, TOPOLOGY, COMPARE, ZERO_SHOT = "2_embeddings", "3_topology", "4_compare", "5_zero_shot"
PCA = {"method": "pca", "languages": "en,ko", "subset": "all", "concepts": "20"}
PAIR = {"encoders": "mclip,tomclip_exact", "subset": "all"}
CLOUD = {"subset": "all", "points": "40", "languages": "ko"}
CASES: Mapping[str, tuple[str, str, dict[str, str]]] = {
    "map": (MAPS, "embeddings/map", {**PCA, "beside": "tomclip_exact", "encoder": "mclip"}),
    "by language": (MAPS, "embeddings/map", {**PCA, "map_view": "languages", "encoder": "mclip"}),
    "moved": (
        MAPS,
        "embeddings/moved",
        {**PCA, "map_view": "moved", "encoder": "mclip", "beside": "tomclip_exact"},
    ),
    "paper": (
        MAPS,
        "embeddings/paper_figure",
        {**PCA, "map_view": "paper", "encoder": "mclip", "pictures": "yes"},
    ),
    "diagram": (TOPOLOGY, "topology/diagram", {**CLOUD, "view": "diagram", "band": "ko"}),
    "landmarks": (TOPOLOGY, "topology/diagram", {**CLOUD, "sampling": "landmarks"}),
    "all languages": (TOPOLOGY, "topology/all_languages", {**CLOUD, "view": "languages"}),
    "barcode": (TOPOLOGY, "topology/barcode", {**CLOUD, "view": "barcode"}),
    "betti": (TOPOLOGY, "topology/betti", {**CLOUD, "view": "curves", "dimension": "1"}),
    "euler": (TOPOLOGY, "topology/euler", {**CLOUD, "view": "curves", "curve": "euler"}),
    "landscape": (
        TOPOLOGY,
        "topology/landscape",
        {**CLOUD, "view": "curves", "curve": "landscape", "dimension": "1"},
    ),
    "distances": (TOPOLOGY, "topology/distances", {**CLOUD, "view": "distances"}),
    "distances of encoders": (
        TOPOLOGY,
        "topology/distances",
        {**CLOUD, "view": "distances", "pairs": "encoders", "language": "ko"},
    ),
    "loops": (TOPOLOGY, "topology/loops", {**CLOUD, "points": "60", "view": "loops"}),
    "difference": (COMPARE, "compare/difference", PAIR),
    "compared diagrams": (
        COMPARE,
        "compare/diagrams",
        {**PAIR, "comparison": "diagrams", "language": "ko"},
    ),
    "accuracy": ("1_overview", "overview/accuracy", {"scored": "all"}),
    "shape": ("1_overview", "overview/shape", {"scored": "all"}),
    "gap": (ZERO_SHOT, "zero_shot/language_gap", {**PAIR, "task": "gap"}),
    "difference of cells": (
        ZERO_SHOT,
        "zero_shot/language_gap",
        {**PAIR, "task": "gap", "cells": "difference", "rows": "subcategory"},
    ),
}
OF_A_WORKSPACE = (
    *("map", "by language", "moved", "paper", "diagram", "landmarks", "all languages", "barcode"),
    *("betti", "euler", "landscape", "distances", "distances of encoders", "compared diagrams"),
)


def added(page: str, figure: str, **address: str) -> Panel:
    """Returns the panel that the button below a figure adds."""
    studio = open_page(page, **address)
    (button,) = [one for one in studio.button if one.key == f"add:{figure}"]
    settled(button.click().run())
    (panel,) = open_set("figures").panels
    return panel


def traces(chart: Any) -> list[str]:
    """Returns the names of all traces but the rings of a selection, which are the page's."""
    return [trace.name for trace in chart.data if trace.name != RINGS]


def titled(chart: Any) -> dict[str, Any]:
    """Returns the title of a figure and what stands below it."""
    return chart.to_dict()["layout"]["title"]


def assert_repeated(panel: Panel) -> None:
    """Asserts that the lines give the table and the traces of a panel."""
    names: dict[str, Any] = {}
    exec(compile(panel.lines, panel.key, "exec"), names)
    shown, table = panel.rows(), names["table"]
    assert list(table.columns) == list(shown.columns)
    assert len(table) == len(shown) > 0
    for column in shown.columns:
        if pd.api.types.is_numeric_dtype(shown[column]) and shown[column].dtype != bool:
            np.testing.assert_allclose(table[column].astype(float), shown[column], atol=1e-6)
        else:
            read = ["" if pd.isna(one) else str(one) for one in shown[column]]
            assert ["" if pd.isna(one) else str(one) for one in table[column]] == read
    again: Any = names["figure"]
    drawn: Any = panel.drawn()
    assert isinstance(again, go.Figure)
    assert traces(again) == traces(drawn)
    for part in ("text", "subtitle"):
        assert titled(again)[part] == titled(drawn)[part]


@pytest.mark.parametrize("case", CASES)
def test_the_lines_of_a_figure_give_its_numbers_and_say_what_it_says(case: str) -> None:
    page, figure, address = CASES[case]
    assert_repeated(added(page, figure, **address))


@pytest.mark.parametrize("case", OF_A_WORKSPACE)
def test_the_lines_of_a_figure_read_a_workspace(case: str, tmp_path: Path) -> None:
    made = tiny_workspace("mine", tmp_path / "mine", pictures=True)
    page, figure, address = CASES[case]
    panel = added(page, figure, **{**address, "data": f"workspace:{made.name}"})
    assert "open_workspace('mine')" in panel.lines
    assert_repeated(panel)


def test_the_lines_of_a_difference_evaluate_the_workspace(tmp_path: Path) -> None:
    tiny_workspace("mine", tmp_path / "mine", pictures=True)
    panel = added(COMPARE, "compare/difference", **PAIR, data="workspace:mine")
    assert "task = load_task('workspace:mine')" in panel.lines
    assert_repeated(panel)

"""Figures that nobody told anything: diagrams know their metric and size, the rest is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go
import pytest
from support.clouds import gaussian
from support.figure_samples import EMPTY_FIGURES, FIGURES

from tomclip.core.types import Metric, PersistenceDiagram
from tomclip.figures import (
    animated_diagram_figure,
    barcode_figure,
    barcode_stack_figure,
    diagram_figure,
    diagram_grid_figure,
)
from tomclip.topology import persistence_diagrams

Diagrams = Sequence[PersistenceDiagram]
DIAGRAM_FIGURES: dict[str, Callable[[Diagrams], go.Figure]] = {
    "diagram": lambda diagrams: diagram_figure({"ko": diagrams}),
    "diagram_grid": lambda diagrams: diagram_grid_figure({"ko": diagrams}),
    "animated_diagram": lambda diagrams: animated_diagram_figure({0: diagrams}, (), language="ko"),
    "barcode": lambda diagrams: barcode_figure(diagrams[0], language="ko"),
    "barcode_stack": lambda diagrams: barcode_stack_figure(diagrams, language="ko"),
}


def axis_titles(figure: go.Figure) -> str:
    found: list[Any] = [*figure.select_xaxes(), *figure.select_yaxes()]
    return " ".join(axis.title.text or "" for axis in found)


@pytest.mark.parametrize("name", DIAGRAM_FIGURES)
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_a_diagram_tells_its_figure_the_metric_and_how_many_points_it_has(
    name: str, metric: Metric
) -> None:
    diagrams = persistence_diagrams(gaussian(12, 3), metric=metric)
    figure = DIAGRAM_FIGURES[name](diagrams)
    assert figure.layout.title.subtitle.text == f"{metric} · 12 points"
    assert (figure.layout.meta["metric"], figure.layout.meta["n_points"]) == (metric, 12)
    assert f"({metric} distance)" in axis_titles(figure)


def test_what_differs_between_diagrams_is_left_out() -> None:
    figure = diagram_figure(
        {
            "en": persistence_diagrams(gaussian(12, 3), metric="cosine"),
            "ko": persistence_diagrams(gaussian(9, 3), metric="euclidean"),
        }
    )
    assert figure.layout.title.subtitle.text == ""
    assert "death (distance)" in axis_titles(figure)


def test_languages_have_their_names_without_being_told() -> None:
    figure = diagram_figure({"ko": persistence_diagrams(gaussian(12, 3))})
    assert {trace.name for trace in figure.data if trace.name} >= {"Korean"}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_drawn_without_a_context(name: str) -> None:
    figure = FIGURES[name](None)  # type: ignore[arg-type]
    assert figure.layout.title.text
    assert (
        "cosine" not in (figure.layout.title.subtitle.text or "")
        or "diagram" in name
        or ("barcode" in name)
    )


@pytest.mark.parametrize("name", EMPTY_FIGURES)
def test_every_empty_figure_can_be_drawn_without_a_context(name: str) -> None:
    assert EMPTY_FIGURES[name](None).layout.meta["empty"] is True  # type: ignore[arg-type]

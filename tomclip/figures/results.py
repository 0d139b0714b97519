"""Which figure stands for a result: what `plot()` of the results below the figures draws.

`tomclip.core.results.FIGURES` names this module; nothing below imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import plotly.graph_objects as go

from tomclip.config import LOSS_WEIGHTS
from tomclip.core.errors import InputError
from tomclip.core.types import Diagrams, DistanceMatrix, Embeddings, PersistenceDiagram, RunRecord
from tomclip.figures.diagrams.diagram import diagram_figure
from tomclip.figures.diagrams.grid import diagram_grid_figure
from tomclip.figures.maps.scatter import map_figure
from tomclip.figures.scores.heatmap import distance_matrix_figure
from tomclip.figures.style.context import LANGUAGE_NAMES, FigureContext
from tomclip.figures.topology.landscapes import landscape_figure
from tomclip.figures.training.live_loss import live_loss_figure
from tomclip.figures.training.loss_weights import changes_of
from tomclip.geometry.projection import project
from tomclip.runs.directory import RunDirectory
from tomclip.runs.events import events_table, read_events
from tomclip.runs.snapshots import Snapshot
from tomclip.topology.statistics.subsampling import AverageLandscape

MOST_CELLS = 200
"""Points on a side up to which the cells of a distance matrix are drawn."""


@singledispatch
def plot(result: Any, **options: Any) -> go.Figure:
    """Returns the figure of a result; `options` are those of the figure named in its branch.

    Raises:
        InputError: for a result without a figure, or options that the figure refuses.
    """
    raise InputError(f"a {type(result).__name__} has no figure; give a result that has plot()")


@plot.register
def _(result: Embeddings, *, method: str = "pca", **options: Any) -> go.Figure:
    """`map_figure`; `method` is that of `geometry.project`."""
    stated = FigureContext(
        encoders={result.encoder: result.encoder},
        n_points=len(result),
        points="vectors",
        languages=LANGUAGE_NAMES,
    )
    given: dict[str, Any] = {
        "labels": result.labels,
        "languages": result.languages,
        "ids": result.ids,
        "context": stated,
        "method": method.upper(),
    }
    return map_figure(project(result, method=method), **given | options)


@plot.register
def _(result: DistanceMatrix, **options: Any) -> go.Figure:
    """`distance_matrix_figure`, the points named by their numbers."""
    if len(result) > MOST_CELLS:
        raise InputError(
            f"{len(result):,} points came, and a matrix of at most {MOST_CELLS} a side can be "
            "read; plot its persistence diagrams, or fewer points"
        )
    given: dict[str, Any] = {
        "names": [str(row) for row in range(len(result))],
        "context": FigureContext(metric=result.metric, n_points=len(result), points="points"),
        "title": "Distances between the points",
        "unit": f"{result.metric} distance",
    }
    return distance_matrix_figure(result.values * result.scale, **given | options)


@plot.register
def _(result: PersistenceDiagram, *, name: str = "cloud", **options: Any) -> go.Figure:
    """`diagram_figure` of one dimension; `name` is how the legend calls the cloud."""
    return diagram_figure({name: (result,)}, **options)


@plot.register
def _(result: Diagrams, *, name: str = "cloud", **options: Any) -> go.Figure:
    """`diagram_figure`; `name` is how the legend calls the cloud."""
    return diagram_figure({name: result}, **options)


@plot.register
def _(result: Snapshot, **options: Any) -> go.Figure:
    """`diagram_grid_figure`, a panel for each language."""
    return diagram_grid_figure(result.diagrams, **options)


@plot.register
def _(result: AverageLandscape, *, name: str = "cloud", **options: Any) -> go.Figure:
    """`landscape_figure` with its standard errors; `name` is how the legend calls the cloud."""
    given: dict[str, Any] = {
        "homology_dimension": result.homology_dimension,
        "standard_errors": {name: result.standard_error},
    }
    return landscape_figure({name: result.mean}, result.grid, **given | options)


@plot.register
def _(result: RunDirectory, **options: Any) -> go.Figure:
    """`live_loss_figure` of what was recorded, with the weights that changed on the way."""
    loss = result.config().loss
    return _losses(result, {name: getattr(loss, name) for name in LOSS_WEIGHTS}, options)


@plot.register
def _(result: RunRecord, **options: Any) -> go.Figure:
    """As for a `RunDirectory`, named as the run is."""
    named = {"context": FigureContext(metric="", note=result.name)}
    return plot(RunDirectory(result.path), **named | options)


def _losses(run: RunDirectory, start: Mapping[str, float], options: dict[str, Any]) -> go.Figure:
    events = read_events(run.path)
    given: dict[str, Any] = {"weights": start, "changes": changes_of(events, start)}
    return live_loss_figure(events_table(events), **given | options)

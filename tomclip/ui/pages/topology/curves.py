"""Diagrams summed up: Betti and Euler curves, landscapes and persistence images by language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.export.lines import Cloud, betti_lines, euler_lines, landscape_lines
from tomclip.figures import betti_figure, euler_figure, landscape_figure, persistence_image_figure
from tomclip.figures.diagrams.marks import largest_finite
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice, Diagrams
from tomclip.ui.computing.repeated import cloud_read
from tomclip.ui.pages.topology.clouds import (
    ORIGINAL_SPACE,
    cloud_context,
    dimension_picker,
    languages_with_reference,
    ready_diagrams,
    reference_of,
)
from tomclip.ui.pages.topology.computations import LANDSCAPE_LEVELS, landscape_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    from tomclip.topology import AverageLandscape

GRID = 240


def show_curves(choice: CloudChoice, max_dimension: int) -> None:
    """Shows the chosen summary of the diagrams of a few languages."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        languages = languages_with_reference()
        kind = controls.option_picker("Summary", choices.CURVE)
        dimension = 0 if kind == "euler" else dimension_picker(max_dimension)
    choice = choice.over(languages)
    diagrams = ready_diagrams(choice, languages, max_dimension)
    if diagrams:
        SHOWN[kind](choice, diagrams, dimension)


def filtration_grid(diagrams: Mapping[str, Diagrams]) -> np.ndarray:
    """Returns (g,) filtration values from 0 to a little beyond the last death."""
    return np.linspace(0.0, 1.05 * largest_finite(diagrams), GRID)


def _betti(choice: CloudChoice, diagrams: Mapping[str, Diagrams], dimension: int) -> None:
    from tomclip.topology import betti_curve

    layers = _layers(diagrams, dimension)
    grid = filtration_grid({code: (layer,) for code, layer in layers.items()})
    curves = {code: betti_curve(layer, grid) for code, layer in layers.items()}
    chart = betti_figure(
        curves,
        grid,
        homology_dimension=dimension,
        **_shared(choice, curves),
    )
    figure(
        chart,
        key="topology/betti",
        data=lambda: pd.DataFrame({"filtration_value": grid, **curves}),
        reading="How many components, loops or voids are there when all pairs up to a distance "
        "are joined. " + ORIGINAL_SPACE,
        lines=partial(betti_lines, _read(choice, diagrams), dimension=dimension),
    )


def _euler(choice: CloudChoice, diagrams: Mapping[str, Diagrams], dimension: int) -> None:
    from tomclip.topology import euler_curve

    grid = filtration_grid(diagrams)
    curves = {code: euler_curve(group, grid) for code, group in diagrams.items()}
    chart = euler_figure(
        curves,
        grid,
        max_dimension=len(next(iter(diagrams.values()))) - 1,
        **_shared(choice, curves),
    )
    figure(
        chart,
        key="topology/euler",
        data=lambda: pd.DataFrame({"filtration_value": grid, **curves}),
        reading="Components less loops, plus voids where they are computed. " + ORIGINAL_SPACE,
        lines=partial(euler_lines, _read(choice, diagrams)),
    )


def _landscape(choice: CloudChoice, diagrams: Mapping[str, Diagrams], dimension: int) -> None:
    from tomclip.topology import landscape

    layers = _layers(diagrams, dimension)
    grid = filtration_grid({code: (layer,) for code, layer in layers.items()})
    curves = {code: landscape(layer, grid, levels=3) for code, layer in layers.items()}
    chart = landscape_figure(
        curves,
        grid,
        homology_dimension=dimension,
        **_shared(choice, curves),
    )
    figure(
        chart,
        key="topology/landscape",
        data=lambda: landscape_table(curves, grid),
        reading="Each bar is a tent over its life; the thick line is the highest tent, the thin "
        "ones the second and third. " + ORIGINAL_SPACE,
        lines=partial(landscape_lines, _read(choice, diagrams), dimension=dimension),
    )


def _average(choice: CloudChoice, diagrams: Mapping[str, Diagrams], dimension: int) -> None:
    grid = filtration_grid({c: (layer,) for c, layer in _layers(diagrams, dimension).items()})
    jobs = {code: landscape_job(choice, code, dimension, grid) for code in diagrams}
    found: dict[str, AverageLandscape] = outcomes(jobs)
    if len(found) < len(jobs):
        return
    one = next(iter(found.values()))
    curves = {code: average.mean for code, average in found.items()}
    concepts = len(choice.candidates)
    chart = landscape_figure(
        curves,
        grid,
        homology_dimension=dimension,
        reference=reference_of(choice),
        context=figure_context([choice.encoder], metric=choice.metric, n_points=concepts),
        standard_errors={code: average.standard_error for code, average in found.items()},
        sample_size=one.sample_size,
        samples=one.samples,
        levels=LANDSCAPE_LEVELS,
        highlight=list(curves),
    )
    figure(
        chart,
        key="topology/average_landscape",
        data=lambda: landscape_table(curves, grid),
        reading=f"{one.samples} random samples of {one.sample_size} of all {concepts:,} "
        f"{cached.dataset(choice.data).noun}, "
        "averaged (Chazal et al. 2015): the way to look at a cloud too large for one diagram. The "
        "ribbon is one standard error.",
    )


def _image(choice: CloudChoice, diagrams: Mapping[str, Diagrams], dimension: int) -> None:
    from tomclip.topology import persistence_image

    layers = _layers(diagrams, dimension)
    images = persistence_image(list(layers.values()))
    chart = persistence_image_figure(images, list(layers), context=cloud_context(choice))
    figure(
        chart,
        key="topology/image",
        data=lambda: image_table(dict(zip(layers, images.values, strict=True))),
        reading="Where bars lie, by birth and length, blurred; long bars weigh more. One colour "
        "scale for all. " + ORIGINAL_SPACE,
    )


def landscape_table(curves: Mapping[str, np.ndarray], grid: np.ndarray) -> pd.DataFrame:
    """Returns one row per filtration value, and a column per language and level."""
    columns = {
        f"{code}_{level}": values
        for code, levels in curves.items()
        for level, values in enumerate(levels, start=1)
    }
    return pd.DataFrame({"filtration_value": grid, **columns})


def image_table(images: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Returns one row per pixel: language, row from the diagonal up, column by birth, mass."""
    return pd.DataFrame(
        [
            (code, row, column, value)
            for code, image in images.items()
            for (row, column), value in np.ndenumerate(image)
        ],
        columns=["language", "row", "column", "mass"],
    )


def _shared(choice: CloudChoice, curves: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Returns what all curves of one sample are drawn with."""
    return {
        "context": cloud_context(choice),
        "reference": reference_of(choice),
        "highlight": list(curves),
    }


def _read(choice: CloudChoice, diagrams: Mapping[str, Diagrams]) -> Cloud:
    """Returns what the Python lines of the curves begin with."""
    highest = len(next(iter(diagrams.values()))) - 1
    return cloud_read(choice, cloud_context(choice), tuple(diagrams), highest)


def _layers(diagrams: Mapping[str, Diagrams], dimension: int) -> dict:
    return {code: group[dimension] for code, group in diagrams.items()}


SHOWN: Mapping[str, Callable[[CloudChoice, Mapping[str, Diagrams], int], None]] = {
    "betti": _betti,
    "euler": _euler,
    "landscape": _landscape,
    "average": _average,
    "image": _image,
}

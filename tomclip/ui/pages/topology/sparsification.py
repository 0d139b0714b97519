"""The Topology page's threshold view: what is lost when long distances are dropped."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tomclip.core.types import DistanceMatrix
from tomclip.figures import sparsification_figure
from tomclip.figures.style.axes import distance_unit
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.pages.topology.clouds import cloud_context, vectors_ready
from tomclip.ui.parts import controls
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.layout import figure, side_by_side
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    from tomclip.topology import Sparsification

GRID = 120
PAPER_SPREADS = 0.5
READING = (
    "The published loss drops pairs farther apart than τ. H0 bars that die up to τ stay exact; the "
    "error of the diagram never exceeds the longest tree edge minus τ."
)


def show_sparsification(choice: CloudChoice, max_dimension: int, rows: ControlRows) -> None:
    """Shows the threshold slider, what it loses, and the curves over all thresholds."""
    from tomclip.topology import sparsification_curve, sparsify

    with rows.second:
        language = controls.language_picker()
    choice = choice.over([language])
    if not vectors_ready(choice, [language]):
        return
    cloud = cached.distances(choice, language)
    with rows.second:
        tau = _threshold(cloud)
    _tiles(sparsify(cloud, tau), distance_unit(choice.metric))
    curve = sparsification_curve(cloud, np.linspace(0.0, cloud.values.max(), GRID))
    figure(
        sparsification_figure(curve, context=cloud_context(choice), chosen_tau=tau),
        key="topology/sparsification",
        data=lambda: pd.DataFrame(map(asdict, curve)),
        reading=READING,
    )


def paper_threshold(distances: DistanceMatrix) -> float:
    """Returns the mean less half a standard deviation of the off-diagonal distances.

    References:
        You, Kang, Jung 2025; their code also counts the zero diagonal.
    """
    pairs = distances.values[np.triu_indices(len(distances), k=1)]
    return float(pairs.mean() - PAPER_SPREADS * pairs.std(ddof=1))


def _threshold(distances: DistanceMatrix) -> float:
    top, default = float(distances.values.max()), paper_threshold(distances)
    return controls.real_slider(
        "Threshold τ",
        replace(choices.THRESHOLD, default=default),
        top,
        step=top / 200,
        format="%.3f",
        help="At first the paper's: the mean distance less half a standard deviation.",
    )


def _tiles(found: Sparsification, unit: str) -> None:
    tiles = side_by_side("lost")
    tiles.metric("Pairs kept", f"{100 * found.kept_share:.1f} %", border=True, height="stretch")
    tiles.metric("Components left", f"{found.components:,}", border=True, height="stretch")
    tiles.metric(
        "H0 persistence lost",
        f"{100 * found.lost_h0_share:.1f} %",
        border=True,
        height="stretch",
        help=f"{found.lost_bars:,} bars die after τ.",
    )
    tiles.metric(
        "Error of the H0 diagram",
        f"{found.bottleneck_error:.3g}",
        border=True,
        height="stretch",
        help=f"Bottleneck distance in {unit}; at most {found.bound:.3g}.",
        delta=unit,
        delta_color="off",
        delta_arrow="off",
    )

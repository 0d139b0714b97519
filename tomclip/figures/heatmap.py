"""Language by language matrices as a square heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.errors import InputError
from tomclip.figures.context import literal
from tomclip.figures.palette import LIGHT, LIGHT_RAMP
from tomclip.figures.template import FigureContext, empty_figure, finished

ANNOTATE_UP_TO = 15


def _cell_text(matrix: np.ndarray) -> np.ndarray:
    """Returns short numbers without a leading zero, as they fit small cells; "" for NaN."""
    largest = np.nanmax(np.abs(matrix))
    digits = 0 if largest >= 100 else 1 if largest >= 10 else 2
    text = ["" if np.isnan(v) else "0" if v == 0 else f"{v:.{digits}f}" for v in matrix.ravel()]
    short = [t.replace("0.", ".", 1) if t.lstrip("-").startswith("0.") else t for t in text]
    return np.array(short, dtype=object).reshape(matrix.shape)


def language_matrix_figure(
    matrix: np.ndarray, codes: Sequence[str], *, context: FigureContext, title: str, unit: str
) -> go.Figure:
    """Returns a square heat map of a language by language matrix, row against column.

    Up to 15 languages every cell carries its number. `customdata` is [row code, column code].

    Args:
        matrix: (k, k) values; NaN leaves a cell blank.
        codes: k language codes, for both axes.
        context: what the subtitle says.
        title: what the numbers are, for example "Bottleneck distance between H1 diagrams".
        unit: of the numbers, written at the colour bar.

    Raises:
        InputError: when the matrix is not (k, k).
    """
    values = np.asarray(matrix, dtype=float)
    k = len(codes)
    if values.shape != (k, k):
        raise InputError(f"the matrix has shape {values.shape} for {k} languages; give ({k}, {k})")
    if not np.isfinite(values).any():
        sentence = "No pair of languages to compare."
        return empty_figure(sentence, context, kind="language_matrix", title=title)
    names = [literal(context.language(code)) for code in codes]
    places = np.array([[[row, column] for column in codes] for row in codes], dtype=object)
    figure = go.Figure(_heatmap(values, names, places, unit))
    figure.update_xaxes(tickvals=list(range(k)), ticktext=list(codes), side="bottom")
    figure.update_yaxes(
        tickvals=list(range(k)), ticktext=names, autorange="reversed", scaleanchor="x", scaleratio=1
    )
    plain = {"showgrid": False, "showline": False, "ticks": "", "constrain": "domain"}
    figure.update_xaxes(plain, constraintoward="left")
    figure.update_yaxes(plain, constraintoward="top")
    facts = {"languages": list(codes), "unit": unit}
    height = min(200 + 34 * max(k, 6), 780)
    return finished(
        figure, context, kind="language_matrix", title=title, height=height, facts=facts
    )


def _heatmap(values: np.ndarray, names: Sequence[str], places: np.ndarray, unit: str) -> go.Heatmap:
    annotated = len(names) <= ANNOTATE_UP_TO
    shown = np.array([[[row, column] for column in names] for row in names], dtype=object)
    return go.Heatmap(
        z=values, x=np.arange(len(names)), y=np.arange(len(names)),
        colorscale=list(LIGHT_RAMP), xgap=1, ygap=1, customdata=places,
        text=_cell_text(values) if annotated else None,
        texttemplate="%{text}" if annotated else None, textfont={"size": 10.5},
        hovertext=np.array([[f"{r} · {c}" for r, c in line] for line in shown], dtype=object),
        hovertemplate="<b>%{hovertext}</b><br>%{z:.4g} " + literal(unit) + "<extra></extra>",
        colorbar=_colour_bar(unit),
    )  # fmt: skip


def _colour_bar(unit: str) -> dict[str, Any]:
    """Returns a short horizontal bar at the figure's lower left, where the matrix never reaches."""
    return {
        "orientation": "h", "x": 0.025, "xref": "container", "xanchor": "left", "xpad": 0,
        "y": 0, "yref": "container", "yanchor": "bottom", "ypad": 8,
        "lenmode": "pixels", "len": 260, "thickness": 8, "outlinewidth": 0, "ticks": "",
        "nticks": 6, "tickfont": {"size": 10.5, "color": LIGHT["muted"]},
        "title": {"text": literal(unit), "side": "top", "font": {"size": 11.5}},
    }  # fmt: skip

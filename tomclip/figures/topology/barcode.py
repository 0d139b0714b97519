"""Barcodes: one horizontal bar per homology class, from birth to death."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.figures.diagrams.marks import DIMENSION_COLOURS, NO_BARS, largest_finite
from tomclip.figures.diagrams.rings import TITLE as RINGS
from tomclip.figures.style.axes import distance_unit
from tomclip.figures.style.context import context_of
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
)

BAR_PIXELS, ROW_GAP = 11, 52


def longest_first(diagram: PersistenceDiagram, top: int) -> np.ndarray:
    """Returns indices of the `top` longest bars, longest first; bars that never die come first."""
    lengths = diagram.pairs[:, 1] - diagram.pairs[:, 0]
    return np.argsort(-lengths, kind="stable")[:top]


def _bars(
    diagram: PersistenceDiagram, order: np.ndarray, end: float, language: str, shown_name: str
) -> go.Bar:
    """Returns the bars at `order`, top down; customdata is [language, dimension, bar index]."""
    births, deaths = diagram.pairs[order].T
    drawn = np.where(np.isinf(deaths), end, deaths)
    customdata = np.empty((len(order), 3), dtype=object)
    customdata[:, 0], customdata[:, 1], customdata[:, 2] = (
        language,
        diagram.homology_dimension,
        order,
    )
    deaths_shown = ["never dies" if np.isinf(d) else f"death {d:.4g}" for d in deaths]
    return go.Bar(
        x=drawn - births,
        base=births,
        y=np.arange(len(order)),
        orientation="h",
        width=0.62,
        marker={"color": DIMENSION_COLOURS[diagram.homology_dimension], "line": {"width": 0}},
        customdata=customdata,
        hovertext=[
            f"<b>{shown_name}H{diagram.homology_dimension} bar {index}</b><br>"
            f"birth {birth:.4g} · {death}"
            for index, birth, death in zip(order, births, deaths_shown, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        name=f"H{diagram.homology_dimension}",
        showlegend=False,
    )


def _add_arrows(
    figure: go.Figure,
    diagram: PersistenceDiagram,
    order: np.ndarray,
    end: float,
    place: dict[str, Any],
) -> None:
    """Puts an arrow head on every bar that never dies."""
    rows = np.flatnonzero(np.isinf(diagram.pairs[order, 1]))
    colour = DIMENSION_COLOURS[diagram.homology_dimension]
    if len(rows):
        figure.add_scatter(
            x=[end] * len(rows),
            y=rows,
            mode="markers+text",
            text=["∞"] * len(rows),
            textposition="middle right",
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
            textfont={"size": 13, "color": LIGHT["ink"]},
            marker={"symbol": "triangle-right", "size": 11, "color": colour},
            **place,
        )


def _shown_sentence(diagram: PersistenceDiagram, shown: int) -> str:
    bars = f"H{diagram.homology_dimension} · "
    if shown < len(diagram):
        return f"{bars}{shown} longest of {len(diagram)} bars shown"
    return f"{bars}all {len(diagram)} bars shown" if len(diagram) else f"{bars}no bars"


def barcode_figure(
    diagram: PersistenceDiagram,
    *,
    context: FigureContext | None = None,
    top: int = 40,
    language: str = "",
) -> go.Figure:
    """Returns the barcode of one homology dimension, longest bar on top.

    A bar that never dies ends in an arrow and ∞. `customdata` is [language, homology dimension,
    index of the bar in `diagram.pairs`]; how many bars are left out is written above the plot.

    Args:
        diagram: of one dimension.
        context: what the subtitle says; None: what the data themselves know.
        top: how many bars to show at most.
        language: code to carry in `customdata` and to name in the title.

    Raises:
        InputError: when `top` is below 1.
    """
    return barcode_stack_figure([diagram], context=context, top=top, language=language)


def barcode_stack_figure(
    diagrams: Sequence[PersistenceDiagram],
    *,
    context: FigureContext | None = None,
    top: int = 40,
    language: str = "",
) -> go.Figure:
    """Returns the barcodes of several dimensions one above the other on one filtration axis.

    Args:
        diagrams: H0, H1, ... of one cloud.
        context, top, language: see `barcode_figure`; `top` counts per dimension.

    Raises:
        InputError: when `top` is below 1.
    """
    context = context or context_of(diagrams)
    if top < 1:
        raise InputError(f"top is {top}; use 1 or more bars")
    name = context.language(language) if language else ""
    title = f"Barcode · {name}" if name else "Barcode"
    present = [diagram for diagram in diagrams if len(diagram)]
    if not present:
        return empty_figure(NO_BARS, context, kind="barcode", title=title)
    orders = [longest_first(diagram, top) for diagram in present]
    largest = largest_finite({"": present})
    end = largest * 1.04
    between = ROW_GAP * (len(present) - 1)
    inner = BAR_PIXELS * sum(map(len, orders)) + 34 * len(present) + between
    figure = make_subplots(
        len(present),
        1,
        shared_xaxes=True,
        row_heights=[len(order) + 2 for order in orders],
        vertical_spacing=ROW_GAP / inner if between else 0.0,
        subplot_titles=[_shown_sentence(d, len(o)) for d, o in zip(present, orders, strict=True)],
    )
    for row, (diagram, order) in enumerate(zip(present, orders, strict=True), start=1):
        place: dict[str, Any] = {"row": row, "col": 1}
        figure.add_trace(
            _bars(diagram, order, end, language, f"{name} · " if name else ""), **place
        )
        _add_arrows(figure, diagram, order, end, place)
        figure.update_yaxes(range=[len(order) - 0.4, -0.6], **place)
    _style(figure, len(present), largest, context)
    shown = {
        f"H{d.homology_dimension}": [len(o), len(d)] for d, o in zip(present, orders, strict=True)
    }
    height = 150 + inner
    return finished(
        figure,
        context,
        kind="barcode",
        title=title,
        height=max(260, height),
        facts={"language": language, "shown_of": shown},
        head_room=PANEL_ROOM,
    )


def _style(figure: go.Figure, rows: int, largest: float, context: FigureContext) -> None:
    figure.update_annotations(
        x=0, xanchor="left", yshift=2, font={"size": 12, "color": LIGHT["muted"]}
    )
    figure.update_yaxes(showticklabels=False, ticks="", showgrid=False, showline=False)
    figure.update_xaxes(range=[-0.01 * largest, largest * 1.1], showticklabels=True)
    figure.update_xaxes(
        title={"text": f"filtration value ({distance_unit(context.metric)})"}, row=rows, col=1
    )
    figure.update_layout(
        bargap=0,
        barmode="overlay",
        margin={"r": 32},
        showlegend=True,
        legend=bottom_legend([RINGS]),
    )

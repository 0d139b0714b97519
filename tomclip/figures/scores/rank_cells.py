"""Ranks of one right answer by language and encoder as a heat map; the first place is the best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.scores.cell_traces import LABEL_ROOM, LABEL_WIDTH
from tomclip.figures.scores.heatmap import CELL_SIZE, TICK_SIZE
from tomclip.figures.style.context import NO_CONTEXT, literal, shortened
from tomclip.figures.style.palette import DARK_RAMP, LIGHT, LIGHT_RAMP
from tomclip.figures.style.ramp import cell_text
from tomclip.figures.style.template import FigureContext, empty_figure, finished

COLUMNS = ("encoder", "language", "rank")
NO_RANKS = "No encoder has answered: choose an encoder that knows pictures."
ROW_HEIGHT, AROUND, LEAST_WIDTH = 34, 130, 600
MARK_SIZE = 26
Ramp = tuple[Sequence[str], Sequence[str]]
RAMP: Ramp = (LIGHT_RAMP[::-1], DARK_RAMP[::-1])
"""The first place has the strongest colour."""


def rank_figure(
    table: pd.DataFrame,
    *,
    candidates: int,
    context: FigureContext | None = None,
    title: str = "Rank of the right answer",
) -> go.Figure:
    """Returns a heat map of ranks, a row per encoder and a column per language.

    The colour is the logarithm of the rank, from the first place to the last one, so that 1 and 10
    are as far apart as 10 and 100; every cell carries its rank. `customdata` of the marks that lie
    over the cells is [encoder, language].

    Args:
        table: long, columns encoder, language and rank, which counts from 1; encoders and
            languages are shown in the order in which they first come.
        candidates: how many are ranked, at least 2.
        context: what the subtitle says; knows the shown names.
        title: of the figure.

    Raises:
        InputError: when a column is missing, or a rank is not between 1 and `candidates`.
    """
    context = context or NO_CONTEXT
    _check(table, candidates)
    if table.empty:
        return empty_figure(NO_RANKS, context, kind="rank_cells", title=title)
    encoders = list(dict.fromkeys(table["encoder"]))
    languages = list(dict.fromkeys(table["language"]))
    cells = table.assign(
        x=table["language"].map(languages.index),
        y=table["encoder"].map(encoders.index),
        depth=np.log(table["rank"]) / np.log(candidates),
    )
    figure = go.Figure([_colours(cells), _marks(cells, context, candidates), *_numbers(cells)])
    figure.layout["coloraxis"].update(cmin=0.0, cmax=1.0, colorscale=list(RAMP[0]), showscale=False)
    _style_axes(figure, encoders, languages, context)
    figure.update_layout(hoverdistance=-1, showlegend=False)
    return finished(
        figure,
        context,
        kind="rank_cells",
        title=title,
        height=AROUND + ROW_HEIGHT * len(encoders),
        facts={"languages": languages, "candidates": candidates},
        head_room=LABEL_ROOM,
        least_width=LEAST_WIDTH,
    )


def _check(table: pd.DataFrame, candidates: int) -> None:
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise InputError(f"the table lacks {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    if candidates < 2:
        raise InputError(f"candidates is {candidates}; rank at least 2")
    outside = table[(table["rank"] < 1) | (table["rank"] > candidates)]
    if len(outside):
        raise InputError(
            f"a rank is {outside['rank'].iloc[0]} of {candidates} candidates; ranks count from 1"
        )


def _colours(cells: pd.DataFrame) -> go.Heatmap:
    wide = cells.pivot(index="y", columns="x", values="depth").sort_index().sort_index(axis=1)
    return go.Heatmap(
        z=wide.to_numpy(float),
        x=list(wide.columns),
        y=list(wide.index),
        coloraxis="coloraxis",
        xgap=1,
        ygap=1,
        hoverinfo="skip",
    )


def _marks(cells: pd.DataFrame, context: FigureContext, candidates: int) -> go.Scatter:
    texts = [
        f"<b>{literal(context.encoder(one['encoder']))}</b> · "
        f"{literal(context.language(one['language']))}<br>rank {one['rank']:,} of {candidates:,}"
        for one in cells.to_dict("records")
    ]
    return go.Scatter(
        x=cells["x"],
        y=cells["y"],
        mode="markers",
        marker={"symbol": "square", "size": MARK_SIZE, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=cells[["encoder", "language"]].to_numpy(dtype=object),
        hovertext=texts,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _numbers(cells: pd.DataFrame) -> list[go.Scatter]:
    """Returns the ranks, one trace for each colour that is read on the cells' own."""
    colours = [cell_text(float(depth), RAMP) for depth in cells["depth"]]
    return [
        go.Scatter(
            x=part["x"],
            y=part["y"],
            mode="text",
            text=[f"{rank:,}" for rank in part["rank"]],
            textfont={"size": CELL_SIZE, "color": LIGHT[str(colour)]},
            hoverinfo="skip",
            showlegend=False,
        )
        for colour, part in cells.assign(colour=colours).groupby("colour", sort=False)
    ]


def _style_axes(
    figure: go.Figure, encoders: Sequence[str], languages: Sequence[str], context: FigureContext
) -> None:
    titles = [shortened(context.encoder(one), TICK_SIZE, LABEL_WIDTH) for one in encoders]
    plain = {"showgrid": False, "showline": False, "ticks": "", "zeroline": False}
    ink = {"size": TICK_SIZE, "color": LIGHT["ink"]}
    figure.update_xaxes(
        plain,
        tickvals=list(range(len(languages))),
        ticktext=[literal(code) for code in languages],
        tickangle=0,
        side="top",
        tickfont=ink,
        range=[-0.5, len(languages) - 0.5],
    )
    figure.update_yaxes(
        plain,
        tickvals=list(range(len(encoders))),
        ticktext=[literal(one) for one in titles],
        tickfont=ink,
        range=[len(encoders) - 0.5, -0.5],
        ticklabelstandoff=4,
    )

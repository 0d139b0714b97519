"""Which groups of classes are taken for which: a square heat map whose cells are clicked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.scores.cell_traces import MARK_SIZE
from tomclip.figures.scores.heatmap import distance_matrix_figure
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.template import FigureContext, empty_figure

COLUMNS = ("group", "chosen", "pictures", "of", "share")
MOST_GROUPS = 15
KIND = "confusions"
NO_PICTURES = "No picture was named: choose other concepts."


def confusion_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    title: str = "What pictures are taken for",
) -> go.Figure:
    """Returns a heat map of groups against groups: a row's pictures, by what they are taken for.

    The diagonal is what stays in its group. Cells without a picture are blank. `customdata` of the
    marks over the other cells is [group, chosen group].

    Args:
        table: of `Confusions.between`, with at most 15 groups.
        context: what the subtitle says; its `languages` may hold shown titles of groups.
        title: of the figure.

    Raises:
        InputError: when a column is missing, or there are more groups than can be read.
    """
    context = context or NO_CONTEXT
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise InputError(f"the table lacks {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    if table.empty:
        return empty_figure(NO_PICTURES, context, kind=KIND, title=title)
    groups = list(dict.fromkeys([*table["group"], *table["chosen"]]))
    if len(groups) > MOST_GROUPS:
        raise InputError(f"{len(groups)} groups came; show at most {MOST_GROUPS} of them")
    wide = table.pivot(index="group", columns="chosen", values="share")
    shares = wide.reindex(index=groups, columns=groups).to_numpy(float)
    figure = distance_matrix_figure(
        np.where(shares > 0, shares, np.nan),
        groups,
        context=context,
        title=title,
        unit="% of the pictures of a row",
        ends=(0.0, 100.0),
    )
    figure.update_traces(customdata=None, selector={"type": "heatmap"})
    figure.add_trace(_marks(table[table["pictures"] > 0], groups, context))
    facts: dict[str, Any] = dict(figure.layout.meta or {})  # type: ignore[arg-type]
    figure.update_layout(hoverdistance=-1, meta={**facts, "figure": KIND, "groups": groups})
    return figure


def _marks(cells: pd.DataFrame, groups: list[str], context: FigureContext) -> go.Scatter:
    """Returns what is selected in place of the cells, which plotly selects none of."""
    texts = [
        f"<b>{literal(context.language(one['group']))}</b> taken for "
        f"<b>{literal(context.language(one['chosen']))}</b><br>{one['pictures']:,} of "
        f"{one['of']:,} pictures, {one['share']:.1f} %"
        for one in cells.to_dict("records")
    ]
    return go.Scatter(
        x=cells["chosen"].map(groups.index),
        y=cells["group"].map(groups.index),
        mode="markers",
        marker={"symbol": "square", "size": MARK_SIZE, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=cells[["group", "chosen"]].to_numpy(dtype=object),
        hovertext=texts,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )

"""One permutation test closely: the joint losses of exchanged labels, and the observed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import (
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    traces_of,
)
from tomclip.figures.topology.significance import LABEL_ROOM, p_value_text

if TYPE_CHECKING:
    from tomclip.topology.statistics.permutation import PermutationTest

MOST_BINS = 40


def permutation_figure(
    test: PermutationTest,
    *,
    language: str,
    context: FigureContext | None = None,
    reference: str = "en",
) -> go.Figure:
    """Returns the joint losses of exchanged labels as a histogram, the observed one as a line.

    The joint loss is how far apart the diagrams within a group lie; a real difference makes it
    smaller than exchanged labels do, so the bars left of the line are the share that p counts.

    Args:
        test: its result.
        language: code of the tested language.
        context: what the subtitle says; None: what the data themselves know.
        reference: code of the language it was tested against.
    """
    context = context or NO_CONTEXT
    names = context.language(language), context.language(reference)
    title = f"{names[0]} against {names[1]}: exchanged labels"
    null = np.asarray(test.null, dtype=float)
    if not null.size:
        sentence = "No labels were exchanged."
        return empty_figure(sentence, context, kind="permutation", title=title)
    counts, edges, as_small = _histogram(null, test)
    figure = go.Figure()
    _add_bars(figure, counts, edges, as_small)
    _add_observed(figure, test, null)
    figure.update_xaxes(title="joint loss (smaller: the two languages are further apart)")
    figure.update_yaxes(title="number of labellings", rangemode="tozero")
    entries = [trace.name for trace in traces_of(figure)]
    figure.update_layout(
        legend={**bottom_legend(entries), "traceorder": "normal"},
        showlegend=True,
        barmode="stack",
        bargap=0.04,
    )
    facts = {
        "language": language,
        "reference": reference,
        "p_value": test.p_value,
        "statistic": test.statistic,
    }
    return finished(
        figure,
        context,
        kind="permutation",
        title=title,
        height=420,
        facts=facts,
        head_room=3 * LABEL_ROOM,
    )


def _counted(test: PermutationTest) -> int:
    """Returns how many exchanged labels the p-value counts as at most the observed loss."""
    return round(test.p_value * (1 + test.permutations)) - 1


def _histogram(
    null: np.ndarray, test: PermutationTest
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns counts (b,) of all, edges (b + 1,), and counts (b,) of those at most as large.

    The observed value is an edge, so that no bar lies on both sides of it.
    """
    observed = test.statistic
    low, high = min(float(null.min()), observed), max(float(null.max()), observed)
    width = (high - low) / min(MOST_BINS, max(8, int(np.sqrt(len(null))))) or 1.0
    below = int(np.ceil((observed - low) / width - 1e-9))
    above = int(np.ceil((high - observed) / width - 1e-9)) or 1
    edges = observed + width * np.arange(-below, above + 1)
    place = np.clip(np.ceil((null - edges[0]) / width - 1e-9).astype(int) - 1, 0, len(edges) - 2)
    small = np.zeros(len(null), dtype=bool)
    small[np.argsort(null, kind="stable")[: _counted(test)]] = True
    count = lambda which: np.bincount(place[which], minlength=len(edges) - 1)  # noqa: E731
    return count(np.full(len(null), True)), edges, count(small)


def _add_bars(
    figure: go.Figure, counts: np.ndarray, edges: np.ndarray, as_small: np.ndarray
) -> None:
    middles, width = (edges[1:] + edges[:-1]) / 2, float(edges[1] - edges[0])
    for name, heights, colour in (
        ("exchanged labels, as small or smaller", as_small, LIGHT["vermillion"]),
        ("exchanged labels, larger", counts - as_small, LIGHT["reference"]),
    ):
        figure.add_bar(
            x=middles,
            y=heights,
            width=0.94 * width,
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="%{y:,} labellings near %{x:.4g}<extra></extra>",
        )


def _add_observed(figure: go.Figure, test: PermutationTest, null: np.ndarray) -> None:
    """Draws the observed loss and says above it, on the side with more room, what p counts."""
    figure.add_vline(x=test.statistic, line={"color": LIGHT["ink"], "width": 2})
    low, high = min(null.min(), test.statistic), max(null.max(), test.statistic)
    leftward = test.statistic - low > high - test.statistic
    figure.add_annotation(
        x=test.statistic,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=4,
        showarrow=False,
        xanchor="right" if leftward else "left",
        align="right" if leftward else "left",
        text=f"<b>real labels, {p_value_text(test.p_value)}</b><br>{_counted(test):,} of "
        f"{test.permutations:,} exchanges are as small",
        font={"size": 12, "color": LIGHT["ink"]},
    )

"""Is a difference more than chance: one permutation test closely, and many languages at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import (
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    traces_of,
)

if TYPE_CHECKING:
    from tomclip.topology.statistics.permutation import PermutationTest

MOST_BINS = 40
LABEL_ROOM, ROW_PIXELS = 16, 30


def p_value_text(p_value: float) -> str:
    """Returns a p-value as it is written in text, for example "p = .012" or "p < .001"."""
    if p_value < 0.001:
        return "p < .001"
    return f"p = {p_value:.3f}".replace("0.", ".", 1)


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


def significance_figure(
    p_values: Mapping[str, float],
    *,
    context: FigureContext | None = None,
    homology_dimension: int,
    level: float = 0.05,
    reference: str = "en",
    smallest: float | None = None,
    adjusted: bool = True,
) -> go.Figure:
    """Returns the p-value of each language on a logarithmic axis, the smallest on top.

    Filled dots lie left of the line at `level`, open ones right of it. `customdata` is [language].

    Args:
        p_values: per language code, in (0, 1].
        context: what the subtitle says; None: what the data themselves know.
        homology_dimension: homology dimension of the tested diagrams.
        level: of significance.
        reference: code of the language all were tested against.
        smallest: the least p-value that the number of permutations allows, drawn as a dotted line.
        adjusted: whether the p-values are corrected for several tests, for the axis title.

    Raises:
        InputError: when a p-value or the level is not in (0, 1].
    """
    context = context or NO_CONTEXT
    title = f"Shape against {context.language(reference)}, H{homology_dimension}"
    _check({**p_values, "the level": level})
    if not p_values:
        sentence = "No language was tested."
        return empty_figure(sentence, context, kind="significance", title=title)
    codes = sorted(p_values, key=lambda code: (p_values[code], list(p_values).index(code)))
    values = np.array([p_values[code] for code in codes])
    figure = go.Figure()
    _add_dots(figure, codes, values, level, context)
    lowest = min(0.01, values.min(), *([smallest] if smallest else []))
    _add_lines(figure, level, smallest)
    _style_rows(
        figure, codes, values, float(lowest), "adjusted p-value" if adjusted else "p-value", context
    )
    differ = {code: p for code, p in p_values.items() if p < level}
    facts = {
        "languages": codes,
        "level": level,
        "homology_dimension": homology_dimension,
        "differ": list(differ),
    }
    return finished(
        figure,
        context,
        kind="significance",
        title=title,
        height=150 + ROW_PIXELS * len(codes) + LABEL_ROOM,
        facts=facts,
        head_room=LABEL_ROOM * (2 if smallest else 1),
    )


def _check(p_values: Mapping[str, float]) -> None:
    for name, value in p_values.items():
        if not 0 < value <= 1:
            raise InputError(f"the p-value of {name} is {value}; give one above 0 and up to 1")


def _add_dots(
    figure: go.Figure, codes: list[str], values: np.ndarray, level: float, context: FigureContext
) -> None:
    told = values < level
    customdata = np.array([[code] for code in codes], dtype=object)
    figure.add_scatter(
        x=values,
        y=np.arange(len(codes)),
        mode="markers",
        customdata=customdata,
        cliponaxis=False,
        marker={
            "size": 11,
            "symbol": ["circle" if yes else "circle-open" for yes in told],
            "color": [LIGHT["vermillion"] if yes else LIGHT["muted"] for yes in told],
            "line": {"width": [0 if yes else 1.8 for yes in told]},
        },
        hovertext=[
            f"<b>{literal(context.language(code))}</b><br>{p_value_text(value)}"
            for code, value in zip(codes, values, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name="p",
    )


def _add_lines(figure: go.Figure, level: float, smallest: float | None) -> None:
    figure.add_vline(x=level, line={"color": LIGHT["ink"], "width": 1.4, "dash": "dash"})
    if smallest:
        figure.add_vline(x=smallest, line={"color": LIGHT["axis"], "width": 1.4, "dash": "dot"})
        figure.add_annotation(
            x=np.log10(smallest),
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="left",
            xshift=-4,
            yshift=LABEL_ROOM,
            text="least possible",
            showarrow=False,
            font={"size": 11.5, "color": LIGHT["muted"]},
        )
    for text, anchor, shift in (
        ("← different", "right", -6),
        (f"{100 * level:g} %", "center", 0),
        ("not told apart →", "left", 6),
    ):
        room = 20 if shift else 0
        figure.add_annotation(
            x=np.log10(level),
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor=anchor,
            text=text,
            xshift=shift + (room if shift > 0 else -room),
            showarrow=False,
            font={"size": 11.5, "color": LIGHT["muted" if shift else "ink"]},
        )


def _style_rows(
    figure: go.Figure,
    codes: list[str],
    values: np.ndarray,
    lowest: float,
    title: str,
    context: FigureContext,
) -> None:
    """Names the rows at the left and writes each p-value at the right edge."""
    for row, value in enumerate(values.tolist()):
        number = p_value_text(value).removeprefix("p ").removeprefix("= ")
        figure.add_annotation(
            x=1,
            xref="paper",
            y=row,
            text=number,
            xanchor="left",
            xshift=8,
            showarrow=False,
            font={"size": 11.5, "color": LIGHT["ink"]},
        )
    ticks = [tick for tick in (1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0) if tick >= 0.9 * lowest]
    figure.update_xaxes(
        type="log",
        range=[np.log10(lowest) - 0.08, 0.04],
        title=title,
        tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks],
    )
    figure.update_yaxes(
        tickvals=list(range(len(codes))),
        range=[len(codes) - 0.4, -0.6],
        ticks="",
        showline=False,
        ticktext=[literal(context.language(code)) for code in codes],
        tickfont={"size": 12, "color": LIGHT["ink"]},
    )
    figure.update_layout(margin={"r": 64})

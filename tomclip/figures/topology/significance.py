"""Is a difference more than chance: the p-values of many languages at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, empty_figure, finished

if TYPE_CHECKING:
    pass

LABEL_ROOM, ROW_PIXELS = 16, 30


def p_value_text(p_value: float) -> str:
    """Returns a p-value as it is written in text, for example "p = .012" or "p < .001"."""
    if p_value < 0.001:
        return "p < .001"
    return f"p = {p_value:.3f}".replace("0.", ".", 1)


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

"""Persistence diagrams: birth against death, several languages over a grey reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.figures.axes import distance_unit, nice_ticks, series_to_show
from tomclip.figures.diagram_marks import (
    NO_BARS,
    Diagrams,
    add_density,
    add_diagonal,
    add_infinity_line,
    diagram_trace,
    filled_marker,
    has_bars,
    largest_finite,
    outline_marker,
    tick_marker,
)
from tomclip.figures.palette import LIGHT
from tomclip.figures.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    language_style,
    style_panel_titles,
)

if TYPE_CHECKING:
    from tomclip.topology.matching import DecidingMatch

TITLE = "Persistence diagrams"
FEATURES = {0: "components", 1: "loops", 2: "voids"}


def _codes_to_draw(
    diagrams: Mapping[str, Diagrams], highlight: Sequence[str] | None, reference: str
) -> list[str]:
    """Returns the reference first, when it is there, then the highlighted codes."""
    chosen = series_to_show(list(diagrams), highlight, reference=reference, limit=4)
    if highlight is None and len(chosen) > 4:
        chosen = chosen[:3]
    return [*([reference] if reference in diagrams else []), *chosen]


def _marker(code: str, dimension: int, *, grey: bool) -> dict[str, Any]:
    style = language_style(code)
    if dimension == 0:
        return tick_marker(LIGHT["reference"] if grey else style.colour, 15)
    symbol = style.symbol if dimension == 1 else f"{style.symbol}-dot"
    return outline_marker(symbol, 8) if grey else filled_marker(symbol, 8, style.colour)


def _panels(dimensions: Sequence[int], columns: int) -> tuple[go.Figure, dict[int, int]]:
    """Returns the figure and the panel of each dimension: H0 in a strip, the others together."""
    higher = [dimension for dimension in dimensions if dimension > 0]
    titles = ["H0 · components"] if 0 in dimensions else []
    titles += (
        [" and ".join(f"H{d} · {FEATURES.get(d, 'classes')}" for d in higher)] if higher else []
    )
    strip = min(0.1 + 0.04 * columns, 0.35)
    widths = [strip, 1 - strip] if len(titles) == 2 else [1]
    figure = make_subplots(
        1, len(titles), shared_yaxes=True, column_widths=widths, subplot_titles=titles,
        horizontal_spacing=0.03,
    )  # fmt: skip
    style_panel_titles(figure)
    return figure, {d: len(titles) if d > 0 else 1 for d in dimensions}


def _style_axes(
    figure: go.Figure,
    panel: Mapping[int, int],
    codes: Sequence[str],
    top: float,
    infinity: float,
    unit: str,
) -> None:
    ticks = nice_ticks(top)
    figure.update_yaxes(
        range=[-0.03 * top, infinity + 0.04 * top], tickvals=[*ticks, infinity],
        ticktext=[*(f"{tick:g}" for tick in ticks), "∞"],
    )  # fmt: skip
    figure.update_yaxes(title={"text": f"death ({unit})"}, col=1)
    last = max(panel.values())
    if last == 2 or 0 not in panel:
        figure.update_xaxes(
            range=[-0.03 * top, top * 1.03],
            tickvals=ticks,
            title={"text": f"birth ({unit})"},
            col=last,
        )
    if 0 in panel:
        figure.update_xaxes(
            range=[-0.7, len(codes) - 0.3], tickvals=list(range(len(codes))), ticktext=list(codes),
            showgrid=False, title={"text": "birth 0, by language"}, col=1,
        )  # fmt: skip


def diagram_figure(
    diagrams: Mapping[str, Diagrams],
    *,
    context: FigureContext,
    reference: str = "en",
    highlight: Sequence[str] | None = None,
    density: bool = False,
    matches: Mapping[str, DecidingMatch] | None = None,
) -> go.Figure:
    """Returns persistence diagrams of several languages, the reference in grey behind.

    Every H0 bar of a Vietoris-Rips filtration is born at 0, so H0 has a strip with one column per
    language instead of one crowded line; H1 and above lie in the birth-death plane. Both share the
    death axis. A bar that never dies lies on the dashed line marked ∞. Coincident bars are one
    marker, larger the more there are. `customdata` is [language, homology dimension, index of the
    bar in `diagram.pairs`, number of coincident bars].

    Args:
        diagrams: per language code, its diagrams (H0, H1, ...).
        context: what the subtitle says.
        reference: code drawn in grey when other languages are there.
        highlight: codes to draw besides the reference; None takes all of at most four, else the
            first three.
        density: shade where the bars of H1 and above lie, for crowded diagrams.
        matches: per language code, the pair of H1 bars that decides its bottleneck distance to the
            reference; drawn as a line between the two.
    """
    if not has_bars(diagrams):
        return empty_figure(NO_BARS, context, kind="diagram", title=TITLE)
    codes = _codes_to_draw(diagrams, highlight, reference)
    drawn = {code: diagrams[code] for code in codes}
    if not has_bars(drawn):
        return empty_figure(NO_BARS, context, kind="diagram", title=TITLE)
    dimensions = sorted({d.dimension for group in drawn.values() for d in group if len(d)})
    figure, panel = _panels(dimensions, len(codes))
    top = largest_finite(drawn)
    infinity = top * 1.1
    _add_grounds(figure, panel, drawn, top, infinity, density)
    _add_languages(figure, panel, drawn, reference, infinity, context)
    if 1 in panel:
        for code, match in (matches or {}).items():
            _add_match(figure, panel[1], code, match)
    _style_axes(figure, panel, codes, top, infinity, distance_unit(context.metric))
    legend = bottom_legend([_name(code, reference, context) for code in codes])
    figure.update_layout(legend=legend, showlegend=True)
    facts = {
        "languages": codes,
        "reference": reference,
        "infinity": infinity,
        "dimensions": dimensions,
    }
    return finished(
        figure, context, kind="diagram", title=TITLE, height=600, facts=facts, head_room=PANEL_ROOM
    )


def _add_grounds(
    figure: go.Figure,
    panel: Mapping[int, int],
    drawn: Mapping[str, Diagrams],
    top: float,
    infinity: float,
    density: bool,
) -> None:
    """Adds what lies behind the bars: the line at infinity, the diagonal and the density."""
    if 0 in panel:
        add_infinity_line(figure, infinity, [-0.7, len(drawn) - 0.3], {"row": 1, "col": 1})
    if max(panel) > 0:
        place = {"row": 1, "col": max(panel.values())}
        if density:
            add_density(figure, drawn, top, place)
        add_infinity_line(figure, infinity, [-0.03 * top, 1.03 * top], place)
        add_diagonal(figure, top, place)


def _add_match(figure: go.Figure, column: int, code: str, match: DecidingMatch) -> None:
    births, deaths = zip(match.first, match.second, strict=True)
    line = go.Scatter(
        x=births, y=deaths, mode="lines", showlegend=False, name=f"deciding pair, {code}",
        line={"color": language_style(code).colour, "width": 3},
        hovertemplate=f"this pair decides: {match.distance:.3g}<extra></extra>",
    )  # fmt: skip
    figure.add_trace(line, row=1, col=column)


def _name(code: str, reference: str, context: FigureContext) -> str:
    return context.language(code) + (" (reference)" if code == reference else "")


def _add_languages(
    figure: go.Figure,
    panel: Mapping[int, int],
    drawn: Mapping[str, Diagrams],
    reference: str,
    infinity: float,
    context: FigureContext,
) -> None:
    """Adds one trace per language and dimension; the legend names each language once."""
    for position, (code, group) in enumerate(drawn.items()):
        grey = code == reference and len(drawn) > 1
        present = [diagram for diagram in group if len(diagram)]
        for diagram in present:
            trace = diagram_trace(
                code, context.language(code), diagram, infinity,
                _marker(code, diagram.dimension, grey=grey),
                column=position if diagram.dimension == 0 else None,
            )  # fmt: skip
            trace.update(name=_name(code, reference, context) if grey else trace.name)
            trace.update(showlegend=diagram is present[-1])
            figure.add_trace(trace, row=1, col=panel[diagram.dimension])

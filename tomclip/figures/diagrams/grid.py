"""Small multiples of persistence diagrams: a panel per language, the reference in grey in each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.diagrams.marks import (
    DIMENSION_COLOURS,
    NO_BARS,
    Diagrams,
    add_diagonal,
    add_infinity_line,
    diagram_trace,
    filled_marker,
    has_bars,
    largest_finite,
    mark_size,
    outline_marker,
    places_of,
    tick_marker,
)
from tomclip.figures.diagrams.matching import HIDDEN, Side, add_matching
from tomclip.figures.diagrams.overlays import (
    add_density,
    add_diagonal_band,
    add_flat_band,
    band_title,
    checked_bands,
    name_densities,
    name_one_band,
)
from tomclip.figures.style.axes import distance_unit, nice_ticks
from tomclip.figures.style.context import context_of, literal
from tomclip.figures.style.findings import diagrams_finding
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.panels import label_outer_edges, panel_grid, panel_place, panel_rows
from tomclip.figures.style.template import (
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    traces_of,
)

if TYPE_CHECKING:
    from tomclip.topology.matching import Matching

Place = Mapping[str, Any]
REFERENCE_COLUMN = -0.055
PANEL_WIDTH = 130
H0_COLUMNS = (-0.12, 0.035)
"""Left and right end of what belongs to H0, as shares of the largest death."""
SYMBOLS = {1: "triangle-up", 2: "square"}


class Scale(NamedTuple):
    """What all panels share: the largest value, the height of the line at infinity, mark size."""

    top: float
    infinity: float
    mark: float


def _add_panel(
    figure: go.Figure,
    diagrams: Mapping[str, Diagrams],
    language: str,
    reference: str,
    scale: Scale,
    context: FigureContext,
    place: Place,
    *,
    density: bool,
) -> None:
    """Adds the bars of the reference, in grey, and over them those of the language."""
    alone = reference not in diagrams or language == reference
    for code in [language] if alone else [reference, language]:
        grey = code == reference and not alone
        before = len(traces_of(figure))
        for diagram in diagrams[code]:
            if len(diagram):
                trace = diagram_trace(
                    code,
                    context.language(code),
                    diagram,
                    scale.infinity,
                    _marker(diagram.homology_dimension, scale.mark, grey=grey),
                    column=_column(scale, grey) if diagram.homology_dimension == 0 else None,
                )
                figure.add_trace(trace, **place)
        if density:
            add_density(figure, traces_of(figure)[before:], scale.top, place)


def _add_matching(
    figure: go.Figure,
    diagrams: Mapping[str, Diagrams],
    matching: Matching,
    codes: tuple[str, str],
    scale: Scale,
    context: FigureContext,
    place: Place,
) -> None:
    """Adds the lines from the H1 bars of the reference, the first code, to those of the second."""
    sides = [
        Side(context.language(code), diagram, places_of(diagram, scale.infinity, 0.0))
        for code in codes
        for diagram in diagrams[code]
        if diagram.homology_dimension == 1
    ]
    if len(sides) == 2:
        add_matching(
            figure,
            matching,
            *sides,
            code=codes[1],
            colour=DIMENSION_COLOURS[1],
            shortest=2 * HIDDEN * scale.infinity,
            place=place,
        )


def _column(scale: Scale, grey: bool) -> float:
    return REFERENCE_COLUMN * scale.infinity if grey else 0.0


def _marker(homology_dimension: int, size: float, *, grey: bool) -> dict[str, Any]:
    if homology_dimension == 0:
        return tick_marker(LIGHT["reference"] if grey else DIMENSION_COLOURS[0], 6)
    if grey:
        return outline_marker(SYMBOLS[homology_dimension], 0.9 * size)
    return filled_marker(SYMBOLS[homology_dimension], size, DIMENSION_COLOURS[homology_dimension])


def _add_bands(
    figure: go.Figure, bands: Mapping[int, float], top: float, place: Place, title: str
) -> None:
    left, right = (top * end for end in H0_COLUMNS)
    for homology_dimension, half_width in bands.items():
        if homology_dimension == 0:
            add_flat_band(figure, half_width, top, (left, right), place, title=title)
        else:
            start = right if 0 in bands else 0.0
            add_diagonal_band(
                figure, homology_dimension, half_width, top, place, title=title, start=start
            )


def _add_panel_name(figure: go.Figure, name: str, top: float, place: Place) -> None:
    """Writes the language into the half below the diagonal, where no bar can lie."""
    figure.add_annotation(
        x=top,
        y=0,
        text=literal(name),
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": 12, "color": LIGHT["ink"], "weight": 600},
        **place,
    )


def _add_legend(figure: go.Figure, reference_title: str, *, voids: bool) -> None:
    """Explains the colours and the grey once, by markers that stand for no bar."""
    figure.update_traces(showlegend=False)
    markers = {
        "H0 · components": tick_marker(DIMENSION_COLOURS[0], 10),
        "H1 · loops": filled_marker(SYMBOLS[1], 8, DIMENSION_COLOURS[1]),
    }
    if voids:
        markers["H2 · voids"] = filled_marker(SYMBOLS[2], 8, DIMENSION_COLOURS[2])
    if reference_title:
        markers[reference_title] = outline_marker(SYMBOLS[1], 8)
    for title, marker in markers.items():
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker=marker,
            name=literal(title),
            legendgroup=title,
            hoverinfo="skip",
            showlegend=True,
            row=1,
            col=1,
        )
    name_one_band(figure)
    name_densities(figure, {"row": 1, "col": 1})
    entries = {trace.name for trace in traces_of(figure) if trace.showlegend}
    figure.update_layout(legend=bottom_legend(entries), showlegend=True)


def _style_axes(figure: go.Figure, top: float, infinity: float) -> None:
    ticks = nice_ticks(top, count=2)
    figure.update_xaxes(range=[H0_COLUMNS[0] * top, top * 1.05], tickvals=ticks, tickangle=0)
    figure.update_yaxes(
        range=[-0.05 * top, infinity * 1.06],
        tickvals=[*ticks, infinity],
        ticktext=[*(f"{tick:g}" for tick in ticks), "∞"],
    )
    figure.update_layout(xaxis_matches=None, yaxis_matches=None)


def diagram_grid_figure(
    diagrams: Mapping[str, Diagrams],
    *,
    context: FigureContext | None = None,
    reference: str = "en",
    columns: int = 5,
    density: bool = False,
    matching: Mapping[str, Matching] | None = None,
    bands: Mapping[int, float] | None = None,
    band_level: float = 0.95,
) -> go.Figure:
    """Returns one small diagram per language on shared axes, the reference in grey in each.

    H0 bars are strokes at birth 0, those of the reference just left of it; H1 bars are triangles.
    `customdata` is the same as in `diagram_figure`.

    Args:
        diagrams: per language code, its diagrams (H0, H1, ...).
        context: what the subtitle says; None: what the data themselves know.
        reference: code drawn in grey outlines in every panel.
        columns: panels in a row.
        density: draw lines around the densest half and nine tenths of each language's H1 bars.
        matching: per language code, the optimal matching from the reference's H1 bars to its own.
        bands, band_level: see `diagram_figure`; the same in every panel.

    Raises:
        InputError: when `columns` is below 1, a half width is negative or not finite, or a
            matching names a bar that is not there.
    """
    context = context or context_of(chain.from_iterable(diagrams.values()))
    title = "Persistence diagrams by language"
    if columns < 1:
        raise InputError(f"columns is {columns}; use 1 or more")
    bands = checked_bands(bands)
    if not has_bars(diagrams):
        return empty_figure(NO_BARS, context, kind="diagram_grid", title=title)
    count, columns = len(diagrams), min(columns, len(diagrams))
    rows = panel_rows(count, columns)
    top = largest_finite(diagrams)
    scale = Scale(top, top * 1.14, 0.65 * mark_size(diagrams))
    figure = panel_grid(count, columns, horizontal=0.014, vertical=0.07 / rows)
    for number, language in enumerate(diagrams):
        place = panel_place(number, columns)
        _add_bands(figure, bands, top, place, band_title(band_level))
        add_diagonal(figure, top, place)
        add_infinity_line(figure, scale.infinity, [H0_COLUMNS[0] * top, 1.05 * top], place)
        if matching and language in matching and reference in diagrams:
            codes = (reference, language)
            _add_matching(figure, diagrams, matching[language], codes, scale, context, place)
        _add_panel(figure, diagrams, language, reference, scale, context, place, density=density)
        _add_panel_name(figure, context.language(language), top, place)
    _style_axes(figure, top, scale.infinity)
    unit = distance_unit(context.metric)
    label_outer_edges(figure, count, columns, x_title=f"birth ({unit})", y_title=f"death ({unit})")
    named = f"{context.language(reference)} (reference)" if reference in diagrams else ""
    voids = any(one.homology_dimension > 1 for group in diagrams.values() for one in group)
    _add_legend(figure, named, voids=voids)
    facts = {"languages": list(diagrams), "reference": reference, "infinity": scale.infinity}
    return finished(
        figure,
        context,
        kind="diagram_grid",
        title=title,
        height=190 + 165 * rows,
        facts=facts,
        least_width=PANEL_WIDTH * columns,
        finding=diagrams_finding(diagrams, context, reference=reference),
    )

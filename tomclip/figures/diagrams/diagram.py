"""Persistence diagrams: birth against death, several languages over a grey reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from tomclip.figures.diagrams.frame import Frame, add_grounds, diagram_frame, style_axes
from tomclip.figures.diagrams.marks import (
    NO_BARS,
    Diagrams,
    diagram_trace,
    has_bars,
    language_marker,
    largest_finite,
    mark_size,
    places_of,
    with_counts,
)
from tomclip.figures.diagrams.matching import HIDDEN, Side, add_deciding_match, add_matching
from tomclip.figures.diagrams.overlays import (
    DENSITY_TITLE,
    add_density,
    add_diagonal_band,
    add_flat_band,
    band_title,
    checked_bands,
    name_densities,
    name_one_band,
)
from tomclip.figures.style.axes import distance_unit, series_to_show
from tomclip.figures.style.context import context_of
from tomclip.figures.style.findings import diagrams_finding
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    language_style,
    traces_of,
)

if TYPE_CHECKING:
    from tomclip.topology.matching import DecidingMatch, Matching

TITLE = "Persistence diagrams"


def _codes_to_draw(
    diagrams: Mapping[str, Diagrams], highlight: Sequence[str] | None, reference: str
) -> list[str]:
    """Returns the reference first, when it is there, then the highlighted codes."""
    chosen = series_to_show(list(diagrams), highlight, reference=reference, limit=4)
    if highlight is None and len(chosen) > 4:
        chosen = chosen[:3]
    return [*([reference] if reference in diagrams else []), *chosen]


def diagram_figure(
    diagrams: Mapping[str, Diagrams],
    *,
    context: FigureContext | None = None,
    reference: str = "en",
    highlight: Sequence[str] | None = None,
    density: bool = False,
    matches: Mapping[str, DecidingMatch] | None = None,
    matching: Mapping[str, Matching] | None = None,
    matching_dimension: int = 1,
    bands: Mapping[int, float] | None = None,
    band_level: float = 0.95,
    extent: float | None = None,
) -> go.Figure:
    """Returns persistence diagrams of several languages, the reference in grey behind.

    Every H0 bar of a Vietoris-Rips filtration is born at 0, so H0 has a strip with one column per
    language instead of one crowded line; H1 and above lie in the birth-death plane. Both share the
    death axis. A bar that never dies lies on the dashed line marked ∞. Coincident bars are one
    marker, larger the more there are, off H0 with their number beside it. `customdata` is
    [language, homology dimension, index of the bar in `diagram.pairs`, number of coincident bars].

    Args:
        diagrams: per language code, its diagrams (H0, H1, ...).
        context: what the subtitle says; None: what the data themselves know.
        reference: code drawn in grey when other languages are there.
        highlight: codes to draw besides the reference; None takes all of at most four, else the
            first three.
        density: draw lines around the densest half and nine tenths of each language's bars of H1
            and above, over paler marks, for crowded diagrams.
        matches: per language code, the pair of H1 bars that decides its bottleneck distance to the
            reference; drawn as a thick line between the two.
        matching: per language code, the optimal matching from the reference's bars to its own, as
            thin lines; those too short to be seen are left out.
        matching_dimension: homology dimension of `matching`.
        bands: per homology dimension, the half width of a confidence band around the diagonal: bars
            that live at most twice as long lie on a grey strip. In H0, where every birth is 0, the
            strip is level.
        band_level: confidence level of the bands, for the legend.
        extent: value that the axes reach at least, so that several figures compare.

    Raises:
        InputError: when a half width is negative or not finite, or a matching names a bar that is
            not there.
    """
    context = context or context_of(chain.from_iterable(diagrams.values()))
    bands = checked_bands(bands)
    drawn = {code: diagrams[code] for code in _codes_to_draw(diagrams, highlight, reference)}
    if not has_bars(drawn):
        return empty_figure(NO_BARS, context, kind="diagram", title=TITLE)
    homology_dimensions = sorted(
        {d.homology_dimension for group in drawn.values() for d in group if len(d)}
    )
    frame = diagram_frame(
        list(drawn), homology_dimensions, max(largest_finite(drawn), extent or 0.0)
    )
    entries = [_name(code, reference, context) for code in drawn]
    if bands:
        entries.append(band_title(band_level))
        _add_bands(frame, bands, entries[-1])
    add_grounds(frame)
    _add_matchings(frame, drawn, reference, matching or {}, matching_dimension, context)
    _add_languages(frame, drawn, reference, context)
    if density and frame.has_plane:
        entries.append(DENSITY_TITLE)
        _add_densities(frame)
    for code, match in (matches or {}).items() if 1 in homology_dimensions else ():
        add_deciding_match(frame.figure, code, match, frame.place(1))
    style_axes(frame, distance_unit(context.metric))
    legend = {**bottom_legend(entries), "itemsizing": "constant"}
    frame.figure.update_layout(legend=legend, showlegend=True)
    facts = {
        "languages": list(drawn),
        "reference": reference,
        "infinity": frame.infinity,
        "homology_dimensions": homology_dimensions,
        "bands": {f"H{k}": half_width for k, half_width in bands.items()},
    }
    return finished(
        frame.figure,
        context,
        kind="diagram",
        title=TITLE,
        height=600,
        facts=facts,
        head_room=PANEL_ROOM,
        finding=diagrams_finding(drawn, context, reference=reference),
    )


def _name(code: str, reference: str, context: FigureContext) -> str:
    return context.language(code) + (" (reference)" if code == reference else "")


def _add_bands(frame: Frame, bands: Mapping[int, float], title: str) -> None:
    """Adds the strips of the dimensions drawn, and one legend entry for all."""
    for homology_dimension in (k for k in bands if k in frame.homology_dimensions):
        width, place = bands[homology_dimension], frame.place(homology_dimension)
        if homology_dimension == 0:
            add_flat_band(frame.figure, width, frame.top, frame.strip, place, title=title)
        else:
            add_diagonal_band(
                frame.figure, homology_dimension, width, frame.top, place, title=title
            )
    name_one_band(frame.figure)


def _add_matchings(
    frame: Frame,
    drawn: Mapping[str, Diagrams],
    reference: str,
    matching: Mapping[str, Matching],
    homology_dimension: int,
    context: FigureContext,
) -> None:
    """Adds the lines of every drawn language that has a matching to the drawn reference."""
    sides = {
        code: Side(context.language(code), diagram, places_of(diagram, frame.infinity, column))
        for column, (code, group) in enumerate(drawn.items())
        for diagram in group
        if diagram.homology_dimension == homology_dimension
    }
    for code in [code for code in matching if code in sides and reference in sides]:
        add_matching(
            frame.figure,
            matching[code],
            sides[reference],
            sides[code],
            code=code,
            colour=language_style(code).colour,
            shortest=HIDDEN * frame.infinity,
            place=frame.place(homology_dimension),
        )


def _add_languages(
    frame: Frame, drawn: Mapping[str, Diagrams], reference: str, context: FigureContext
) -> None:
    """Adds one trace per language and dimension; the legend names each language once."""
    size = mark_size(drawn)
    for position, (code, group) in enumerate(drawn.items()):
        grey = code == reference and len(drawn) > 1
        present = [diagram for diagram in group if len(diagram)]
        for diagram in present:
            trace = diagram_trace(
                code,
                context.language(code),
                diagram,
                frame.infinity,
                language_marker(code, diagram.homology_dimension, size, grey=grey),
                column=position if diagram.homology_dimension == 0 else None,
            )
            trace.update(name=_name(code, reference, context) if grey else trace.name)
            trace.update(showlegend=diagram is present[-1])
            place: dict[str, Any] = frame.place(diagram.homology_dimension)
            frame.figure.add_trace(with_counts(trace), **place)


def _add_densities(frame: Frame) -> None:
    marks = [trace for trace in traces_of(frame.figure) if trace.customdata is not None]
    for code in frame.codes:
        of_one = [trace for trace in marks if trace.customdata[0][0] == code]
        add_density(frame.figure, of_one, frame.top, frame.place(1))
    name_densities(frame.figure, frame.place(1))

"""The Topology page's persistence diagrams: some languages over English, or all side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from tomclip.data import language as known_language
from tomclip.export.lines import diagram_lines, grid_lines
from tomclip.figures import diagram_figure, diagram_grid_figure
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice, Diagrams
from tomclip.ui.computing.repeated import cloud_read
from tomclip.ui.pages.topology.clouds import (
    ORIGINAL_SPACE,
    cloud_context,
    languages_with_reference,
    ready_diagrams,
    reference_name,
    reference_of,
)
from tomclip.ui.pages.topology.computations import LEVEL, band_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.diagram_tables import bars_table
from tomclip.ui.parts.features import bar_selection, show_feature
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    from tomclip.topology import ConfidenceBand, DecidingMatch, Matching

CROWDED = 600


@dataclass(frozen=True, slots=True)
class Extras:
    """What a person wants drawn besides the bars; `band_of` is a language code or ""."""

    matching: bool
    density: bool
    band_of: str


def show_diagram(choice: CloudChoice, max_dimension: int) -> None:
    """Shows one diagram of a few languages, and the words behind the mark clicked."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        languages = languages_with_reference()
        extras = _extras_picker(languages)
    choice, reference = choice.over(languages), reference_of(choice)
    diagrams = ready_diagrams(choice, languages, max_dimension)
    if not diagrams:
        return
    bands = _bands(choice, extras.band_of, max_dimension) if extras.band_of in diagrams else {}
    matches = _deciding_matches(diagrams, reference)
    context = cloud_context(choice)
    chart = diagram_figure(
        diagrams,
        context=context,
        reference=reference,
        highlight=list(diagrams),
        matches=matches,
        density=extras.density,
        matching=_matchings(diagrams, reference) if extras.matching else None,
        bands={dimension: band.half_width for dimension, band in bands.items()},
    )
    chosen = figure(
        chart,
        key="topology/diagram",
        data=lambda: bars_table(diagrams),
        selection=bar_selection(choice, diagrams),
        reading="Far from the diagonal means long-lived. Click a mark to see its words. "
        + _match_reading(matches)
        + ORIGINAL_SPACE,
        lines=partial(
            diagram_lines,
            cloud_read(choice, context, languages, max_dimension),
            density=extras.density,
            matching=extras.matching,
            band_of=extras.band_of if bands else "",
        ),
    )
    if bands:
        st.info(_band_reading(diagrams[extras.band_of], bands, extras.band_of))
    show_feature(choice, diagrams, chosen)


def show_all_languages(choice: CloudChoice, max_dimension: int) -> None:
    """Shows a small diagram per language, the reference in grey behind each."""
    languages, reference = cached.dataset().languages, reference_of(choice)
    choice = choice.over(languages)
    diagrams = ready_diagrams(choice, languages, max_dimension)
    if diagrams:
        context = cloud_context(choice)
        chart = diagram_grid_figure(diagrams, context=context, reference=reference)
        chosen = figure(
            chart,
            key="topology/all_languages",
            data=lambda: bars_table(diagrams),
            selection=bar_selection(choice, diagrams),
            reading=f"Grey outlines are {known_language(reference).name}. Click a mark to see its "
            f"words. {ORIGINAL_SPACE}",
            lines=partial(grid_lines, cloud_read(choice, context, languages, max_dimension)),
        )
        show_feature(choice, diagrams, chosen)


def _extras_picker(languages: Sequence[str]) -> Extras:
    with st.popover("Draw", icon=":material/layers:"):
        matching = controls.toggle(
            "Which bar goes to which",
            choices.MATCHING,
            help_text=f"The Wasserstein matching of every language with {reference_name()}.",
        )
        density = controls.toggle("Where bars crowd", choices.DENSITY)
        titles = {"": "none", **controls.language_names(languages)}
        band_of = controls.select_picker("Confidence band (95 %)", choices.BAND, titles)
    return Extras(matching, density, band_of)


def _matchings(diagrams: Mapping[str, Diagrams], reference: str) -> dict[str, Matching]:
    from tomclip.topology import optimal_matching

    return {
        code: optimal_matching(diagrams[reference][1], group[1])
        for code, group in diagrams.items()
        if code != reference
    }


def _deciding_matches(diagrams: Mapping[str, Diagrams], reference: str) -> dict[str, DecidingMatch]:
    from tomclip.topology import deciding_match

    found = {
        code: deciding_match(diagrams[reference][1], group[1])
        for code, group in diagrams.items()
        if code != reference
    }
    return {code: match for code, match in found.items() if match is not None}


def _match_reading(matches: Mapping[str, DecidingMatch]) -> str:
    if not matches:
        return ""
    values = ", ".join(
        f"{known_language(code).name} {m.distance:.3f}" for code, m in matches.items()
    )
    return f"A thick line joins the two ends that decide the bottleneck distance of H1: {values}. "


def _bands(choice: CloudChoice, code: str, max_dimension: int) -> dict[int, ConfidenceBand]:
    jobs = {str(d): band_job(choice, code, d) for d in range(min(max_dimension, 1) + 1)}
    return {int(dimension): band for dimension, band in outcomes(jobs).items()}


def _band_reading(diagrams: Diagrams, bands: Mapping[int, ConfidenceBand], code: str) -> str:
    """Returns in words how many bars the bands leave."""
    parts = []
    for dimension, band in bands.items():
        bars = diagrams[dimension]
        endless = len(bars) - len(bars.finite)
        outside = int(band.outside(bars).sum()) - endless
        kind = ("components", "loops", "voids")[dimension]
        parts.append(f"{outside} of {len(bars.finite)} {kind}")
    return (
        f"{known_language(code).name}: {' and '.join(parts)} reach out of the "
        f"{100 * LEVEL:g} % band; the others are not told from the noise of choosing concepts."
    )

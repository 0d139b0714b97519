"""The Topology page: diagrams, barcodes and curves of a language's captions, beside English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.config import LANGUAGES
from tomclip.data import language
from tomclip.figures import (
    FigureContext,
    barcode_stack_figure,
    betti_figure,
    diagram_figure,
    diagram_grid_figure,
    language_matrix_figure,
)
from tomclip.figures.diagram_marks import largest_finite
from tomclip.ui import cached, controls
from tomclip.ui.cached import CloudChoice, Diagrams
from tomclip.ui.features import show_feature
from tomclip.ui.feedback import outcomes, ready
from tomclip.ui.layout import figure, figure_context
from tomclip.ui.sparsification import show_sparsification

if TYPE_CHECKING:
    from tomclip.topology import DecidingMatch

VIEWS: Mapping[str, str] = {
    "diagram": "Diagram",
    "barcode": "Barcode",
    "betti": "Betti curves",
    "languages": "All languages",
    "distances": "Distances",
    "sparsification": "Sparsification",
}
DISTANCE_TITLES: Mapping[str, str] = {
    "wasserstein": "Wasserstein",
    "bottleneck": "Bottleneck",
    "sliced_wasserstein": "Sliced Wasserstein",
}
REFERENCE = "en"
MOST_POINTS, MOST_POINTS_VOIDS = 600, 150
BETTI_GRID = 240
ORIGINAL_SPACE = "Computed in the original space, on a seeded sample of concepts."


def show() -> None:
    """Shows the controls and the chosen view."""
    choice, max_dimension = _cloud()
    view = controls.option_picker("View", "view", VIEWS, label_visibility="collapsed")
    if view == "sparsification":
        language = controls.language_picker()
        if ready([cached.text_vectors_job(choice.encoder, language)]):
            show_sparsification(choice, language, _context(choice))
        return
    shown: Mapping[str, Callable[[CloudChoice, int], None]] = {
        "diagram": _diagram,
        "barcode": _barcode,
        "betti": _betti,
        "languages": _all_languages,
        "distances": _distances,
    }
    shown[view](choice, max_dimension)


def _cloud() -> tuple[CloudChoice, int]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        encoder = controls.encoder_picker()
        subset = controls.subset_picker()
        metric = controls.metric_picker()
        with st.popover("More", icon=":material/tune:"):
            voids = st.toggle(
                "Voids (H2)", key="voids", persist_state="session",
                help=f"Voids take long: at most {MOST_POINTS_VOIDS} concepts.",
            )  # fmt: skip
            limit = MOST_POINTS_VOIDS if voids else MOST_POINTS
            most = min(limit, len(cached.dataset().rows(subset)))
            points = controls.number_slider(
                "Concepts in a diagram", "points", 20, most, min(300, most),
                help_text="A seeded sample, the same concepts in every language.",
            )  # fmt: skip
    return CloudChoice(encoder, subset, metric, points), 2 if voids else 1


def _context(choice: CloudChoice, note: str = "") -> FigureContext:
    return figure_context(
        [choice.encoder], metric=choice.metric, n_points=len(choice.rows), note=note
    )


def _languages_with_reference() -> tuple[str, ...]:
    chosen = controls.languages_picker(("ko", "ja", "zh"), label="Languages beside English", most=6)
    return (REFERENCE, *(code for code in chosen if code != REFERENCE))


def _diagrams(
    choice: CloudChoice, languages: Sequence[str], max_dimension: int
) -> dict[str, Diagrams]:
    """Returns the diagrams that are ready, all of them or none: axes must not jump."""
    if not ready(cached.text_vectors_job(choice.encoder, code) for code in languages):
        return {}
    found = outcomes(cached.diagram_jobs(choice, languages, max_dimension=max_dimension))
    return found if len(found) == len(languages) else {}


def _diagram(choice: CloudChoice, max_dimension: int) -> None:
    diagrams = _diagrams(choice, _languages_with_reference(), max_dimension)
    if diagrams:
        matches = _deciding_matches(diagrams)
        chart = diagram_figure(
            diagrams, context=_context(choice), reference=REFERENCE, highlight=list(diagrams),
            matches=matches,
        )  # fmt: skip
        chosen = figure(
            chart, key="diagram", data=lambda: bars_table(diagrams), select=("points",),
            reading="Far from the diagonal means long-lived. Click a mark to see its words. "
            + _match_reading(matches) + ORIGINAL_SPACE,
        )  # fmt: skip
        show_feature(choice, diagrams, chosen)


def _deciding_matches(diagrams: Mapping[str, Diagrams]) -> dict[str, DecidingMatch]:
    from tomclip.topology import deciding_match

    found = {
        code: deciding_match(diagrams[REFERENCE][1], group[1])
        for code, group in diagrams.items()
        if code != REFERENCE
    }
    return {code: match for code, match in found.items() if match is not None}


def _match_reading(matches: Mapping[str, DecidingMatch]) -> str:
    if not matches:
        return ""
    values = ", ".join(f"{language(code).name} {m.distance:.3f}" for code, m in matches.items())
    return f"A thick line joins the two ends that decide the bottleneck distance of H1: {values}. "


def _barcode(choice: CloudChoice, max_dimension: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        language = controls.language_picker()
        top = controls.number_slider("Longest bars shown", "bars", 5, 100, 25)
    diagrams = _diagrams(choice, [language], max_dimension)
    if diagrams:
        chart = barcode_stack_figure(
            diagrams[language], context=_context(choice), top=top, language=language
        )
        chosen = figure(
            chart, key="barcode", data=lambda: bars_table(diagrams), select=("points",),
            reading="A bar lives from its birth to its death. Click a bar to see its words. "
            + ORIGINAL_SPACE,
        )  # fmt: skip
        show_feature(choice, diagrams, chosen)


def _betti(choice: CloudChoice, max_dimension: int) -> None:
    titles = {str(d): f"H{d}" for d in range(max_dimension + 1)}
    dimension = int(controls.option_picker("Dimension", "dimension", titles))
    languages = _languages_with_reference()
    diagrams = _diagrams(choice, languages, max_dimension)
    if diagrams:
        curves, grid = betti_curves(diagrams, dimension)
        chart = betti_figure(
            curves, grid, dimension=dimension, context=_context(choice), reference=REFERENCE,
            highlight=languages,
        )  # fmt: skip
        figure(
            chart, key="betti", data=lambda: pd.DataFrame({"filtration_value": grid, **curves}),
            reading="How many components, loops or voids are there when all pairs up to a distance "
            "are joined. " + ORIGINAL_SPACE,
        )  # fmt: skip


def _all_languages(choice: CloudChoice, max_dimension: int) -> None:
    diagrams = _diagrams(choice, LANGUAGES, max_dimension)
    if diagrams:
        chart = diagram_grid_figure(diagrams, context=_context(choice), reference=REFERENCE)
        chosen = figure(
            chart, key="languages", data=lambda: bars_table(diagrams), select=("points",),
            reading="Grey outlines are English. Click a mark to see its words. " + ORIGINAL_SPACE,
        )  # fmt: skip
        show_feature(choice, diagrams, chosen)


def _distances(choice: CloudChoice, max_dimension: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        distance = controls.option_picker("Between diagrams", "between", DISTANCE_TITLES)
        titles = {str(d): f"H{d}" for d in range(max_dimension + 1)}
        dimension = int(controls.option_picker("Dimension", "dimension", titles))
    diagrams = _diagrams(choice, LANGUAGES, max_dimension)
    if not diagrams:
        return
    layer = [group[dimension] for group in diagrams.values()]
    fingerprint = cached.fingerprints(choice.encoder)
    key = (choice, fingerprint, max_dimension)
    found = outcomes({"matrix": cached.diagram_matrix_job(layer, distance, key)})
    if found:
        matrix = found["matrix"]
        title = f"{DISTANCE_TITLES[distance]} distance between H{dimension} diagrams"
        chart = language_matrix_figure(
            matrix, LANGUAGES, context=_context(choice), title=title,
            unit=f"{choice.metric} distance",
        )  # fmt: skip
        figure(
            chart, key="distances", data=lambda: matrix_table(matrix),
            reading="The further along the colour bar, the more two languages differ in shape. "
            + ORIGINAL_SPACE,
        )  # fmt: skip


def bars_table(diagrams: Mapping[str, Diagrams]) -> pd.DataFrame:
    """Returns one row per bar: language, dimension, birth, death (inf for one that never dies)."""
    return pd.DataFrame(
        [
            (code, diagram.dimension, birth, death)
            for code, group in diagrams.items()
            for diagram in group
            for birth, death in diagram.pairs.tolist()
        ],
        columns=["language", "dimension", "birth", "death"],
    )


def matrix_table(matrix: np.ndarray) -> pd.DataFrame:
    """Returns the language by language matrix with the codes as first column and as header."""
    table = pd.DataFrame(matrix, columns=list(LANGUAGES))
    table.insert(0, "language", list(LANGUAGES))
    return table


def betti_curves(
    diagrams: Mapping[str, Diagrams], dimension: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Returns the Betti curve (g,) of every language and the grid (g,) of filtration values."""
    from tomclip.topology import betti_curve

    layers = {code: group[dimension] for code, group in diagrams.items()}
    top = largest_finite({code: [layer] for code, layer in layers.items()})
    grid = np.linspace(0.0, 1.05 * top, BETTI_GRID)
    return {code: betti_curve(layer, grid) for code, layer in layers.items()}, grid

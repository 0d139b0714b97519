"""How far the diagrams of all languages, or of all encoders, are from each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from tomclip.core.types import PersistenceDiagram
from tomclip.data import language as known_language
from tomclip.encoders import encoder_fingerprint
from tomclip.export.lines import distances_lines
from tomclip.figures import FigureContext, distance_matrix_figure
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.computing.repeated import cloud_read
from tomclip.ui.pages.topology.clouds import (
    ORIGINAL_SPACE,
    cloud_context,
    dimension_picker,
    ready_diagrams,
)
from tomclip.ui.parts import controls
from tomclip.ui.parts.diagram_tables import matrix_table
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure
from tomclip.ui.view_state import choices


def show_distances(choice: CloudChoice, max_dimension: int) -> None:
    """Shows the distances of all pairs as a square."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        between = controls.option_picker("Between", choices.PAIRS)
        distance = controls.option_picker("Distance of diagrams", choices.DIAGRAM_DISTANCE)
        dimension = dimension_picker(max_dimension)
        language = controls.language_picker() if between == "encoders" else ""
    if between == "languages":
        names = controls.language_names(cached.dataset().languages)
        choice = choice.over(names)
        found = ready_diagrams(choice, list(names), max_dimension)
        diagrams = {code: group[dimension] for code, group in found.items()}
        context, codes, compared = cloud_context(choice), tuple(names), {}
    else:
        names = controls.encoder_titles()
        choice = choice.over([language])
        diagrams = _of_encoders(choice, list(names), language, max_dimension, dimension)
        of_language = cloud_context(choice, known_language(language).name)
        context = replace(of_language, encoders={}, languages=names)
        codes, compared = (language,), names
    if len(diagrams) == len(names):
        encoders = [choice.encoder] if between == "languages" else list(names)
        key = (choice, language, max_dimension, *map(encoder_fingerprint, encoders))
        # landmarks are of each encoder's own: the lines take one sample for all
        again = (
            None
            if compared and choice.sampling == "landmarks"
            else partial(
                distances_lines,
                cloud_read(choice, context, codes, max_dimension),
                distance=distance,
                dimension=dimension,
                title=_title(distance, dimension),
                encoders=compared,
            )
        )
        _square(diagrams, distance, context, names, key, again)


def _of_encoders(
    choice: CloudChoice, encoders: Sequence[str], language: str, max_dimension: int, dimension: int
) -> dict[str, PersistenceDiagram]:
    """Returns the diagrams of one language's captions under every encoder, or none."""
    found: dict[str, PersistenceDiagram] = {}
    for name in encoders:
        of_one = ready_diagrams(replace(choice, encoder=name), [language], max_dimension)
        if not of_one:
            return {}
        found[name] = of_one[language][dimension]
    return found


def _square(
    diagrams: Mapping[str, PersistenceDiagram],
    distance: str,
    context: FigureContext,
    names: Mapping[str, str],
    key: Hashable,
    lines: Callable[[], str] | None,
) -> None:
    layer = list(diagrams.values())
    found = outcomes({"matrix": cached.diagram_matrix_job(layer, distance, key)})
    if not found:
        return
    matrix = found["matrix"]
    chart = distance_matrix_figure(
        matrix,
        list(diagrams),
        context=context,
        unit=f"{context.metric} distance",
        title=_title(distance, layer[0].homology_dimension),
    )
    figure(
        chart,
        key="topology/distances",
        data=lambda: matrix_table(matrix, list(names), rows="name"),
        reading="The further along the colour bar, the more two of them differ in shape. "
        + ORIGINAL_SPACE,
        lines=lines,
    )


def _title(distance: str, dimension: int) -> str:
    return f"{choices.DIAGRAM_DISTANCE.titles[distance]} distance between H{dimension} diagrams"

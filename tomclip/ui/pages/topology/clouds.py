"""What the views of the Topology page share: the cloud, its languages and their diagrams."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.export.lines import Cloud
from tomclip.figures import FigureContext
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice, Diagrams
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure_context
from tomclip.ui.view_state import choices

REFERENCE = "en"
MOST_POINTS, MOST_POINTS_VOIDS = 600, 150
ORIGINAL_SPACE = "Computed in the original space."


def cloud_picker() -> tuple[CloudChoice, int]:
    """Returns the chosen cloud and the highest homology dimension to look at."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        encoder = controls.encoder_picker()
        subset = controls.subset_picker()
        metric = controls.metric_picker()
        with st.popover("Sample", icon=":material/tune:"):
            voids = controls.toggle(
                "Voids (H2)",
                choices.VOIDS,
                help_text=f"Voids take long: at most {MOST_POINTS_VOIDS} concepts.",
            )
            limit = MOST_POINTS_VOIDS if voids else MOST_POINTS
            most = min(limit, len(cached.dataset().rows(subset)))
            points = controls.number_slider(
                "Concepts in a diagram",
                choices.POINTS,
                20,
                most,
                help_text="The same concepts in every language.",
            )
            sampling = controls.option_picker("Chosen as", choices.SAMPLING)
            st.caption(
                "Landmarks spread out: each next concept is the one farthest, in English, from "
                "those chosen before it."
            )
    choice = CloudChoice(encoder, subset, metric, points, sampling)  # type: ignore[arg-type]
    return choice, 2 if voids else 1


def dimension_picker(max_dimension: int, label: str = "Dimension") -> int:
    """Returns the chosen homology dimension, at most `max_dimension`."""
    titles = dict(list(choices.HOMOLOGY.items())[: max_dimension + 1])
    return int(controls.option_picker(label, choices.DIMENSION, titles))


def cloud_context(choice: CloudChoice, note: str = "") -> FigureContext:
    """Returns what a figure of this cloud says of itself, its sample included."""
    chosen, concepts = len(choice.rows), len(cached.dataset().rows(choice.subset))
    points = "concepts" if chosen == concepts else f"of {concepts:,} concepts"
    radius = choice.covering_radius
    sample = f"landmarks, all within {radius:.2g} of one" if radius else ""
    return figure_context(
        [choice.encoder],
        metric=choice.metric,
        n_points=chosen,
        points=points,
        note=" · ".join(filter(None, (sample, note))),
    )


def cloud_lines(choice: CloudChoice, languages: Sequence[str], max_dimension: int) -> Cloud:
    """Returns what the Python lines of a figure say of its cloud."""
    return Cloud(
        choice.encoder,
        cached.encoder_title(choice.encoder),
        tuple(languages),
        subset=choice.subset,
        metric=choice.metric,
        max_points=choice.max_points,
        landmarks=choice.sampling == "landmarks",
        max_dimension=max_dimension,
    )


def languages_with_reference() -> tuple[str, ...]:
    """Returns English and the languages chosen beside it."""
    chosen = controls.languages_picker(label="Languages beside English", most=6, without=REFERENCE)
    return (REFERENCE, *chosen)


def vectors_ready(choice: CloudChoice, languages: Sequence[str]) -> bool:
    """Returns whether the captions of the languages, and of English, are embedded."""
    codes = dict.fromkeys((REFERENCE, *languages))
    return ready(cached.text_vectors_job(choice.encoder, code) for code in codes)


def ready_diagrams(
    choice: CloudChoice, languages: Sequence[str], max_dimension: int
) -> dict[str, Diagrams]:
    """Returns the diagrams once they are ready, all of them or none: axes must not jump."""
    if not vectors_ready(choice, languages):
        return {}
    found = outcomes(cached.diagram_jobs(choice, languages, max_dimension=max_dimension))
    return found if len(found) == len(languages) else {}

"""What the views of the Topology page share: the cloud, its languages and their diagrams."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.figures import FigureContext
from tomclip.ui.parts import cached, controls
from tomclip.ui.parts.cached import CloudChoice, Diagrams
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure_context

REFERENCE = "en"
MOST_POINTS, MOST_POINTS_VOIDS = 600, 150
SAMPLINGS = {"random": "Random sample", "landmarks": "Max-min landmarks"}
ORIGINAL_SPACE = "Computed in the original space."


def cloud_picker() -> tuple[CloudChoice, int]:
    """Returns the chosen cloud and the highest homology dimension to look at."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        encoder = controls.encoder_picker()
        subset = controls.subset_picker()
        metric = controls.metric_picker()
        with st.popover("Sample", icon=":material/tune:"):
            voids = st.toggle(
                "Voids (H2)",
                key="voids",
                persist_state="session",
                help=f"Voids take long: at most {MOST_POINTS_VOIDS} concepts.",
            )
            limit = MOST_POINTS_VOIDS if voids else MOST_POINTS
            most = min(limit, len(cached.dataset().rows(subset)))
            points = controls.number_slider(
                "Concepts in a diagram",
                "points",
                20,
                most,
                min(300, most),
                help_text="The same concepts in every language.",
            )
            sampling = controls.option_picker("Chosen as", "sampling", SAMPLINGS)
            st.caption(
                "Landmarks spread out: each next concept is the one farthest, in English, from "
                "those chosen before it."
            )
    choice = CloudChoice(encoder, subset, metric, points, sampling)  # type: ignore[arg-type]
    return choice, 2 if voids else 1


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


def languages_with_reference() -> tuple[str, ...]:
    """Returns English and the languages chosen beside it."""
    chosen = controls.languages_picker(("ko", "ja", "zh"), label="Languages beside English", most=6)
    return (REFERENCE, *(code for code in chosen if code != REFERENCE))


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

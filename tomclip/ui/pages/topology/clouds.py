"""What the views of the Topology page share: the cloud, its languages and their diagrams."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.data import language as known_language
from tomclip.figures import FigureContext
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice, Diagrams
from tomclip.ui.parts import controls
from tomclip.ui.parts.data_choice import data_picker
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure_context
from tomclip.ui.view_state import choices

MOST_POINTS, MOST_POINTS_VOIDS = 600, 150
ORIGINAL_SPACE = "Computed in the original space."


def cloud_picker() -> tuple[CloudChoice, int]:
    """Returns the chosen cloud and the highest homology dimension to look at."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        data_picker()
        encoder = controls.encoder_picker()
        subset = controls.subset_picker()
        metric = controls.metric_picker()
        with st.popover("Sample", icon=":material/tune:"):
            voids = controls.toggle(
                "Voids (H2)",
                choices.VOIDS,
                help_text=f"Voids take long: at most {MOST_POINTS_VOIDS} {cached.dataset().noun}.",
            )
            limit = MOST_POINTS_VOIDS if voids else MOST_POINTS
            most = min(limit, len(cached.dataset().rows(subset)))
            points = controls.number_slider(
                f"{cached.dataset().item_word} in a diagram",
                choices.POINTS,
                20,
                most,
                help_text="The same ones in every language.",
            )
            sampling = controls.option_picker("Chosen as", choices.SAMPLING)
            st.caption(
                f"Landmarks spread out: each next one is the farthest, in {reference_name()}, from "
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
    chosen, every = len(choice.rows), len(choice.candidates)
    noun = cached.dataset(choice.data).noun
    points = noun if chosen == every else f"of {every:,} {noun}"
    radius = choice.covering_radius
    sample = f"landmarks, all within {radius:.2g} of one" if radius else ""
    return figure_context(
        [choice.encoder],
        metric=choice.metric,
        n_points=chosen,
        points=points,
        note=" · ".join(filter(None, (sample, note))),
    )


def reference_of(choice: CloudChoice) -> str:
    """Returns the code that languages are compared with: English, where the data set has it."""
    return cached.dataset(choice.data).reference


def reference_name() -> str:
    """Returns the name of the language that the page's data set is compared with."""
    return known_language(cached.dataset().reference).name


def languages_with_reference() -> tuple[str, ...]:
    """Returns the reference, which is English where there is English, and those beside it."""
    reference = cached.dataset().reference
    label = f"Languages beside {reference_name()}"
    return (reference, *controls.languages_picker(label=label, most=6, without=reference))


def vectors_ready(choice: CloudChoice, languages: Sequence[str]) -> bool:
    """Returns whether the captions of the languages, and of the reference, are embedded."""
    codes = dict.fromkeys((reference_of(choice), *languages))
    return ready(cached.text_vectors_job(choice.encoder, code, choice.data) for code in codes)


def ready_diagrams(
    choice: CloudChoice, languages: Sequence[str], max_dimension: int
) -> dict[str, Diagrams]:
    """Returns the diagrams once they are ready, all of them or none: axes must not jump."""
    if not vectors_ready(choice, languages):
        return {}
    found = outcomes(cached.diagram_jobs(choice, languages, max_dimension=max_dimension))
    return found if len(found) == len(languages) else {}

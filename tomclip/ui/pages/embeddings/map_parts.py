"""What the views of the Embeddings page share: maps waited for, their note, and their table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.figures import FigureContext
from tomclip.geometry.superposition import superpose_all
from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import PICTURES, MapChoice, map_jobs, principal_components
from tomclip.ui.parts.feedback import outcomes, soon
from tomclip.ui.parts.layout import figure_context

if TYPE_CHECKING:
    import plotly.graph_objects as go


def maps_when_ready(
    encoders: Sequence[str], choice: MapChoice, drawn: Callable[..., go.Figure]
) -> dict[str, np.ndarray]:
    """Returns every encoder's map once all are there.

    Till then, below the progress, the figure is seen with the principal components in their place.
    It stays, and nothing is returned, when a map failed or was stopped.

    Args:
        encoders: names.
        choice: what is laid out, and how.
        drawn: makes the figure from maps, the method's title and a note.
    """
    jobs = map_jobs(encoders, choice)
    progress, meanwhile = st.container(), st.empty()
    if not soon(jobs.values()) or any(job.failure for job in jobs.values()):
        maps = {name: principal_components(name, choice) for name in encoders}
        stand_in = drawn(maps, "PCA", f"{choice.layout.title} not ready")
        meanwhile.plotly_chart(stand_in, theme=None)
    with progress:
        maps = outcomes(jobs)
    if len(maps) < len(jobs):
        return {}
    meanwhile.empty()
    return maps


def map_note(choice: MapChoice) -> str:
    """Returns what the subtitle says of the projection: the first of its parameters."""
    return choice.layout.facts[0] if choice.layout.facts else ""


def counted_points(choice: MapChoice) -> str:
    """Returns what a point of the map is, in the plural; of a sample also of how many."""
    kind = "captions and pictures"
    if PICTURES not in choice.languages:
        kind = "captions"
    elif choice.languages == (PICTURES,):
        kind = "pictures"
    data = cached.dataset(choice.data)
    there = len(data.rows(choice.subset))
    if choice.chosen or len(choice.rows) == there:
        return f"{kind}{data.of_title}"
    return f"of {there * len(choice.languages):,} {kind}{data.of_title}"


def map_head(encoders: Iterable[str], choice: MapChoice, n_points: int, note: str) -> FigureContext:
    """Returns what a map says of itself.

    Args:
        encoders: names.
        choice: what is laid out.
        n_points: how many points are drawn.
        note: of the projection; see `map_note`.
    """
    return figure_context(
        encoders,
        metric=choice.layout.metric,
        n_points=n_points,
        points=counted_points(choice),
        note=note,
    )


def place_table(maps: Mapping[str, np.ndarray], points: pd.DataFrame) -> pd.DataFrame:
    """Returns the points with their places as they are drawn: every map laid onto the first."""
    places = {
        f"{name}_{axis}": laid.places[:, number]
        for name, laid in superpose_all(maps).items()
        for number, axis in enumerate("xy")
    }
    return points.assign(**places)

"""The Embeddings page: a map of captions and pictures, and what a person selects on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.figures import aligned_maps_figure, map_figure, point_out_concepts
from tomclip.geometry.projection import Method
from tomclip.geometry.superposition import superpose_all
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job
from tomclip.ui.computing.maps import (
    DISPARITY_READING,
    PICTURES,
    MapChoice,
    map_jobs,
    map_points,
    map_vector_jobs,
    principal_components,
)
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_picker, concept_table
from tomclip.ui.parts.feedback import outcomes, ready, soon
from tomclip.ui.parts.layout import figure, figure_context, theme
from tomclip.ui.parts.selection import ItemPoints
from tomclip.ui.parts.text_encoders import show_unread, with_pictures
from tomclip.ui.selecting import state
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    import plotly.graph_objects as go

NO_LANGUAGE = "Choose at least one language, or the pictures."
READING = (
    "Near points are captions that the encoder holds to be alike. A map is a picture: diagrams and "
    "scores are computed in the original space."
)


def show() -> None:
    """Shows the controls, the map and the table of what is selected."""
    encoders = _encoders()
    choice, colour_by = _choice()
    found = concept_picker(cached.sampled_rows(choice.subset, choice.concepts))
    if PICTURES in choice.languages and not (encoders := with_pictures(encoders)):
        return
    if not choice.languages:
        st.info(NO_LANGUAGE)
        return
    show_unread(encoders, [code for code in choice.languages if code != PICTURES])
    show_map(encoders, choice, colour_by=colour_by, found=found, key="embeddings/map")


def _encoders() -> tuple[str, ...]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = controls.encoder_picker()
        second = controls.second_encoder_picker(first)
    return (first, second) if second else (first,)


def _choice() -> tuple[MapChoice, str]:
    data = cached.dataset()
    languages = controls.languages_picker(most=6)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = controls.option_picker("Map", choices.MAP_METHOD)
        colour_by = controls.option_picker("Colour", choices.COLOUR)
        subset = controls.subset_picker()
        with st.popover("More", icon=":material/tune:"):
            rendering = controls.rendering_picker(data)
            pictures = controls.pictures_toggle()
            metric = controls.metric_picker()
            most = len(data.rows(subset))
            concepts = controls.number_slider("Concepts", choices.CONCEPTS, 50, most)
            neighbours = controls.number_slider("UMAP neighbours", choices.NEIGHBOURS, 2, 100)
    return MapChoice(
        languages=languages + ((PICTURES,) if pictures else ()),
        rendering=rendering,
        subset=subset,
        concepts=concepts,
        method=method,
        metric=metric,
        neighbours=neighbours if method == "umap" else 15,
    ), colour_by


def show_map(
    encoders: Sequence[str],
    choice: MapChoice,
    *,
    colour_by: str,
    found: Sequence[str],
    key: str,
) -> None:
    """Shows one map, or several aligned to the first, and a table of the selected points.

    While UMAP works the principal components stand in for it.

    Args:
        encoders: names; the first one's map is the start of the others, which are laid onto it.
        choice: which points, and how they are laid out.
        colour_by: "language" or "category".
        found: ids of concepts on the map to point out.
        key: of the figure.
    """
    if not ready(map_vector_jobs(encoders, choice)):
        return
    points = map_points(choice)

    def stand_in() -> go.Figure:
        maps = {name: principal_components(name, choice) for name in encoders}
        return _chart(maps, points, choice, "PCA", "UMAP not ready", colour_by, found)

    maps = _maps_when_ready(map_jobs(encoders, choice), stand_in)
    if not maps:
        return
    method = choices.MAP_METHOD.titles[choice.method]
    note = f"{choice.neighbours} neighbours" if choice.method == "umap" else ""
    chart = _chart(maps, points, choice, method, note, colour_by, found)
    selected = figure(
        chart,
        key=key,
        data=lambda: _table(maps, points),
        reading=READING if len(maps) == 1 else f"{READING} {DISPARITY_READING}",
        selection=ItemPoints(points["language"].tolist(), theme()),
    )
    _selected(points[points["id"].isin([one for (one,) in selected])], choice)


def _maps_when_ready(
    jobs: Mapping[str, Job[np.ndarray]], stand_in: Callable[[], go.Figure]
) -> dict[str, np.ndarray]:
    """Returns all maps once they are there; till then the stand-in is seen below the progress.

    It stays, and nothing is returned, when a map failed or was stopped.
    """
    progress, meanwhile = st.container(), st.empty()
    if not soon(jobs.values()) or any(job.failure for job in jobs.values()):
        meanwhile.plotly_chart(stand_in(), theme=None)
    with progress:
        maps = outcomes(jobs)
    if len(maps) < len(jobs):
        return {}
    meanwhile.empty()
    return maps


def _chart(
    maps: Mapping[str, np.ndarray],
    points: pd.DataFrame,
    choice: MapChoice,
    method: str,
    note: str,
    colour_by: str,
    found: Sequence[str],
) -> go.Figure:
    options: dict[str, Any] = {
        "labels": points["words"].tolist(),
        "languages": points["language"].tolist(),
        "categories": points["category"].tolist(),
        "ids": points["id"].tolist(),
        "colour_by": colour_by,
        "highlight": list(dict.fromkeys(points[colour_by])),
        "method": method,
        "context": figure_context(
            maps, metric=choice.metric, n_points=len(points), points=_counted(choice), note=note
        ),
    }
    single = next(iter(maps.values())) if len(maps) == 1 else None
    chart = (
        aligned_maps_figure(maps, **options) if single is None else map_figure(single, **options)
    )
    if found:
        titles = dict(zip(points["id"], points["english"], strict=True))
        point_out_concepts(chart, {one: titles[one] for one in found}, theme=theme())
    return chart


def _counted(choice: MapChoice) -> str:
    if PICTURES not in choice.languages:
        return "captions"
    return "pictures" if choice.languages == (PICTURES,) else "captions and pictures"


def _table(maps: Mapping[str, np.ndarray], points: pd.DataFrame) -> pd.DataFrame:
    """Returns the points with their places as they are drawn: every map laid onto the first."""
    places = {
        f"{name}_{axis}": laid.places[:, number]
        for name, laid in superpose_all(maps).items()
        for number, axis in enumerate("xy")
    }
    return points.assign(**places)


def _selected(points: pd.DataFrame, choice: MapChoice) -> None:
    if points.empty and len(state.current()):
        st.caption("None of the selected concepts is on this map.")
    elif points.empty:
        st.caption("Select points with a click, a box or a lasso to see their words and pictures.")
    else:
        concept_table(points, rendering=choice.rendering, selected=len(state.current()))


assert set(choices.MAP_METHOD.titles) == set(get_args(Method))

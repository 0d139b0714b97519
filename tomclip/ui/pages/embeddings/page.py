"""The Embeddings page: a map of captions and pictures, and what a person selects on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.figures import aligned_maps_figure, map_figure
from tomclip.geometry.projection import Method
from tomclip.geometry.superposition import superpose_all
from tomclip.ui.parts import cached, controls
from tomclip.ui.parts.concepts import concept_picker, concept_table, concept_titles
from tomclip.ui.parts.feedback import outcomes, ready, soon
from tomclip.ui.parts.jobs import Job
from tomclip.ui.parts.layout import Points, figure, figure_context
from tomclip.ui.parts.maps import (
    DISPARITY_READING,
    PICTURES,
    MapChoice,
    map_jobs,
    map_points,
    map_vector_jobs,
    principal_components,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

METHOD_TITLES: Mapping[str, str] = {"umap": "UMAP", "pca": "PCA"}
COLOUR_TITLES: Mapping[str, str] = {"language": "Language", "category": "Category"}
DEFAULT_LANGUAGES = ("en", "ko", "ja")
NO_LANGUAGE = "Choose at least one language, or the pictures."
READING = (
    "Near points are captions that the encoder holds to be alike. A map is a picture: diagrams and "
    "scores are computed in the original space."
)


def show() -> None:
    """Shows the controls, the map and the table of what is selected."""
    encoders = _encoders()
    choice, colour_by = _choice()
    found = concept_picker()
    if not choice.languages:
        st.info(NO_LANGUAGE)
        return
    show_map(encoders, choice, colour_by=colour_by, found=found, key="map")


def _encoders() -> tuple[str, ...]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = controls.encoder_picker()
        second = controls.second_encoder_picker(first)
    return (first, second) if second else (first,)


def _choice() -> tuple[MapChoice, str]:
    data = cached.dataset()
    languages = controls.languages_picker(DEFAULT_LANGUAGES, most=6)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = controls.option_picker("Map", "method", METHOD_TITLES)
        colour_by = controls.option_picker("Colour", "colour", COLOUR_TITLES)
        subset = controls.subset_picker()
        with st.popover("More", icon=":material/tune:"):
            rendering = controls.rendering_picker(data)
            pictures = controls.pictures_toggle()
            metric = controls.metric_picker()
            most = len(data.rows(subset))
            concepts = controls.number_slider("Concepts", "concepts", 50, most, min(500, most))
            neighbours = controls.number_slider("UMAP neighbours", "neighbours", 2, 100, 15)
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
        colour_by: "language" or "category"; found concepts take the colour instead.
        found: ids of concepts to point out.
        key: of the figure.
    """
    if not ready(map_vector_jobs(encoders, choice)):
        return
    points = map_points(choice)
    found = _shown_only(found, points)

    def stand_in() -> go.Figure:
        maps = {name: principal_components(name, choice) for name in encoders}
        return _chart(maps, points, choice, "PCA", "UMAP not ready", colour_by, found)

    maps = _maps_when_ready(map_jobs(encoders, choice), stand_in)
    if not maps:
        return
    method = METHOD_TITLES[choice.method]
    note = f"{choice.neighbours} neighbours" if choice.method == "umap" else ""
    chart = _chart(maps, points, choice, method, note, colour_by, found)
    picked = _picked(key, choice)
    _mark(chart, picked)
    figure(
        chart,
        key=key,
        data=lambda: _table(maps, points),
        reading=READING if len(maps) == 1 else f"{READING} {DISPARITY_READING}",
        select=("points", "box", "lasso"),
        on_select=lambda marks: _pick(key, choice, marks),
    )
    _selected(points.iloc[picked], key, choice)


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


def _shown_only(found: Sequence[str], points: pd.DataFrame) -> list[str]:
    """Returns the found concepts that are on the map, and says which are not."""
    shown = set(points["id"])
    absent = [concept_titles()[identity] for identity in found if identity not in shown]
    if absent:
        st.caption(
            f"Not among the concepts shown: {', '.join(absent)}. Choose other concepts, or show "
            "more of them."
        )
    return [identity for identity in found if identity in shown]


def _pick(key: str, choice: MapChoice, marks: Points) -> None:
    rows = list(dict.fromkeys(int(mark["customdata"][1]) for mark in marks))
    st.session_state[f"picked_{key}"] = (choice, rows)


def _picked(key: str, choice: MapChoice) -> list[int]:
    """Returns the selected rows of these very points; other points have none selected."""
    of_choice, rows = st.session_state.get(f"picked_{key}", (choice, []))
    return rows if of_choice == choice else []


def _mark(chart: go.Figure, rows: Sequence[int]) -> None:
    """Shows rows as selected in every map of the figure, so that a selection is seen in all."""
    wanted = set(rows)

    def mark(trace: Any) -> None:
        if trace.customdata is not None:
            here = [row for _, row in trace.customdata]
            trace.selectedpoints = [place for place, row in enumerate(here) if row in wanted]

    if wanted:
        chart.for_each_trace(mark)


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
        "colour_by": "concept" if found else colour_by,
        "highlight": list(found) or list(dict.fromkeys(points[colour_by])),
        "method": method,
        "context": figure_context(
            maps, metric=choice.metric, n_points=len(points), points=_counted(choice), note=note
        ),
    }
    if len(maps) == 1:
        return map_figure(next(iter(maps.values())), **options)
    return aligned_maps_figure(maps, **options)


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


def _selected(points: pd.DataFrame, key: str, choice: MapChoice) -> None:
    if points.empty:
        st.caption("Select points with a click, a box or a lasso to see their words and pictures.")
        return
    st.button(
        "Clear selection",
        icon=":material/deselect:",
        key=f"clear_{key}",
        type="tertiary",
        on_click=_pick,
        args=(key, choice, []),
    )
    concept_table(points, rendering=choice.rendering)


assert set(METHOD_TITLES) == set(get_args(Method))

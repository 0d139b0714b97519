"""The figure of the paper: class labels in some languages under every encoder, groups boxed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.scores import capitalised
from tomclip.data.group_samples import group_sizes, sampled_members
from tomclip.export.lines import class_map_lines
from tomclip.figures import FigureContext, class_map_figure
from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import (
    DISPARITY_READING,
    MapChoice,
    map_points,
    map_vector_jobs,
)
from tomclip.ui.computing.repeated import maps_read
from tomclip.ui.pages.embeddings.lines import show_lines
from tomclip.ui.pages.embeddings.map_parts import (
    map_head,
    map_note,
    maps_when_ready,
    place_table,
)
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_table, concept_titles
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.feedback import ready
from tomclip.ui.parts.layout import figure
from tomclip.ui.parts.selection import ItemPoints
from tomclip.ui.selecting import state
from tomclip.ui.theme import theme
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_GROUPS = 8
MOST_LABELLED = 60
FEWEST_CONCEPTS = 3
OTHERS = "other"
TOO_FEW = f"Choose groups or concepts with at least {FEWEST_CONCEPTS} concepts in all."
READING = (
    "Each dot is a class's name in one language, its word beside it. A box holds all names of a "
    "group in all languages, the same group in every panel: the smaller the box, the nearer the "
    "encoder keeps the group together across languages. Only these names are laid out."
)


def show_paper_figure(encoders: Sequence[str], choice: MapChoice, rows: ControlRows) -> None:
    """Shows the class labels of the chosen groups on the map of every encoder."""
    groups = _chosen_groups(choice, rows)
    chosen = tuple(one for ids in groups.values() for one in ids)
    if len(chosen) < FEWEST_CONCEPTS:
        st.info(TOO_FEW)
        return
    choice = replace(choice, chosen=chosen)
    if not ready(map_vector_jobs(encoders, choice)):
        return
    points = map_points(choice)
    titled = {capitalised(name.replace("-", " ")): ids for name, ids in groups.items()}

    def drawn(maps: Mapping[str, np.ndarray], method: str, note: str) -> go.Figure:
        return _chart(maps, points, titled, method, head(note))

    def head(note: str) -> FigureContext:
        return map_head(encoders, choice, len(points), note)

    maps = maps_when_ready(encoders, choice, drawn)
    if not maps:
        return
    lines = partial(class_map_lines, maps_read(encoders, choice, head(map_note(choice))), titled)
    selected = figure(
        drawn(maps, choice.layout.title, map_note(choice)),
        key="embeddings/paper_figure",
        data=lambda: place_table(maps, points),
        reading=READING if len(maps) == 1 else f"{READING} {DISPARITY_READING}",
        selection=ItemPoints(points["language"].tolist(), theme()),
        lines=lines,
    )
    if selected:
        chosen = points[points["id"].isin([one for (one,) in selected])]
        concept_table(chosen, rendering=choice.rendering, selected=len(state.current()))
    show_lines(choice, lines)


def _chart(
    maps: Mapping[str, np.ndarray],
    points: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    method: str,
    head: FigureContext,
) -> go.Figure:
    return class_map_figure(
        maps,
        groups=groups,
        labels=points["words"].tolist(),
        languages=points["language"].tolist(),
        ids=points["id"].tolist(),
        method=method,
        context=head,
    )


def _chosen_groups(choice: MapChoice, rows: ControlRows) -> dict[str, tuple[str, ...]]:
    """Returns the ids to label by the name of their group: named concepts, else sampled ones."""
    data = cached.dataset()
    ids = data.concepts["id"].tolist()
    group_of = dict(zip(ids, groups_of_concepts(data.concepts), strict=True))
    subset_rows = data.rows(choice.subset)
    among = {ids[row] for row in subset_rows.tolist()}
    sizes = group_sizes(group_of, among)
    titles = {
        name: f"{capitalised(name.replace('-', ' '))} ({count})" for name, count in sizes.items()
    }
    with rows.second:
        groups = controls.several_picker("Groups", choices.GROUPS, titles, most=MOST_GROUPS)
    with rows.more:
        most = controls.number_slider("Concepts of a group", choices.PER_GROUP, 2, 12)
        named = controls.several_picker(
            "Or these concepts",
            choices.LABELLED,
            concept_titles(subset_rows),
            most=MOST_LABELLED,
            placeholder="Type English names to choose the concepts yourself",
            help_text="They stand in the boxes of their own groups; none chosen: a seeded sample.",
        )
    if not named:
        seed = getattr(choice.layout, "seed", 0)
        return sampled_members(group_of, groups, most=most, seed=seed, among=among)
    own: dict[str, tuple[str, ...]] = {}
    for one in named:
        group = group_of[one] or OTHERS
        own[group] = (*own.get(group, ()), one)
    return own


def groups_of_concepts(concepts: pd.DataFrame) -> list[str]:
    """Returns the group of every concept: its subcategory where there are some, else category."""
    for column in ("subcategory", "category"):
        if column in concepts and concepts[column].fillna("").astype(str).any():
            return concepts[column].fillna("").astype(str).tolist()
    return [OTHERS] * len(concepts)

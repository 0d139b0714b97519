"""From bars to items and back: the items of a feature, and the features of selected items."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from tomclip.core.types import PersistenceDiagram
from tomclip.data import language as known_language
from tomclip.encoders import encoder_fingerprint
from tomclip.figures import ring_features
from tomclip.figures.style.palette import ThemeName
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice, Diagrams
from tomclip.ui.computing.jobs import Job, Report
from tomclip.ui.parts.feedback import outcomes_so_far
from tomclip.ui.selecting import state
from tomclip.ui.selecting.data import ids_of, rows_of
from tomclip.ui.selecting.item_sets import ItemSelection

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from tomclip.topology import Merge
    from tomclip.topology.loops.classes import Loop, LoopClasses

TOO_MANY = (
    "More than half of the words here are selected: nearly every mark would be theirs, so none is "
    "ringed."
)
SAME_PAIR_DIGITS = 9
"""Digits to which bars of one birth and death are one mark of a diagram."""


def merge_of(choice: CloudChoice, language: str, bar: int) -> Merge:
    """Returns the merge that ends an H0 bar of a language's cloud."""
    return _merge(choice, encoder_fingerprint(choice.encoder), language, bar)


def loop_of(choice: CloudChoice, language: str, bar: int) -> Loop:
    """Returns the loop of an H1 bar of a language's cloud."""
    return _loop(choice, encoder_fingerprint(choice.encoder), language, bar)


def feature_items(
    choice: CloudChoice, language: str, homology_dimension: int, bar: int, *, endless: bool = False
) -> ItemSelection:
    """Returns the items of a bar.

    Those of H0 are the two groups that merge, each beginning with where they meet; those of H1 the
    words of its loop in order. A void has none, and a component that never dies (`endless`) is the
    whole cloud.
    """
    if endless:
        return ItemSelection(ids_of(choice.rows))
    if homology_dimension == 0:
        return _merge_items(choice, language, bar)
    if homology_dimension == 1:
        return loop_items(choice, language, loop_of(choice, language, bar).points)
    return ItemSelection()


def loop_items(choice: CloudChoice, language: str, points: Sequence[int]) -> ItemSelection:
    """Returns the items of a loop of points of a language's cloud, in order."""
    return ItemSelection(ids_of(choice.rows[list(points)]), "loop", language)


def _merge_items(choice: CloudChoice, language: str, bar: int) -> ItemSelection:
    merge = merge_of(choice, language, bar)
    groups = [
        [meeting, *(point for point in component if point != meeting)]
        for meeting, component in zip(merge.points, merge.components, strict=True)
    ]
    ids = ids_of(choice.rows[[*groups[0], *groups[1]]])
    return ItemSelection(ids, "merge", language, len(groups[0]))


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of a figure: the cloud they are of, its language, and its diagrams by dimension."""

    choice: CloudChoice
    language: str
    diagrams: Diagrams


def ring_selected(chart: go.Figure, series: Mapping[str, Series], theme: ThemeName) -> None:
    """Rings the marks of a figure whose features the selected items make.

    A component is theirs when it ends at one of them, a loop when one of them is in it. Loops are
    found beside the page, which is drawn anew when they are. Where more than half of a cloud is
    selected nearly every mark would be theirs: none is ringed, which is said.

    Args:
        chart: a figure of bars; it is changed.
        series: by the name that the figure's marks begin with.
        theme: of the figure.
    """
    rows = rows_of(state.current().ids)
    inside = {
        name: set(np.flatnonzero(np.isin(one.choice.rows, rows)).tolist())
        for name, one in series.items()
    }
    many = {name for name, one in series.items() if 2 * len(inside[name]) > len(one.choice.rows)}
    if many:
        st.caption(TOO_MANY)
    touched = {name: one for name, one in series.items() if inside[name] and name not in many}
    jobs = {name: _loops_job(one) for name, one in touched.items() if len(one.diagrams) > 1}
    loops = outcomes_so_far(jobs) if jobs else {}
    features = {
        (name, dimension, bar)
        for name, one in touched.items()
        for dimension, bars in _bars_of(one, inside[name], loops.get(name, ())).items()
        for bar in as_drawn(one.diagrams[dimension], bars)
    }
    ring_features(chart, features, theme=theme)


def _bars_of(
    series: Series, points: set[int], loops: Sequence[Sequence[int]]
) -> dict[int, list[int]]:
    """Returns, by dimension, the bars that end at some points or loop through them."""
    ends = np.isin(merge_ends(series.choice, series.language), list(points)).any(axis=1)
    found = {0: np.flatnonzero(ends).tolist()}
    if len(series.diagrams) > 1:
        found[1] = [bar for bar, loop in enumerate(loops) if points.intersection(loop)]
    return found


def as_drawn(diagram: PersistenceDiagram, bars: Collection[int]) -> set[int]:
    """Returns the bars, and for those that share a mark the one that the mark is named by."""
    if not bars or not len(diagram):
        return set()
    rounded = np.round(diagram.pairs, SAME_PAIR_DIGITS)
    _, first, which = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    return {*bars, *(int(first[which.ravel()[bar]]) for bar in bars)}


def merge_ends(choice: CloudChoice, language: str) -> np.ndarray:
    """Returns (n - 1, 2): of every finite H0 bar the two points at which its component ends."""
    return _merge_ends(choice, encoder_fingerprint(choice.encoder), language)


@st.cache_resource(max_entries=64, show_spinner=False)
def _merge_ends(choice: CloudChoice, fingerprint: str, language: str) -> np.ndarray:
    from tomclip.topology import minimum_spanning_tree

    edges, lengths = minimum_spanning_tree(cached.distances(choice, language).values)
    return edges[np.argsort(lengths, kind="stable")]


@st.cache_resource(max_entries=64, show_spinner=False)
def _merge(choice: CloudChoice, fingerprint: str, language: str, bar: int) -> Merge:
    from tomclip.topology import merge_of_bar

    return merge_of_bar(cached.distances(choice, language), bar)


@st.cache_resource(max_entries=64, show_spinner=False)
def _loop(choice: CloudChoice, fingerprint: str, language: str, bar: int) -> Loop:
    return _classes(choice, fingerprint, language).loop(bar)


@st.cache_resource(max_entries=4, show_spinner=False)
def _classes(choice: CloudChoice, fingerprint: str, language: str) -> LoopClasses:
    from tomclip.topology import loop_classes

    return loop_classes(cached.distances(choice, language))


def _loops_job(series: Series) -> Job[tuple[tuple[int, ...], ...]]:
    """Returns the points of the loop of every H1 bar of a language's cloud."""
    choice, language = series.choice, series.language
    cloud = cached.distances(choice, language)

    def work(report: Report) -> tuple[tuple[int, ...], ...]:
        from tomclip.topology import loop_classes

        report(0.0, "computing")
        classes, loops = loop_classes(cloud), []
        for bar in range(len(classes.bars)):
            report(bar / len(classes.bars), f"loop {bar + 1:,} of {len(classes.bars):,}")
            loops.append(classes.loop(bar).points)
        return tuple(loops)

    key = ("loops of bars", choice, encoder_fingerprint(choice.encoder), language)
    title = f"Loops of the selected words, {known_language(language).name}"
    return cached.board("loops").start(key, title, work)

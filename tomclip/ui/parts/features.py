"""From a bar to its words: the two words that merge two components, or a loop of words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import streamlit as st

from tomclip.data import language as known_language
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice, Diagrams
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import pictures
from tomclip.ui.parts.markdown import shortened
from tomclip.ui.parts.selection import Selection
from tomclip.ui.selecting.feature_items import (
    Series,
    feature_items,
    loop_of,
    merge_of,
    ring_selected,
)
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.theme import theme
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.kinds import Mark, MarkChoice

MOST_MEMBERS = 14


def bar_selection(choice: CloudChoice, diagrams: Mapping[str, Diagrams]) -> Selection:
    """Returns that bars of a cloud's diagrams, by language, can be selected, with their items."""
    series = {code: Series(choice, code, group) for code, group in diagrams.items()}
    return _selection(choices.BAR, choice, series)


def compared_bar_selection(series: Mapping[str, Series], cloud: Hashable) -> Selection:
    """Returns that bars of several encoders can be selected, with their items.

    Args:
        series: by encoder.
        cloud: what tells the compared clouds from others.
    """
    return _selection(choices.COMPARED_BAR, cloud, series)


def _selection(choice: MarkChoice, cloud: Hashable, series: Mapping[str, Series]) -> Selection:
    def items(mark: Mark) -> ItemSelection:
        of, (dimension, bar) = series[mark[0]], map(int, mark[1:])
        endless = bool(np.isinf(of.diagrams[dimension].pairs[bar, 1]))
        return feature_items(of.choice, of.language, dimension, bar, endless=endless)

    return Selection(
        choice, cloud, items=items, follow=lambda chart: ring_selected(chart, series, theme())
    )


def show_feature(
    choice: CloudChoice, diagrams: Mapping[str, Diagrams], chosen: Sequence[Mark]
) -> None:
    """Shows the words behind the first selected mark: language, homology dimension and bar."""
    if not chosen:
        return
    language, dimension, bar = chosen[0][0], int(chosen[0][1]), int(chosen[0][2])
    diagram = diagrams[language][dimension]
    birth, death = diagram.pairs[bar].tolist()
    with st.container(border=True), sentences():
        st.markdown(f"**{known_language(language).name}, H{dimension}**, {_life(birth, death)}")
        if dimension == 0:
            _merge(choice, language, bar, never_dies=bool(np.isinf(death)))
        elif dimension == 1:
            _loop(choice, language, bar)
        else:
            st.caption("A void has no list of words: it is bounded by a surface of many triangles.")


def _life(birth: float, death: float) -> str:
    if np.isinf(death):
        return f"born at {birth:.3g}, never dies"
    return f"born at {birth:.3g}, dies at {death:.3g}, length {death - birth:.3g}"


def _merge(choice: CloudChoice, language: str, bar: int, *, never_dies: bool) -> None:
    if never_dies:
        st.caption("This bar is the whole cloud: all words are one component in the end.")
        return
    merge = merge_of(choice, language, bar)
    large, small = merge.components
    st.caption(
        f"These two words are the nearest between {_counted(large)} and {_counted(small)}, and "
        f"join them at distance {merge.length:.3g}."
    )
    _words(choice, language, merge.points)
    others = [point for point in small if point != merge.points[1]]
    if others:
        st.caption(_shown_of("More words of the smaller component", others))
        _words(choice, language, others[:MOST_MEMBERS])


def _loop(choice: CloudChoice, language: str, bar: int) -> None:
    loop = loop_of(choice, language, bar)
    life = "the shortest that is born and filled with this bar"
    if not loop.exact:
        life = f"born with this bar and filled only at {loop.death:.3g}: it winds round another too"
    st.caption(
        f"A loop of {len(loop.points)} words, {life}. "
        "Neighbours are joined, the last with the first."
    )
    _words(choice, language, loop.points)


def _words(choice: CloudChoice, language: str, points: Sequence[int]) -> None:
    data = cached.dataset(choice.data)
    rows = choice.rows[np.asarray(points, dtype=int)].tolist()
    captions = [_caption(data.names[language][row], data.titles[row]) for row in rows]
    pictures(rows, captions, rendering=data.held_out_rendering, width=84)


def _caption(words: str, english: str) -> str:
    words, english = shortened(words), shortened(english)
    return words if words == english else f"{words} ({english})"


def _counted(component: Sequence[int]) -> str:
    alone = len(component) == 1
    return "a word of its own" if alone else f"a component of {len(component):,} words"


def _shown_of(what: str, members: Sequence[int]) -> str:
    if len(members) <= MOST_MEMBERS:
        return f"{what}:"
    return f"{what}, {MOST_MEMBERS} of {len(members)}:"

"""Behind a cell: which concepts are confused, their nearest names, and where they merge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.scores import EVERY_CLASS, capitalised
from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.evaluation import ClassMerge, Confusions, nearest_classes
from tomclip.ui.computing import cached
from tomclip.ui.language_gap.told import cell_value
from tomclip.ui.pages.zero_shot import gap_computations as computed
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles, picture_address
from tomclip.ui.parts.feedback import outcomes, ready, sentences
from tomclip.ui.parts.layout import pictures, side_by_side
from tomclip.ui.selecting import state
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.selecting.rows import item_rows
from tomclip.ui.view_state import choices

ENGLISH = "en"
MOST_LISTED = 200
NEIGHBOURS, MOST_MERGED = 6, 11


def show_cell(
    encoder: str, subset: Subset, by: str, group: str, language: str, table: pd.DataFrame
) -> None:
    """Shows what is confused in one cell of the heat map, and one of its concepts from near.

    Args:
        encoder: whose cell it is.
        subset: concepts that are asked and offered.
        by: what the rows are: "category", "subcategory" or "class".
        group: the row.
        language: the column.
        table: of all cells.
    """
    data = cached.dataset()
    codes = list(dict.fromkeys((language, ENGLISH)))
    jobs = [cached.text_vectors_job(encoder, code) for code in codes]
    if not ready([*jobs, cached.picture_vectors_job(encoder, data.held_out_rendering)]):
        return
    with st.container(border=True), sentences():
        title = f"{_title(by, group)} in {known_language(language).name}"
        st.markdown(f"**{title}**, {cell_value(table, group, language)}")
        found = {code: computed.found_confusions(encoder, code, subset) for code in codes}
        members = _members(by, group, subset)
        listed = confused_rows(found[language], found[ENGLISH], members)
        adopt_cell(subset, group, language, list(listed["class"]) or members)
        show_confused(listed, len(members), language)
        _show_closer(encoder, subset, language, [*listed["class"], *members])


def adopt_cell(subset: Subset, group: str, language: str, items: Sequence[str]) -> None:
    """Selects the concepts of a cell that are confused there, or all where none is, once."""
    placed = (((group, language),), (subset,))
    state.adopt(choices.GAP_CELL, placed, lambda: ItemSelection(tuple(dict.fromkeys(items))))


def _title(by: str, group: str) -> str:
    shown = concept_titles().get(group, group) if by == "class" else group
    return capitalised(shown)


def _members(by: str, group: str, subset: Subset) -> list[str]:
    """Returns the ids of the concepts of a row."""
    data = cached.dataset()
    concepts = data.concepts.iloc[data.rows(subset)]
    if group == EVERY_CLASS:
        return list(concepts["id"])
    return list(concepts["id"][concepts["id" if by == "class" else by] == group])


def confused_rows(here: Confusions, english: Confusions, members: Sequence[str]) -> pd.DataFrame:
    """Returns the confusions of some concepts, those that English does not make first.

    Args:
        here: of the language.
        english: of English, over the same concepts.
        members: ids of the concepts.

    Returns:
        Columns `class` and `chosen` (ids) and `english`: the id that English takes it for.
    """
    found = here.counted()
    found = found[found["class"].isin(set(members))]
    pairs = zip(english.right, english.chosen, strict=True)
    taken = {english.classes[right]: english.classes[chosen] for right, chosen in pairs}
    found = found.assign(english=found["class"].map(taken))
    own = found["english"] == found["class"]
    order = np.argsort(~own.to_numpy(), kind="stable")
    return found.iloc[order][["class", "chosen", "english"]].reset_index(drop=True)


def show_confused(listed: pd.DataFrame, count: int, language: str) -> None:
    """Shows a table of what is taken for what, with pictures, words and what English says."""
    own = int((listed["class"] == listed["english"]).sum())
    if listed.empty:
        st.caption("Every picture here gets its own name.")
        return
    more = f" The first {MOST_LISTED} are listed." if len(listed) > MOST_LISTED else ""
    named = f", {own} of which English names rightly" if language != ENGLISH else ""
    st.caption(f"{len(listed):,} of {count:,} pictures are taken for another concept{named}.{more}")
    shown = listed.head(MOST_LISTED)
    table = pd.DataFrame(
        {
            "": _addresses(shown["class"]),
            "concept": _words(shown["class"], language),
            " ": _addresses(shown["chosen"]),
            "taken for": _words(shown["chosen"], language),
        }
    )
    if language != ENGLISH:
        table["in English taken for"] = [
            "itself" if right == chosen else name
            for right, chosen, name in zip(
                shown["class"], shown["english"], _words(shown["english"], ENGLISH), strict=True
            )
        ]
    image = st.column_config.ImageColumn(width=36)
    forms = {"": image, " ": image}
    pairs = [tuple(pair) for pair in shown[["class", "chosen"]].itertuples(index=False)]
    options = {"hide_index": True, "height": _height(len(table)), "column_config": forms}
    item_rows(table, pairs, "zero_shot/confused", **options)


def _height(rows: int) -> int:
    return 38 + 35 * min(rows, 6)


def _show_closer(encoder: str, subset: Subset, language: str, offered: Sequence[str]) -> None:
    """Shows one concept's nearest names and merges, in the language and in English."""
    titles = concept_titles()
    named = {concept: titles[concept] for concept in dict.fromkeys(offered)}
    concept = controls.select_picker("Look closer at", choices.GAP_CONCEPT, named)
    codes = list(dict.fromkeys((language, ENGLISH)))
    merges = outcomes(
        {code: computed.class_merge_job(encoder, code, subset, concept) for code in codes}
    )
    columns = side_by_side("gap_closer")
    for code in codes:
        with columns.container():
            near = nearest_classes(
                computed.class_texts(encoder, code, subset), concept, count=NEIGHBOURS
            )
            st.markdown(f"**Nearest names in {known_language(code).name}**")
            _concept_pictures([name for name, _ in near], code, [cosine for _, cosine in near])
            if code in merges:
                _show_merge(merges[code], code)


def _show_merge(merge: ClassMerge, language: str) -> None:
    size = len(merge.others) + 1
    joined = "a name of its own" if size == 1 else f"in a component of {size:,} names"
    shown = 1 < size <= MOST_MERGED + 1
    st.caption(
        f"In the H0 tree it is alone until cosine distance {merge.length:.3g}, where it joins "
        f"*{_words([merge.partner], language)[0]}*, by then {joined}{':' if shown else '.'}"
    )
    if shown:
        _concept_pictures(merge.others, language)


def _concept_pictures(
    concepts: Sequence[str], language: str, cosines: Sequence[float] | None = None
) -> None:
    captions = _words(concepts, language)
    if cosines is not None:
        captions = [f"{word} · {one:.2f}" for word, one in zip(captions, cosines, strict=True)]
    rendering = cached.dataset().held_out_rendering
    pictures(_rows(concepts), captions, rendering=rendering, width=84)


def _rows(concepts: Iterable[str]) -> list[int]:
    row_of = {concept: row for row, concept in enumerate(cached.dataset().concepts["id"])}
    return [row_of[concept] for concept in concepts]


def _words(concepts: Iterable[str], language: str) -> list[str]:
    """Returns the names in a language, with the English one where it is another."""
    names, rows = cached.dataset().names, _rows(concepts)
    both = [(names[language][row], names[ENGLISH][row]) for row in rows]
    return [word if word == english else f"{word} ({english})" for word, english in both]


def _addresses(concepts: Iterable[str]) -> list[str]:
    rendering = cached.dataset().held_out_rendering
    return [picture_address(row, rendering) for row in _rows(concepts)]

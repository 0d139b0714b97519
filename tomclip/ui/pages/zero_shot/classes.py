"""By class: how often one encoder is right in one language, and what pictures are taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.figures import (
    FigureContext,
    accuracy_figure,
    confusion_figure,
    dot_cells,
    outline_cell,
)
from tomclip.figures.scores.confusion_cells import MOST_GROUPS
from tomclip.ui.computing import cached
from tomclip.ui.computing.shown_data import ENGLISH
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.zero_shot.class_rows import class_table, show_rows
from tomclip.ui.pages.zero_shot.naming import (
    FEWEST,
    Named,
    group_titles,
    items_named,
    label_source,
    labels_named_job,
    named_rows,
)
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure, figure_context, side_by_side
from tomclip.ui.parts.markdown import literal
from tomclip.ui.parts.selection import Selection
from tomclip.ui.selecting import state
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.view_state import choices

SMALLEST_GROUP = 5


def show_classes(encoders: Sequence[str], subset: Subset, place: Place) -> None:
    """Shows accuracy by group, confusions between groups, and every picture."""
    titles, source = controls.encoder_titles(), label_source()
    with place.row():
        offered = {name: titles[name] for name in encoders}
        encoder = controls.select_picker("Encoder", choices.GAP_ENCODER, offered)
        kind = controls.option_picker("Among", choices.NAMED_AMONG) if source else "items"
        language = controls.language_picker() if kind == "items" else ""
    if kind == "items":
        show_unread([encoder], [language])
    if source and kind == "labels":
        found = outcomes({encoder: labels_named_job(encoder, source)})
        named, english = found.get(encoder), None
    else:
        named = _items(encoder, language, subset)
        english = _items(encoder, ENGLISH, subset, aside=True) if language != ENGLISH else None
    if named is not None:
        _show_named(encoder, named, english, (encoder, subset, language, kind))


def _items(encoder: str, language: str, subset: Subset, *, aside: bool = False) -> Named | None:
    """Returns what pictures are named among the items' texts; None where too few have both.

    Args:
        encoder: its name.
        language: code.
        subset: items that are asked and offered.
        aside: whether it stands beside another language, and says nothing where there is none.
    """
    data = cached.dataset()
    count = len(named_rows(data, language, subset))
    if count < FEWEST:
        if not aside:
            st.info(
                f"{count} {data.item_word.lower()} of {data.title} have a picture and a text in "
                f"{known_language(language).name}; at least {FEWEST} leave a choice."
            )
        return None
    jobs = [
        cached.text_vectors_job(encoder, language),
        cached.picture_vectors_job(encoder, data.held_out_rendering),
    ]
    return items_named(encoder, language, subset) if ready(jobs) else None


def _show_named(encoder: str, named: Named, english: Named | None, cloud: tuple[str, ...]) -> None:
    """Shows both figures, what stands behind the chosen cell, and every picture."""
    cell: tuple[str, ...] = ()
    if any(named.groups.values()):
        figures = side_by_side("classes", wide=True)
        with figures.container():
            _accuracies(encoder, named)
        with figures.container():
            cell = _confusions(encoder, named, cloud)
    if cell:
        _show_cell(named, english, cell, cloud)
    st.markdown("**Every picture**, the worst first")
    worst = np.argsort(-named.ranks, kind="stable")
    show_rows(named, class_table(named, worst, english), worst, "zero_shot/classes", height=420)


def _context(encoder: str, named: Named, count: int, points: str = "pictures") -> FigureContext:
    """Returns what both figures say of themselves; groups are called as people call them."""
    note = known_language(named.language).name
    context = figure_context([encoder], n_points=count, points=points, note=note)
    return replace(context, languages=group_titles(cached.dataset(), named))


def _accuracies(encoder: str, named: Named) -> None:
    """Shows how often the right name comes first, by group, with intervals."""
    what, table = _grouping(), named.by_group(SMALLEST_GROUP)
    if table.empty:
        st.info(f"No {what} has {SMALLEST_GROUP} pictures or more, so none is shown alone.")
        return
    name = known_language(named.language).name
    figure(
        accuracy_figure(
            table.assign(language=table["group"], encoder=encoder),
            context=_context(encoder, named, len(named)),
            label="top-1 accuracy",
            title=f"Top-1 accuracy by {what} in {name}",
        ),
        key="zero_shot/classes",
        data=lambda: table,
        reading="How often the right name comes first among all that are offered; lines are 95 % "
        f"intervals. A {what} of fewer than {SMALLEST_GROUP} pictures is left out.",
    )


def _grouping() -> str:
    return cached.dataset().groupings.get("category", "label").lower()


def _confusions(encoder: str, named: Named, cloud: tuple[str, ...]) -> tuple[str, ...]:
    """Shows the confusions between groups, and returns the chosen cell."""
    table = named.found.between(named.groups)
    count = len({*table["group"], *table["chosen"]})
    if count > MOST_GROUPS:
        st.info(
            f"There are {count:,} groups, and confusions are drawn for at most {MOST_GROUPS}; the "
            "table below has them all."
        )
        return ()
    chart = confusion_figure(table, context=_context(encoder, named, len(named)))
    selection = Selection(choices.CONFUSION_CELL, cloud)
    for group, chosen in selection.shown(chart):
        outline_cell(chart, group, chosen)
    ids = set(state.current().ids)
    dotted = {named.cell_of(at) for at, one in enumerate(named.found.pictures) if one in ids}
    dot_cells(chart, dotted)
    marks = figure(
        chart,
        key="zero_shot/confusions",
        data=lambda: table,
        selection=selection,
        reading="Rows are what a picture shows, columns, in the same order, what it is taken for; "
        "on the diagonal both are of one group. Click a cell to see and select its pictures"
        f"{'; a dot: what is selected is there' if dotted else ''}.",
    )
    return marks[0] if marks else ()


def _show_cell(
    named: Named, english: Named | None, cell: tuple[str, ...], cloud: tuple[str, ...]
) -> None:
    """Selects the pictures of a cell, once, and shows what each is taken for."""
    places = np.array([at for at in range(len(named)) if named.cell_of(at) == cell], dtype=int)
    ids = tuple(named.found.pictures[at] for at in places)
    state.adopt(choices.CONFUSION_CELL, ((cell,), cloud), lambda: ItemSelection(ids))
    titles = group_titles(cached.dataset(), named)
    right, chosen = (literal(titles[one]) for one in cell)
    with st.container(border=True):
        st.markdown(f"**{right}** taken for **{chosen}**")
        table = class_table(named, places, english)
        show_rows(named, table, places, "zero_shot/cell", height=_height(len(table)))


def _height(rows: int) -> int:
    return 38 + 35 * min(rows, 6)

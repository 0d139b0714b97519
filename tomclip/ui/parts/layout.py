"""How every page and every figure is set out."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import streamlit as st

from tomclip.core.languages import LANGUAGES
from tomclip.core.paths import project_directory, workspaces_owned_by
from tomclip.figures import FigureContext
from tomclip.figures.style.head import spoken
from tomclip.ui import view_state
from tomclip.ui.computing.chosen_data import about_the_emoji, dataset
from tomclip.ui.glossary import show_terms
from tomclip.ui.header import show_changes, show_theme_switch
from tomclip.ui.known_encoders.offered_encoders import listed_encoders
from tomclip.ui.navigation import loaded, loading_alone
from tomclip.ui.parts.adding import add_button
from tomclip.ui.parts.control_rows import ROWS_STYLE
from tomclip.ui.parts.controls import language_names
from tomclip.ui.parts.downloads import show_downloads
from tomclip.ui.parts.history import keep_history_short
from tomclip.ui.parts.markdown import literal
from tomclip.ui.parts.page_style import LEAST_WIDTHS, TILES, page_style
from tomclip.ui.parts.selection import Selectable, Selection, reaction
from tomclip.ui.selecting import state
from tomclip.ui.selecting.bar import BAR_STYLE, show_selection_bar
from tomclip.ui.selecting.copy_link import COPY_STYLE, copy_link
from tomclip.ui.theme import theme
from tomclip.ui.tour import show_tour
from tomclip.ui.view_state.kinds import Mark

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from streamlit.delta_generator import DeltaGenerator

SHORT, WORDS_WIDTH = 12, 180
"""Letters of a caption that stand in a picture's width, and pixels of a longer one without."""
PLOTLY_CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["toImage", "autoScale2d"],
}
_PAGE: ContextVar[str] = ContextVar("page", default="")


@contextmanager
def studio(page: str) -> Iterator[None]:
    """Marks that app.py runs a page, with the studio's navigation around it.

    Args:
        page: its address, such as "topology".
    """
    token = _PAGE.set(page)
    try:
        with workspaces_owned_by(person()), about_the_emoji(), loading_alone():
            yield
            show_selection_bar(page)
        view_state.write_address()
    finally:
        _PAGE.reset(token)


def person() -> str:
    """Returns the address of who has logged in; "" where the studio asks for no login."""
    known = bool(st.user.get("is_logged_in"))
    return str(st.user.get("email") or st.user.get("sub") or "") if known else ""


def page_header(title: str, lead: str, *, terms: Sequence[str] = ()) -> None:
    """Starts a page: notes what started the run, and writes the title and a short lead.

    `terms` of the glossary are explained behind a button beside the title.

    Streamlit runs a page without app.py when the first visitor after a start comes by a link to it;
    then app.py is called from here, which runs the page again in its place.
    """
    loaded()
    if not _PAGE.get():
        runpy.run_path(str(project_directory() / "app.py"))
        st.stop()
    st.html(f"<style>{page_style()}{ROWS_STYLE}{BAR_STYLE}{COPY_STYLE}</style>")
    keep_history_short()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(title, anchor=False)
        tools = st.container(
            horizontal=True,
            vertical_alignment="center",
            width="content",
            gap="xsmall",
            key="page_tools",
        )
    st.markdown(lead)
    view_state.begin_run(_PAGE.get())
    state.begin_run()
    show_tour(_PAGE.get())
    with tools:
        show_changes(_PAGE.get())
        show_theme_switch()
        if terms:
            show_terms(terms)
        copy_link()


def side_by_side(key: str, *, wide: bool = False, count: int = 0) -> DeltaGenerator:
    """Returns a container whose elements stand side by side where there is room, else below.

    Args:
        key: of the container, its own on the page.
        wide: for figures and tables, which need 26 rem; otherwise for tiles.
        count: how many tiles there will be, where it is known: no row has a single one then.
    """
    kind = "wide_" if wide else f"of_{count}_" if count in TILES else ""
    return st.container(key=f"side_by_side_{kind}{key}")


def figure_context(
    encoders: Iterable[str],
    *,
    metric: str = "cosine",
    n_points: int = 0,
    points: str = "",
    title: str = "",
    note: str = "",
    other_encoders: Mapping[str, str] | None = None,
) -> FigureContext:
    """Returns what a figure says of itself, with shown titles and the theme of the page.

    `points` are what the page's data set calls its items, unless said otherwise.
    """
    titles = {one.name: one.title for one in listed_encoders()}
    return FigureContext(
        encoders={name: titles.get(name, name) for name in encoders},
        other_encoders=other_encoders or {},
        metric=metric,
        n_points=n_points,
        points=points or dataset().noun,
        languages=language_names(tuple(dict.fromkeys((*LANGUAGES, *dataset().languages)))),
        title=title,
        note=note,
        theme=theme(),
    )


def figure(
    chart: go.Figure,
    *,
    key: str,
    data: Callable[[], pd.DataFrame],
    reading: str,
    selection: Selectable | None = None,
    lines: Callable[[], str] | None = None,
) -> tuple[Mark, ...]:
    """Shows a figure with how to read it and its downloads below, and returns the selected marks.

    Args:
        chart: a figure of `tomclip.figures`; its title and subtitle say what it is.
        key: "page/figure"; its downloaded files are named by it.
        data: makes the table behind the figure, when it is downloaded.
        reading: one sentence on how to read the figure.
        selection: which marks or items may be selected, and how; none by default.
        lines: makes the Python lines that draw the figure again (`tomclip.export.lines`); it is
            called outside of the page, so that it knows its data set itself.
    """
    own_key = view_state.figure_key(key)
    widget_key = state.widget_key(own_key) if selection and selection.of_items else own_key
    common: dict[str, Any] = {
        "theme": None,
        "key": widget_key,
        "config": dict(PLOTLY_CONFIG),
        "alt": spoken(chart),
    }
    selected: tuple[Mark, ...] = ()
    with _sideways(chart, own_key):
        if selection:
            selected = selection.shown(chart)
            react = reaction(selection, widget_key, own_key)
            st.plotly_chart(chart, on_select=react, selection_mode=selection.modes, **common)
        else:
            st.plotly_chart(chart, **common)
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="right",
        key=f"foot_{own_key}",
    ):
        st.caption(reading, width="stretch")
        with st.container(horizontal=True, wrap=False, width="content"):
            if isinstance(selection, Selection) and not selection.of_items and selected:
                _clear_button(selection, key, selected)
            own_lines = lines if dataset().repeatable else None
            add_button(chart, key=key, data=data, lines=own_lines, owner=person())
            show_downloads(chart, key=key, data=data)
    return selected


def _sideways(chart: go.Figure, key: str) -> DeltaGenerator:
    """Returns the place of a figure, which moves sideways where the page is too narrow for it."""
    least = (chart.layout.meta or {}).get("least_width", 0)  # type: ignore[union-attr]
    fitting = next((width for width in LEAST_WIDTHS if width >= least), LEAST_WIDTHS[-1])
    kind = f"sideways_{fitting}_" if least else "figure_"
    return st.container(key=f"{kind}{key}")


def _clear_button(selection: Selection, key: str, selected: Sequence[Mark]) -> None:
    many = len(selected) > selection.choice.most
    note = f"A link holds at most {selection.choice.most} selected marks." if many else None
    st.button(
        "Clear selection",
        icon=":material/deselect:",
        key=f"clear:{key}",
        type="tertiary",
        on_click=selection.clear,
        help=note,
    )


def pictures(
    rows: Sequence[int], captions: Sequence[str], *, rendering: str, width: int = 72
) -> None:
    """Shows items' pictures side by side, each over its caption; those without, the caption."""
    with st.container(horizontal=True, gap="small"):
        for row, caption in zip(rows, captions, strict=True):
            if png := dataset().picture_png(int(row), rendering, 2 * width):
                st.image(png, caption=literal(caption), width=width)
            else:
                st.caption(literal(caption), width=max(width, len(caption) > SHORT and WORDS_WIDTH))

"""How every page and every figure is set out."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from tomclip.core.languages import LANGUAGES
from tomclip.core.paths import project_directory, workspaces_owned_by
from tomclip.figures import FigureContext
from tomclip.figures.style.head import spoken
from tomclip.ui import view_state
from tomclip.ui.computing.chosen_data import about_the_emoji, dataset
from tomclip.ui.glossary import show_terms
from tomclip.ui.header import show_changes, show_theme_switch
from tomclip.ui.navigation import loaded, loading_alone
from tomclip.ui.parts.adding import add_button
from tomclip.ui.parts.controls import language_names
from tomclip.ui.parts.history import keep_history_short
from tomclip.ui.parts.markdown import literal
from tomclip.ui.parts.offered_encoders import listed_encoders
from tomclip.ui.parts.selection import Selectable, Selection, reaction
from tomclip.ui.selecting import state
from tomclip.ui.selecting.bar import BAR_STYLE, show_selection_bar
from tomclip.ui.selecting.copy_link import COPY_STYLE, copy_link
from tomclip.ui.tour import show_tour
from tomclip.ui.view_state.kinds import Mark

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from streamlit.delta_generator import DeltaGenerator

STYLE = """<style>
.stMainBlockContainer {padding: 3.5rem 3.5rem 4rem}
@media (max-width: 40rem) {.stMainBlockContainer {padding: 3.5rem 1rem 4rem}}
[class*="st-key-side_by_side"] {
  display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr));
}
[class*="st-key-side_by_side_wide"] {
  column-gap: 2rem; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
}
[class*="st-key-side_by_side"] > * {min-width: 0; width: 100%}
[data-testid="stMetricLabel"] *, [data-testid="stMetricDelta"], [data-testid="stMetricDelta"] * {
  overflow: visible; white-space: normal !important;
}
[data-testid="stButtonGroup"] button[aria-checked="true"] {
  color: inherit !important;
  background-color: color-mix(in srgb, currentColor 14%, transparent) !important;
}
@media (max-width: 40rem) {
  [data-testid="stButtonGroup"] [role="radiogroup"] {flex-wrap: wrap; overflow: visible}
  [data-testid="stButtonGroup"] [role="radiogroup"] button {padding-inline: .6rem}
  [data-testid="stElementContainer"]:has([data-testid="stMultiSelect"]),
  [data-testid="stElementContainer"]:has([data-testid="stTextInput"]) {min-width: 100%}
}
"""
TILES = range(5, 7)
"""Numbers of tiles that stand in one row, or in two where the page is too narrow for one."""
LEAST_WIDTHS = (450, 600, 750, 900)
"""Pixels that figures of many panels keep on a narrow page, which moves them sideways."""
SHORT, WORDS_WIDTH = 12, 180
"""Letters of a caption that stand in a picture's width, and pixels of a longer one without."""
PLOTLY_CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["toImage", "autoScale2d"],
}
DOWNLOADS: Mapping[str, tuple[str, str]] = {
    "svg": ("SVG picture", "image/svg+xml"),
    "pdf": ("PDF picture", "application/pdf"),
    "png": ("PNG picture", "image/png"),
    "html": ("HTML page", "text/html"),
    "csv": ("CSV table", "text/csv"),
    "zip": ("All, and how it was made", "application/zip"),
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
    tiles = "".join(map(_tile_style, TILES))
    st.html(f"{STYLE}{tiles}{_sideways_style()}{BAR_STYLE}{COPY_STYLE}</style>")
    keep_history_short()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(title, anchor=False)
        tools = st.container(horizontal=True, vertical_alignment="center", width="content")
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


def _sideways_style() -> str:
    kinds = "\n".join(
        f'[class*="st-key-sideways_{width}_"] > * {{min-width: {width}px}}'
        for width in LEAST_WIDTHS
    )
    return f'[class*="st-key-sideways_"] {{overflow-x: auto}}\n{kinds}\n'


def side_by_side(key: str, *, wide: bool = False, count: int = 0) -> DeltaGenerator:
    """Returns a container whose elements stand side by side where there is room, else below.

    Args:
        key: of the container, its own on the page.
        wide: for figures and tables, which need 26 rem; otherwise for tiles.
        count: how many tiles there will be, where it is known: no row has a single one then.
    """
    kind = "wide_" if wide else f"of_{count}_" if count in TILES else ""
    return st.container(key=f"side_by_side_{kind}{key}")


def _tile_style(count: int) -> str:
    """Returns the style of `count` tiles: all in a row where each has 9.5 rem, else half."""
    half = -(-count // 2)
    row, two_rows = (f"(100% - {n - 1}rem) / {n}" for n in (count, half))
    switch = f"({10.5 * count - 1}rem - 100%) * 999"
    width = f"max(9rem, clamp({row}, {switch}, {two_rows}))"
    return (
        f'[class*="st-key-side_by_side_of_{count}_"] '
        f"{{grid-template-columns: repeat(auto-fit, minmax({width}, 1fr))}}\n"
    )


def theme() -> Literal["light", "dark"]:
    """Returns the theme the page is seen in."""
    return "dark" if st.context.theme.type == "dark" else "light"


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
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right"):
        st.caption(reading, width="stretch")
        with st.container(horizontal=True, wrap=False, width="content"):
            if isinstance(selection, Selection) and not selection.of_items and selected:
                _clear_button(selection, key, selected)
            own_lines = lines if dataset().repeatable else None
            add_button(chart, key=key, data=data, lines=own_lines, owner=person())
            _downloads(chart, key=key, data=data)
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


def _downloads(chart: go.Figure, *, key: str, data: Callable[[], pd.DataFrame]) -> None:
    """Offers the figure as picture, page, table and all at once; made when it is asked for."""
    from tomclip import export

    makers: Mapping[str, Callable[[], bytes]] = {
        "svg": lambda: export.image_bytes(chart, "svg"),
        "pdf": lambda: export.image_bytes(chart, "pdf"),
        "png": lambda: export.image_bytes(chart, "png"),
        "html": lambda: export.html_bytes(chart),
        "csv": lambda: export.spreadsheet_csv(data().reset_index(drop=True)),
        "zip": lambda: export.figure_bundle(
            chart, name=view_state.file_stem(key), data=data(), formats=export.FORMATS
        ),
    }
    drawable = export.browser_available()
    with st.popover("Download", icon=":material/download:", type="tertiary"):
        for form, make in makers.items():
            title, mime = DOWNLOADS[form]
            st.download_button(
                title,
                make,
                f"{view_state.file_stem(key)}.{form}",
                mime,
                key=view_state.download_key(key, form),
                on_click="ignore",
                disabled=form in export.FORMATS and not drawable,
                width="stretch",
                type="tertiary",
            )
        if not drawable:
            st.caption(f"{export.NO_BROWSER[:1].upper()}{export.NO_BROWSER[1:]}.")


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

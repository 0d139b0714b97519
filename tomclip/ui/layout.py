"""How every page and every figure is set out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from tomclip.config import LANGUAGES
from tomclip.encoders import encoder_catalogue
from tomclip.figures.context import FigureContext
from tomclip.ui import selection
from tomclip.ui.controls import language_names

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

Data = Callable[[], "pd.DataFrame"]
Image = Literal["svg", "png"]
PLOTLY_CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["toImage", "autoScale2d"],
}


def page_header(title: str, lead: str) -> None:
    """Starts a page: notes what started the run, and writes the title and a short lead."""
    selection.begin_run()
    st.title(title, anchor=False)
    st.markdown(lead)


def theme() -> Literal["light", "dark"]:
    """Returns the theme the page is seen in."""
    return "dark" if st.context.theme.type == "dark" else "light"


def figure_context(
    encoders: Iterable[str],
    *,
    metric: str = "cosine",
    n_points: int = 0,
    points: str = "concepts",
    title: str = "",
    note: str = "",
) -> FigureContext:
    """Returns what a figure says of itself, with shown titles and the theme of the page."""
    titles = {info.name: info.title for info in encoder_catalogue()}
    return FigureContext(
        encoders={name: titles.get(name, name) for name in encoders},
        metric=metric,
        n_points=n_points,
        points=points,
        languages=language_names(LANGUAGES),
        title=title,
        note=note,
        theme=theme(),
    )


def figure(
    chart: go.Figure,
    *,
    key: str,
    data: Data,
    reading: str,
    select: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Shows a figure with how to read it and its downloads below, and returns the selected points.

    Args:
        chart: a figure of `tomclip.figures`; its title and subtitle say what it is.
        key: of the widget, and the stem of the downloaded files.
        data: makes the table behind the figure, when it is downloaded.
        reading: one sentence on how to read the figure.
        select: "points", "box", "lasso": what a person may select; none by default.
    """
    state = st.plotly_chart(
        chart, theme=None, key=key, config=dict(PLOTLY_CONFIG), alt=_spoken(chart),
        on_select="rerun" if select else "ignore", selection_mode=select or ("points",),
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.caption(reading, width="stretch")
        downloads(chart, key=key, data=data)
    return list(state["selection"]["points"]) if select else []  # type: ignore[index]


@st.fragment
def downloads(chart: go.Figure, *, key: str, data: Data) -> None:
    """Offers the figure as picture, as page and as table; each is made when it is asked for."""
    from tomclip import export

    def csv() -> bytes:
        return data().to_csv(index=False).encode("utf-8-sig")

    with st.popover("Download", icon=":material/download:", type="tertiary"):
        browser = export.browser_available()
        for form in ("svg", "png"):
            _download(form, key, lambda form=form: export.image_bytes(chart, form), not browser)
        if not browser:
            st.caption("SVG and PNG need Chrome or Chromium on the machine that runs the studio.")
        _download("html", key, lambda: export.html_bytes(chart))
        _download("csv", key, csv)


def _download(form: str, key: str, make: Callable[[], bytes], disabled: bool = False) -> None:
    titles = {"svg": "SVG picture", "png": "PNG picture", "html": "HTML page", "csv": "CSV table"}
    mime = {"svg": "image/svg+xml", "png": "image/png", "html": "text/html", "csv": "text/csv"}
    st.download_button(
        titles[form], make, f"{key}.{form}", mime[form], key=f"{key}_{form}", on_click="ignore",
        disabled=disabled, width="stretch", type="tertiary",
    )  # fmt: skip


def pictures(
    rows: Sequence[int], captions: Sequence[str], *, rendering: str, width: int = 72
) -> None:
    """Shows concepts' pictures side by side, each over its caption."""
    from tomclip.ui.cached import dataset

    if rows:
        images = [dataset().picture_png(int(row), rendering, 2 * width) for row in rows]
        st.image(list(map(io.BytesIO, images)), caption=list(captions), width=width)


def _spoken(chart: go.Figure) -> str:
    title = chart.layout.title
    return ". ".join(part for part in (title.text, title.subtitle.text) if part)

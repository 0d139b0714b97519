"""A figure alone as files: pictures, a page, its numbers, or all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from tomclip.ui import view_state

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

DOWNLOADS: Mapping[str, tuple[str, str]] = {
    "svg": ("SVG picture", "image/svg+xml"),
    "pdf": ("PDF picture", "application/pdf"),
    "png": ("PNG picture", "image/png"),
    "html": ("HTML page", "text/html"),
    "csv": ("CSV table", "text/csv"),
    "zip": ("All, and how it was made", "application/zip"),
}


def show_downloads(chart: go.Figure, *, key: str, data: Callable[[], pd.DataFrame]) -> None:
    """Offers the figure as picture, page, table and all at once; made when it is asked for.

    Args:
        chart: of `tomclip.figures`.
        key: "page/figure"; the files are named by it.
        data: makes the table behind the figure.
    """
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

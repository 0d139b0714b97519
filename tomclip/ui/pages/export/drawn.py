"""The figure as it will be printed, and its files."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.export import browser_available
from tomclip.export.paper import (
    PAPER_FORMATS,
    PaperFormat,
    PaperSettings,
    composed,
    figure_package,
    figure_stem,
)
from tomclip.export.sets import PanelSet
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job, Report, counted
from tomclip.ui.parts.feedback import outcomes

TALLEST_MM = 240.0
"""About what a page of a paper has from its first line to its last."""
FILES: dict[PaperFormat, tuple[str, str]] = {
    "svg": ("SVG, live text", "image/svg+xml"),
    "pdf": ("PDF, fonts inside", "application/pdf"),
    "png": ("PNG", "image/png"),
    "tiff": ("TIFF", "image/tiff"),
    "html": ("HTML, with zoom", "text/html"),
}


def files_job(
    found: PanelSet, settings: PaperSettings, formats: Sequence[PaperFormat]
) -> Job[dict[PaperFormat, bytes]]:
    """Returns the composed files by format, begun when they are new."""

    def work(report: Report) -> dict[PaperFormat, bytes]:
        report(0.0, "starting the browser")
        return composed(found, settings, formats, on_progress=counted(report, "steps"))

    key = _key(found, settings, formats)
    title = "Preview" if tuple(formats) == ("svg",) else "Files"
    return cached.board("exports").start(key, title, work)


def show_preview(found: PanelSet, settings: PaperSettings) -> None:
    """Shows the figure at its true proportion, and says how large it is in print."""
    made = outcomes({"preview": files_job(found, settings, ("svg",))})
    if not made:
        return
    svg = made["preview"]["svg"].decode()
    with st.container(border=True):
        st.image(svg.partition("?>")[2], width="stretch")
    height = float(svg.partition('height="')[2].partition("mm")[0])
    high = (
        f" A page of a paper is about {TALLEST_MM:.0f} mm high: take more columns, or rows of a "
        "smaller height."
        if height > TALLEST_MM
        else ""
    )
    st.caption(
        f"In print {settings.width_mm:.4g} x {height:.4g} mm, text of {settings.font_pt:g} "
        f"points.{high}"
    )


def show_files(found: PanelSet, settings: PaperSettings) -> None:
    """Offers to make the files, and then each of them, and all with numbers and lines."""
    drawable = browser_available()
    offered = list(PAPER_FORMATS) if drawable else ["html"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Files",
            offered,
            selection_mode="multi",
            default=[one for one in ("svg", "pdf", "png") if drawable] or ["html"],
            format_func=lambda one: str(one).upper(),
            key=f"export_formats:{drawable}",
        )
        formats: tuple[PaperFormat, ...] = tuple(one for one in PAPER_FORMATS if one in chosen)
        pressed = st.button(
            "Make the files",
            type="primary",
            icon=":material/picture_as_pdf:",
            key="make_files",
            disabled=not formats,
        )
    if not formats or not (
        pressed or cached.board("exports").known(_made(found, settings, formats))
    ):
        return
    cached.board("exports").keep(_made(found, settings, formats), "asked for", True)
    made = outcomes({"files": files_job(found, settings, formats)})
    if made:
        _downloads(found, settings, made["files"])


def _downloads(found: PanelSet, settings: PaperSettings, files: dict[PaperFormat, bytes]) -> None:
    stem = figure_stem(found, settings)
    with st.container(horizontal=True):
        st.download_button(
            "All, with numbers, JSON and Python lines",
            lambda: figure_package(found, settings, files),
            f"{stem}.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="export_download:zip",
        )
        for name, content in files.items():
            title, mime = FILES[name]
            st.download_button(
                title,
                content,
                f"{stem}.{name}",
                mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"export_download:{name}",
            )


def _key(
    found: PanelSet, settings: PaperSettings, formats: Sequence[PaperFormat]
) -> tuple[object, ...]:
    return "composed", found.name, found.digest, settings, tuple(formats)


def _made(
    found: PanelSet, settings: PaperSettings, formats: Sequence[PaperFormat]
) -> tuple[object, ...]:
    return "asked", *_key(found, settings, formats)

"""How a set is arranged: width, columns and colours in a row, the rest behind a button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from tomclip.core.errors import InputError
from tomclip.export.paper import VENUES, PaperSettings, settings_from
from tomclip.export.paper.settings import COLUMNS, FONT_SIZES, HEIGHTS_MM, RESOLUTIONS, WIDTHS_MM
from tomclip.export.sets import PanelSet, keep_settings
from tomclip.ui.parts.adding import for_person

OWN = "own"
THEMES = {"light": "Light", "dark": "Dark", "print": "Print", "grey": "Grey"}
LETTERS = {"a": "a b c", "A": "A B C", "(a)": "(a) (b) (c)", "none": "None"}
LEGENDS = {"shared": "One for all", "each": "Of each panel", "none": "None"}
LABELS = {
    "drawn": "As on the page",
    "english": "In English",
    "own": "In their own script",
    "both": "Both",
}
FONTS = {"sans": "Sans serif", "serif": "Serif"}


def settings_pickers(found: PanelSet, owner: str) -> PaperSettings:
    """Returns how the set is to be arranged, and keeps it with the set."""
    shown = settings_from(found.settings)
    values: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        values["width_mm"] = _width(found, shown)
        values["columns"] = st.segmented_control(
            "Columns",
            list(range(COLUMNS[0], 5)),
            default=min(shown.columns, 4),
            required=True,
            key=_key(found, "columns"),
        )
        values["theme"] = _options("Colours", THEMES, shown.theme, _key(found, "theme"))
        with st.popover("More", icon=":material/tune:"):
            values |= _more(found, shown)
    settings = replace(shown, **values)
    if settings != shown or not found.settings:
        for_person(owner)(keep_settings)(found.name, settings.values())
    return settings


def _width(found: PanelSet, shown: PaperSettings) -> float:
    widths = _widths()
    known = next(
        (name for name, width in widths.items() if abs(width - shown.width_mm) < 0.05), OWN
    )
    titles = {name: f"{_title(name)}, {width:.4g} mm" for name, width in widths.items()}
    titles[OWN] = "Own width"
    names = list(titles)
    name = st.selectbox(
        "Width of",
        names,
        index=names.index(known),
        format_func=lambda one: titles.get(one, str(one)),
        key=_key(found, "venue"),
        help="As the venues' own guides and style files say; docs/export.md names them.",
    )
    if name != OWN:
        return widths[name]
    return st.number_input(
        "Width (mm)",
        *WIDTHS_MM,
        value=float(shown.width_mm),
        step=1.0,
        key=_key(found, "width"),
        width=130,
    )


def _widths() -> Mapping[str, float]:
    """Returns the width in mm of a column of every venue, and of all its columns."""
    found = {}
    for name, venue in VENUES.items():
        found[name] = venue.single
        if venue.double:
            found[f"{name}:double"] = venue.double
    return found


def _title(name: str) -> str:
    plain, _, double = name.partition(":")
    venue = VENUES[plain]
    columns = ("all columns" if double else "a column") if venue.double else "text"
    return f"{venue.title}, {columns}"


def _more(found: PanelSet, shown: PaperSettings) -> dict[str, Any]:
    key = lambda name: _key(found, name)  # noqa: E731
    fonts = FONTS | ({} if shown.font in FONTS else {shown.font: shown.font})
    return {
        "letters": _options("Letters", LETTERS, shown.letters, key("letters")),
        "titles": st.toggle("Titles above the panels", value=shown.titles, key=key("titles")),
        "legend": _options("Legend", LEGENDS, shown.legend, key("legend")),
        "language_labels": _options(
            "Names of languages", LABELS, shown.language_labels, key("labels")
        ),
        "font": _options("Font", fonts, shown.font, key("font")),
        "font_pt": st.number_input(
            "Size of text in print (points)",
            *FONT_SIZES,
            value=float(shown.font_pt),
            step=0.5,
            key=key("font_pt"),
        ),
        "row_height_mm": _row_height(found, shown),
        "dpi": st.number_input(
            "Dots per inch of pixels", *RESOLUTIONS, value=shown.dpi, step=50, key=key("dpi")
        ),
        "most_marks": st.number_input(
            "Marks of a panel that stay vectors",
            0,
            1_000_000,
            value=shown.most_marks,
            step=500,
            key=key("most_marks"),
            help="More become one raster layer inside SVG and PDF; axes and texts stay vectors.",
        ),
    }


def _row_height(found: PanelSet, shown: PaperSettings) -> float:
    fixed = st.toggle(
        "Rows of one height", value=bool(shown.row_height_mm), key=_key(found, "fixed")
    )
    if not fixed:
        return 0.0
    value, key = shown.row_height_mm or 50.0, _key(found, "row_height")
    return st.number_input("Height of a row (mm)", *HEIGHTS_MM, value=value, step=5.0, key=key)


def _options(label: str, titles: Mapping[str, str], shown: str, key: str) -> Any:
    names = list(titles)
    picked = st.segmented_control(
        label,
        names,
        default=shown,
        required=True,
        format_func=lambda one: titles.get(one, str(one)),
        key=key,
    )
    if picked is None:
        raise InputError(f"{label} is not chosen; choose one of {', '.join(titles.values())}")
    return picked


def _key(found: PanelSet, name: str) -> str:
    return f"export:{found.name}:{name}"

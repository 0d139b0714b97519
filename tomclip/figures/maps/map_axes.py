"""The axes of a map's panels: one range and one scale for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.style.palette import LIGHT


def panel_axes(number: int) -> tuple[str, str]:
    """Returns the names of the axes of a panel counted from 0, such as ("x2", "y2")."""
    suffix = "" if number == 0 else str(number + 1)
    return f"x{suffix}", f"y{suffix}"


def map_ranges(maps: Sequence[np.ndarray]) -> tuple[list[float], list[float]]:
    """Returns x and y range over all maps, with 5 % of room on every side."""
    stacked = np.concatenate(maps)
    low, high = stacked.min(axis=0), stacked.max(axis=0)
    room = np.maximum((high - low) * 0.05, 1e-3)
    x, y = zip((low - room).tolist(), (high + room).tolist(), strict=True)
    return list(x), list(y)


def style_map_axes(
    figure: go.Figure, maps: Sequence[np.ndarray], method: str, columns: int
) -> None:
    """Gives all panels one range and one scale; names the axes at the left and below only.

    Dragging draws a lasso: what a map is for is to select on it.
    """
    x_range, y_range = map_ranges(maps)
    plain = {
        "showgrid": False,
        "showticklabels": False,
        "ticks": "",
        "showline": False,
        "constrain": "range",
    }
    small = {"font": {"size": 10, "color": LIGHT["muted"]}, "standoff": 4}
    for number in range(len(maps)):
        x_axis, y_axis = panel_axes(number)
        matched = ({}, {}) if number == 0 else ({"matches": "x"}, {"matches": "y"})
        below = number + columns >= len(maps)
        x_title = {**small, "text": f"{method} 1" if below else ""}
        y_title = {**small, "text": f"{method} 2" if number % columns == 0 else ""}
        scale = {"scaleanchor": x_axis, "scaleratio": 1}
        figure.layout[f"xaxis{x_axis[1:]}"].update(
            {**plain, **matched[0], "range": x_range, "title": x_title}
        )
        figure.layout[f"yaxis{y_axis[1:]}"].update(
            {**plain, **matched[1], **scale, "range": y_range, "title": y_title}
        )
    figure.update_layout(dragmode="lasso")

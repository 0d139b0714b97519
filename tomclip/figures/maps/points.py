"""The rows of a map: what is known of each point, and how a group of them becomes a trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import SeriesStyle, category_style
from tomclip.figures.style.template import FigureContext, language_style

ColourBy = Literal["language", "category", "concept"]
COLUMN_OF = {"language": "languages", "category": "categories", "concept": "ids"}
WEBGL_ABOVE = 3_000
HOVER_TEXT_UP_TO = 12_000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Points(ArrayRecord):
    """Everything known of the n rows of a map besides where they lie."""

    labels: np.ndarray
    languages: np.ndarray
    categories: np.ndarray
    ids: np.ndarray
    groups: np.ndarray
    colour_by: ColourBy

    def __len__(self) -> int:
        return len(self.labels)


def _text_array(values: Sequence[str] | np.ndarray, n: int, what: str) -> np.ndarray:
    array = np.asarray(values, dtype=object)
    if len(array) != n:
        raise InputError(f"{len(array)} {what} came for {n} points; give one per point")
    return array


def points_of(
    n: int,
    labels: Sequence[str],
    languages: Sequence[str],
    categories: Sequence[str] | None,
    ids: Sequence[str] | None,
    colour_by: ColourBy,
) -> Points:
    """Returns the n rows, grouped by what a colour stands for.

    Raises:
        InputError: when a list has another length than n, or `colour_by` is unknown or lacks its
            column.
    """
    if colour_by not in get_args(ColourBy):
        raise InputError(f"colour_by is {colour_by!r}; use 'language', 'category' or 'concept'")
    if colour_by == "category" and categories is None:
        raise InputError("colour_by is 'category' but no categories came; give one per point")
    blank = [""] * n
    columns = {
        "labels": _text_array(labels, n, "labels"),
        "languages": _text_array(languages, n, "languages"),
        "categories": _text_array(blank if categories is None else categories, n, "categories"),
        "ids": _text_array(labels if ids is None else ids, n, "ids"),
    }
    return Points(**columns, groups=columns[COLUMN_OF[colour_by]], colour_by=colour_by)


def checked_xy(xy: np.ndarray, n: int) -> np.ndarray:
    """Returns the coordinates as (n, 2) float32; raises InputError when they have another shape."""
    values = np.asarray(xy, dtype=np.float32)
    if values.shape != (n, 2):
        raise InputError(f"the map has shape {values.shape} for {n} points; give ({n}, 2)")
    return values


def checked_maps(maps: Mapping[str, np.ndarray], n: int) -> dict[str, np.ndarray]:
    """Returns the coordinates of every encoder's map, as `checked_xy` does."""
    return {name: checked_xy(xy, n) for name, xy in maps.items()}


def rows_of_maps(maps: Mapping[str, np.ndarray]) -> int:
    """Returns how many rows the first of some maps has; raises InputError where there is none."""
    if not maps:
        raise InputError("no maps came; give coordinates of at least one encoder")
    return len(next(iter(maps.values())))


def marker_size(n: int) -> float:
    """Returns a marker diameter in pixels that keeps n points apart."""
    return 8.0 if n <= 500 else 6.0 if n <= 3_000 else 5.0 if n <= 8_000 else 3.5


def series_style(points: Points, name: str, rank: int) -> SeriesStyle:
    """Returns how the group `name`, the rank-th shown, is drawn."""
    return language_style(name) if points.colour_by == "language" else category_style(rank)


def series_title(points: Points, name: str, context: FigureContext) -> str:
    """Returns the shown name of a group; a concept is named in English where it has such a row."""
    if points.colour_by == "language":
        return context.language(name) or "images"
    if points.colour_by == "concept":
        rows = np.flatnonzero(points.groups == name)
        english = rows[points.languages[rows] == "en"]
        return str(points.labels[(english if len(english) else rows)[0]])
    return name or "no category"


def _hover_text(points: Points, rows: np.ndarray, context: FigureContext) -> np.ndarray | None:
    """Returns (k,) strings, or None: an array, which plotly copies at once and not word by word."""
    if len(points) > HOVER_TEXT_UP_TO:
        return None
    kinds = list(
        zip(points.languages[rows].tolist(), points.categories[rows].tolist(), strict=True)
    )
    second = {kind: _kind_text(*kind, context) for kind in set(kinds)}
    labels = points.labels[rows].tolist()
    lines = [
        f"<b>{literal(str(label))}</b><br>{second[kind]}"
        for label, kind in zip(labels, kinds, strict=True)
    ]
    return np.array(lines, dtype=str)


def _kind_text(language: str, category: str, context: FigureContext) -> str:
    facts = (context.language(str(language)) or "image", str(category))
    return " · ".join(literal(fact) for fact in facts if fact)


def points_trace(
    xy: np.ndarray, rows: np.ndarray, points: Points, context: FigureContext, vector: bool
) -> go.Scatter | go.Scattergl:
    """Returns the rows as one trace, without marker; customdata is [id, row] per point."""
    own = points_properties(xy, rows, points, context, vector)
    kind = go.Scatter if own.pop("type") == "scatter" else go.Scattergl
    return kind(**own)


def points_properties(
    xy: np.ndarray, rows: np.ndarray, points: Points, context: FigureContext, vector: bool
) -> dict[str, Any]:
    """Returns what `points_trace` is made of, for a figure to add: it checks and copies it once."""
    text = _hover_text(points, rows, context)
    customdata = np.empty((len(rows), 2), dtype=object)
    customdata[:, 0], customdata[:, 1] = points.ids[rows], rows
    shown = "customdata[0]" if text is None else "hovertext"
    return {
        "type": "scatter" if vector or len(points) <= WEBGL_ABOVE else "scattergl",
        "x": xy[rows, 0],
        "y": xy[rows, 1],
        "mode": "markers",
        "customdata": customdata,
        "hovertext": text,
        "hovertemplate": f"%{{{shown}}}<extra></extra>",
    }

"""What an eye meets in a figure: colours' contrasts, and the text of its cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go


def luminance(colour: str) -> float:
    """Returns the relative luminance of WCAG 2.1."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Returns the contrast of WCAG 2.1, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def cell_texts(figure: go.Figure) -> list[list[str]]:
    """Returns the text that stands on each cell of a heat map, "" where there is none."""
    traces: Any = figure.data  # plotly's own types know no traces
    heatmap, *written = traces
    texts = np.full(np.shape(heatmap.z), "", dtype=object)
    for trace in written:
        assert trace.mode == "text"
        for row, column, text in zip(trace.y, trace.x, trace.text, strict=True):
            assert texts[row, column] == ""
            texts[row, column] = text
    return texts.tolist()

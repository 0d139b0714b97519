"""The table of a comparison: a DataFrame that draws itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.scores import score_kind

if TYPE_CHECKING:
    import plotly.graph_objects as go


class ComparisonTable(pd.DataFrame):
    """A DataFrame with one row per encoder, language and score; see `compare_reports`.

    `plot` draws the differences of one score. What pandas draws itself is drawn from `to_frame()`.
    """

    @property
    def _constructor(self) -> type[ComparisonTable]:
        return ComparisonTable

    def to_frame(self) -> pd.DataFrame:
        """Returns the same table as a plain DataFrame."""
        return pd.DataFrame(self)

    def plot(self, score: str | None = None, **options: Any) -> go.Figure:  # type: ignore[override]
        """Returns the differences of one score by language, with their intervals.

        Args:
            score: A value of the column `name`; None for the first.
            options: Those of `figures.difference_figure`.

        Raises:
            InputError: when the table has no such score, or lacks a column.
        """
        from tomclip.figures import FigureContext, difference_figure
        from tomclip.figures.style.context import LANGUAGE_NAMES

        names = list(dict.fromkeys(self["name"])) if "name" in self else []
        chosen = score or next(iter(names), "")
        if chosen not in names:
            raise InputError(
                f"score is {chosen!r}; the comparison has {', '.join(names) or 'no scores'}"
            )
        rows = self.to_frame().query("name == @chosen")
        encoders = dict.fromkeys((rows["baseline"].iloc[0], *rows["encoder"]))
        given: dict[str, Any] = {
            "baseline": rows["baseline"].iloc[0],
            "label": score_kind(chosen).title,
            "unit": "percentage points" if rows["unit"].iloc[0] == "%" else rows["unit"].iloc[0],
            "higher_is_better": bool(rows["higher_is_better"].iloc[0]),
            "context": FigureContext(
                encoders={name: name for name in encoders}, metric="", languages=LANGUAGE_NAMES
            ),
        }
        return difference_figure(rows.assign(value=rows["difference"]), **given | options)

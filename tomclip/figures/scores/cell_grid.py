"""What a grid of cells shows: groups by languages, whose summaries stand apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tomclip.core.formatting import decimal
from tomclip.core.results import ArrayRecord
from tomclip.core.scores import MEAN
from tomclip.figures.style.palette import DARK_DIVERGING, DARK_RAMP, LIGHT_DIVERGING, LIGHT_RAMP

Ramp = tuple[Sequence[str], Sequence[str]]
SEQUENTIAL: Ramp = (LIGHT_RAMP, DARK_RAMP)
DIVERGING: Ramp = (LIGHT_DIVERGING, DARK_DIVERGING)
"""Steps of the colours on light and on dark ground."""
GAP = 0.35
"""Cells between a summary and the rest."""


@dataclass(frozen=True, eq=False, repr=False)
class CellGrid(ArrayRecord):
    """What a grid shows.

    Attributes:
        table: columns group, language, value and, where known, ci_low, ci_high and pictures.
        rows: the groups, from the top.
        languages: codes, from the left; "mean" may be the last one.
        row_titles: shown title of every group.
        apart: the group that stands apart where it is the first one.
        unit: of the values.
        signed: whether values have a sign and an asterisk says that an interval excludes zero.
        ramp: of the colours; signed ones have zero in their middle.
    """

    table: pd.DataFrame
    rows: Sequence[str]
    languages: Sequence[str]
    row_titles: Mapping[str, str]
    apart: str
    unit: str
    signed: bool
    ramp: Ramp

    @property
    def xs(self) -> dict[str, float]:
        """Centres of the columns."""
        extra = {MEAN: GAP}
        return {code: at + extra.get(code, 0) for at, code in enumerate(self.languages)}

    @property
    def ys(self) -> dict[str, float]:
        """Centres of the rows."""
        extra = GAP if self.rows and self.rows[0] == self.apart else 0
        return {name: at + (extra if at else 0) for at, name in enumerate(self.rows)}

    @property
    def ends(self) -> tuple[float, float]:
        """Values at the ends of the ramp: 0 and the largest, or as far below 0 as above it."""
        shown = self.cells["value"].abs().max()
        top = float(shown) if shown > 0 else 1.0
        return (-top if self.signed else 0.0), top

    @property
    def cells(self) -> pd.DataFrame:
        """The rows of the table that are shown."""
        kept = self.table["group"].isin(self.rows) & self.table["language"].isin(self.languages)
        return self.table[kept]

    @property
    def clear(self) -> pd.Series:
        """Which of the cells have an interval that excludes zero."""
        cells = self.cells
        if "ci_low" not in cells:
            return pd.Series(False, index=cells.index)
        return (cells["ci_low"] > 0) | (cells["ci_high"] < 0)

    def number(self, value: float, digits: int) -> str:
        """Returns a value with so many decimals, signed where the grid's values are."""
        return decimal(value, digits, signed=self.signed)

"""What is told of a table of classes by languages: the rows that matter, a finding, one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tomclip.core.formatting import decimal
from tomclip.core.scores import MEAN, capitalised
from tomclip.ui.scores.score_names import language_title

MOST_ROWS = 40
LEFT_OUT: Mapping[str, str] = {
    "gap": "with smaller gaps",
    "accuracy": "better in the mean",
    "difference": "with smaller differences",
}
"""Which concepts are not shown where there are too many rows."""


def most_telling(
    groups: Sequence[str], values: Mapping[Any, float], kind: str, *, most: int = MOST_ROWS
) -> list[str]:
    """Returns at most so many groups, in their order: the lowest ones, or the largest differences.

    Args:
        groups: in the order in which they are shown.
        values: the mean of each.
        kind: "accuracy", "gap" or "difference".
        most: how many are kept.
    """
    differs = kind == "difference"
    told = sorted(groups, key=lambda name: -abs(values[name]) if differs else values[name])
    kept = set(told[:most])
    return [name for name in groups if name in kept]


def group_title(name: str) -> str:
    """Returns a category's or subcategory's name, such as "Face smiling", as it is shown."""
    return capitalised(name.replace("-", " "))


def finding(table: pd.DataFrame, kind: str, groups: Sequence[str]) -> str:
    """Returns the cell that stands out most among those with an interval; "" without one."""
    told = table[
        table["group"].isin(groups) & (table["language"] != MEAN) & table["ci_low"].notna()
    ]
    if told.empty:
        return ""
    size = told["value"].abs() if kind == "difference" else -told["value"]
    cell = told.loc[size == size.max()].iloc[0]
    signed = kind != "accuracy"
    number = decimal(float(cell["value"]), 1, signed=signed)
    what = {"gap": "widest gap", "accuracy": "lowest", "difference": "largest"}[kind]
    unit = "points" if signed else "%"
    group = str(cell["group"]).replace("-", " ")
    return f"{what}: {group} in {language_title(str(cell['language']))}, {number} {unit}"


def cell_value(table: pd.DataFrame, group: str, language: str) -> str:
    """Returns the number of a cell with its interval."""
    cell = table[(table["group"] == group) & (table["language"] == language)].iloc[0]
    signed = bool((table["value"] < 0).any())
    unit = "points" if signed else "%"
    ends = [float(cell[name]) for name in ("value", "ci_low", "ci_high")]
    value, low, high = (decimal(one, 1, signed=signed) for one in ends)
    interval = "" if np.isnan(cell["ci_low"]) else f" [{low}, {high}]"
    return f"{value} {unit}{interval}"

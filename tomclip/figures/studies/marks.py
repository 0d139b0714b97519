"""How forms, families and verdicts of a study are drawn, the same in each of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tomclip.core.formatting import decimal
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import LIGHT

FAMILIES: Mapping[str, str] = {
    "baseline": "baseline",
    "structural": "structural",
    "point-wise": "point-wise",
    "closed form": "closed form",
}
"""Titles of the families, in the order in which they are drawn."""
FAMILY_STYLES: Mapping[str, dict[str, str]] = {
    "baseline": {"symbol": "star", "color": LIGHT["ink"]},
    "structural": {"symbol": "circle", "color": LIGHT["blue"]},
    "point-wise": {"symbol": "square", "color": LIGHT["orange"]},
    "closed form": {"symbol": "diamond", "color": LIGHT["green"]},
}
VERDICTS: Mapping[str, dict[str, Any]] = {
    "helps": {"color": LIGHT["green"], "symbol": "circle"},
    "undecided": {"color": LIGHT["muted"], "symbol": "circle-open"},
    "does not help": {"color": LIGHT["blue"], "symbol": "circle"},
}
NO_RESULTS = "No comparison yet: a form and the baseline need results of two folds."
FENCE = 3.0
"""Interquartile ranges beyond which a value no longer widens an axis."""
PLACE = ("condition", "form")


def of_form(table: pd.DataFrame) -> list[list[Any]]:
    """Returns the customdata of marks that stand for all runs of a form: no fold and no seed."""
    return [[*map(str, row), "", ""] for row in table[list(PLACE)].itertuples(index=False)]


def in_families(table: pd.DataFrame) -> dict[str, list[str]]:
    """Returns the forms of each family, in the order of families and then of the table."""
    found: dict[str, list[str]] = {}
    for family in FAMILIES:
        forms = table.loc[table["family"] == family, "form"]
        if len(forms):
            found[family] = list(dict.fromkeys(map(str, forms)))
    return found


def fenced(values: np.ndarray) -> np.ndarray:
    """Returns the values without those that are far from all others, by Tukey's outer fences."""
    first, third = np.quantile(values, [0.25, 0.75])
    reach = FENCE * (third - first)
    return values[(values >= first - reach) & (values <= third + reach)]


def p_text(value: float) -> str:
    """Returns a p-value in three digits, without the 0 before its point: "p .021", "p < .001"."""
    return "p < .001" if value < 0.001 else f"p {value:.3f}".replace("0.", ".")


def interval_text(row: Mapping[Any, Any], digits: int, unit: str) -> str:
    """Returns gain, interval, corrected interval, p-values and what could have been seen."""

    def of(name: str) -> str:
        return decimal(row[name], digits, signed=True)

    lines = [
        f"{of('gain')} {literal(unit)}".rstrip(),
        f"95 % interval {of('low')} to {of('high')}",
        f"corrected for overlapping training sets {of('corrected_low')} to {of('corrected_high')}",
        f"{p_text(row['p_value'])}, by Holm {p_text(row['adjusted_p'])}",
        f"could have been seen: {decimal(row['smallest_effect'], digits)}",
        f"{row['folds']:.0f} folds, {row['runs']:.0f} runs",
    ]
    return "<br>".join(lines)


def segments(low: Iterable[float], high: Iterable[float]) -> list[float | None]:
    """Returns the ends of intervals as one line with gaps."""
    return [end for pair in zip(low, high, strict=True) for end in (*pair, None)]


def twice(values: Sequence[float]) -> list[float | None]:
    """Returns the heights that belong to `segments`."""
    return segments(values, values)

"""What a figure shows, as a sentence for those who hear it in place of seeing it.

Each function takes the data of a figure and returns one sentence without its full stop, or "" where
there is nothing to say. `finished` puts it into `layout.meta` as `finding`; `head.spoken` says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from tomclip.core.formatting import decimal
from tomclip.core.scores import MEAN, ScoreKind
from tomclip.core.types import PersistenceDiagram
from tomclip.figures.style.context import FigureContext


class Pair(NamedTuple):
    """Two things that are told apart, and the number between them."""

    first: str
    second: str
    value: float


def accuracy_finding(
    table: pd.DataFrame,
    context: FigureContext,
    *,
    unit: str,
    digits: int = 1,
    higher_is_better: bool = True,
) -> str:
    """Returns each encoder's mean over languages, and its best and worst language.

    Args:
        table: long, with the columns language, encoder and value; the rows "mean" are the means,
            which are taken over the languages where there are none.
        context: knows the shown names.
        unit: of the values.
        digits: decimals to say.
        higher_is_better: which direction is good.
    """
    said = []
    for encoder in dict.fromkeys(table["encoder"]):
        values = _by_language(table[table["encoder"] == encoder])
        mean = values.pop(MEAN, None)
        if not values:
            continue
        highest, lowest = max(values, key=values.__getitem__), min(values, key=values.__getitem__)
        best, worst = (highest, lowest) if higher_is_better else (lowest, highest)
        ends = (
            f"{title} {context.language(code)} {_number(values[code], digits, unit)}"
            for title, code in (("best", best), ("worst", worst))
        )
        shown = _number(float(np.mean([*values.values()])) if mean is None else mean, digits, unit)
        said.append(f"{context.encoder(encoder)}: mean {shown}, {', '.join(ends)}")
    return "; ".join(said)


def difference_finding(
    table: pd.DataFrame, context: FigureContext, *, unit: str, digits: int
) -> str:
    """Returns the largest difference, and in how many languages the interval leaves zero out.

    Args:
        table: long, with the columns language, encoder, value (the difference), ci_low and ci_high
            (NaN where there is no interval). The rows "mean" are left out.
        context: knows the shown names.
        unit: of the differences.
        digits: decimals to say.
    """
    rows = table[table["language"] != MEAN].reset_index(drop=True)
    if rows.empty:
        return ""
    top = rows.iloc[int(np.argmax(np.abs(rows["value"].to_numpy(dtype=float))))]
    several = rows["encoder"].nunique() > 1
    who = f"{context.encoder(str(top['encoder']))} in " if several else ""
    said = f"{decimal(top['value'], digits, signed=True)} {unit}".rstrip()
    found = f"Largest difference: {who}{context.language(str(top['language']))} {said}"
    known = rows.dropna(subset=["ci_low", "ci_high"])
    if known.empty:
        return found
    clear = int(((known["ci_low"] > 0) | (known["ci_high"] < 0)).sum())
    return f"{found}; {clear} of {len(known)} intervals leave zero out"


def matrix_finding(values: np.ndarray, names: Sequence[str], *, unit: str) -> str:
    """Returns the farthest and the nearest pair of a square matrix, its diagonal left out.

    Args:
        values: (k, k) numbers; NaN where a pair was not compared.
        names: k shown names.
        unit: of the numbers.
    """
    pairs = [
        Pair(names[i], names[j], float(values[i, j]))
        for i in range(len(names))
        for j in range(len(names))
        if i != j and np.isfinite(values[i, j])
    ]
    if not pairs:
        return ""
    largest = max(pairs, key=lambda pair: pair.value)
    smallest = min(pairs, key=lambda pair: pair.value)
    return f"Largest: {_pair(largest, unit)}; smallest: {_pair(smallest, unit)}"


def cells_finding(
    table: pd.DataFrame, context: FigureContext, *, row: Callable[[str], str], unit: str
) -> str:
    """Returns the highest and the lowest cell of a table of groups by languages.

    Args:
        table: long, with the columns group, language and value; the rows "mean" are left out.
        context: knows the shown names of languages.
        row: returns the shown name of a group.
        unit: of the values.
    """
    cells = table[table["language"] != MEAN]
    if cells.empty:
        return ""
    values = cells["value"].to_numpy(dtype=float)
    ends = (
        ("Highest", cells.iloc[int(values.argmax())]),
        ("lowest", cells.iloc[int(values.argmin())]),
    )
    return "; ".join(
        f"{title}: {row(str(cell['group']))}, {context.language(str(cell['language']))}, "
        f"{_number(cell['value'], 1, unit)}"
        for title, cell in ends
    )


def diagrams_finding(
    diagrams: Mapping[str, Iterable[PersistenceDiagram]],
    context: FigureContext,
    *,
    reference: str,
) -> str:
    """Returns which language has the feature that lives longest, in the highest dimension drawn.

    Features that never die are left out. Where the reference is there, its longest is said too.

    Args:
        diagrams: by language code.
        context: knows the shown names, and the metric.
        reference: code of the language that the others are compared with.
    """
    longest = {
        code: _longest(diagram)
        for code, group in diagrams.items()
        for diagram in group
        if diagram.homology_dimension == 1 and _longest(diagram) > 0
    }
    if not longest:
        return ""
    top = max(longest, key=lambda code: longest[code])
    found = f"Longest-lived loop: {context.language(top)}, {longest[top]:.3g}"
    if top == reference or reference not in longest:
        return found
    return f"{found}; in {context.language(reference)}, {longest[reference]:.3g}"


def disparity_finding(disparities: Mapping[str, float], context: FigureContext) -> str:
    """Returns how far each map lies from the first one after it was laid onto it.

    Args:
        disparities: Procrustes disparity in [0, 1] by encoder, the first one's included.
        context: knows the shown titles.
    """
    first, *others = disparities
    if not others:
        return ""
    said = ", ".join(f"{context.encoder(name)} {disparities[name]:.2f}" for name in others)
    return f"Procrustes disparity to {context.encoder(first)}, from 0 to 1: {said}"


def curves_finding(scores: pd.DataFrame, kinds: Mapping[str, ScoreKind]) -> str:
    """Returns how the mean of each score moved from its first to its last step.

    Args:
        scores: long, with the columns step, score, series and value; a mean that is not there is
            taken over the languages.
        kinds: the scores that are drawn, by name, in order.
    """
    said = []
    for name, kind in kinds.items():
        rows = scores[(scores["score"] == name) & scores["value"].notna()]
        means = rows[rows["series"] == MEAN] if (rows["series"] == MEAN).any() else rows
        steps = means.groupby("step")["value"].mean()
        if len(steps) < 2:
            continue
        unit = "%" if kind.is_share else ""
        start, end = (_number(steps.iloc[at], kind.digits, unit) for at in (0, -1))
        said.append(f"{kind.title} from {start} to {end}")
    return "; ".join(said)


def loss_finding(steps: np.ndarray, total: np.ndarray) -> str:
    """Returns the total loss at the first and the last step where it is known.

    Args:
        steps: (n,) numbers of steps, rising.
        total: (n,) losses; NaN where unknown.
    """
    known = np.flatnonzero(np.isfinite(total))
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    return (
        f"Total loss {total[first]:.3g} at step {int(steps[first]):,}, "
        f"{total[last]:.3g} at step {int(steps[last]):,}"
    )


def _by_language(rows: pd.DataFrame) -> dict[str, float]:
    return dict(zip(rows["language"], rows["value"].astype(float), strict=True))


def _longest(diagram: PersistenceDiagram) -> float:
    lives = np.asarray(diagram.pairs)[:, 1] - np.asarray(diagram.pairs)[:, 0]
    finite = lives[np.isfinite(lives)]
    return float(finite.max()) if len(finite) else 0.0


def _number(value: float, digits: int, unit: str) -> str:
    return f"{decimal(value, digits)} {unit}".rstrip()


def _pair(pair: Pair, unit: str) -> str:
    return f"{pair.first} to {pair.second}, {pair.value:.3g} {unit}".rstrip()

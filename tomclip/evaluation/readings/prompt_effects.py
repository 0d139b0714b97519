"""What other prompts change: the same pictures asked twice, with paired intervals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.scores import MEAN
from tomclip.evaluation.metrics.bootstrap import bootstrap_intervals
from tomclip.evaluation.report import EvaluationReport

COLUMNS = (
    *("language", "before", "before_low", "before_high", "after", "after_low", "after_high"),
    *("difference", "ci_low", "ci_high", "n"),
)


def prompt_effects(
    before: EvaluationReport, after: EvaluationReport, *, asked: str = "zero_shot", k: int = 1
) -> pd.DataFrame:
    """Returns a score before and after other prompts, per language of `after` and in their mean.

    Args:
        before: of an encoder, in all languages of `after` at least.
        after: of the same encoder, asked about the same items in other words.
        asked: what is asked, such as "zero_shot".
        k: length of the list that the right answer is looked for in; one of the reports' `ks`.

    Returns:
        Rows with `COLUMNS`. Values are in per cent and `difference`, after less before, in
        percentage points. Intervals are at 95 % over items, which are resampled as pairs.

    Raises:
        InputError: when the reports are of other encoders or items, or lack a language or the k.
    """
    for name in ("encoder", "data", "concept_ids"):
        if getattr(before, name) != getattr(after, name):
            raise InputError(
                f"the reports differ in {name}; compare one encoder on the same items, asked twice"
            )
    if any(k not in report.settings["ks"] for report in (before, after)):
        raise InputError(f"k is {k}; both reports have {before.settings['ks']}")
    return pd.DataFrame(_rows(before, after, asked, k), columns=list(COLUMNS))


def _rows(
    before: EvaluationReport, after: EvaluationReport, asked: str, k: int
) -> Iterator[tuple[object, ...]]:
    codes = list(after.ranks[asked])
    columns = {
        code: tuple(_hits(report, asked, code, k) for report in (before, after)) for code in codes
    }
    if len(codes) > 1:
        sides = ([columns[code][side] for code in codes] for side in (0, 1))
        columns[MEAN] = tuple(np.mean(side, axis=0) for side in sides)
    for code, (old, new) in columns.items():
        values = np.column_stack([old, new, new - old])
        ends = bootstrap_intervals(values, seed=int(after.settings["seed"]))
        cells = zip(values.mean(axis=0).tolist(), ends.tolist(), strict=True)
        yield (code, *(one for mean, (low, high) in cells for one in (mean, low, high)), len(old))


def _hits(report: EvaluationReport, asked: str, code: str, k: int) -> np.ndarray:
    return report.hits(asked, code)[:, list(report.settings["ks"]).index(k)]

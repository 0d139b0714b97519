"""What the results of a study say: each form against the baseline, and between conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from tomclip.core.scores import MEAN, score_kind
from tomclip.data import load_emoji
from tomclip.evaluation.metrics.paired_tests import holm_adjusted
from tomclip.studies.fold_tests import FoldTest, fold_test
from tomclip.studies.outcomes import EMOJI
from tomclip.studies.settings import is_structural
from tomclip.studies.study import FoldStudy

if TYPE_CHECKING:
    import pandas as pd

PRIMARY = "zero_shot_top1"


def form_tests(
    study: FoldStudy,
    results: pd.DataFrame,
    condition: str,
    *,
    score: str = PRIMARY,
    data: str = EMOJI,
    language: str = MEAN,
) -> pd.DataFrame:
    """Returns how each form of a condition differs from the baseline.

    One row per form that has a result, baseline included: `form`, `family` ("baseline",
    "structural", "point-wise" or "closed form"), its own mean (`value`), the fields of `FoldTest`,
    `adjusted_p` by Holm over its family, and `verdict`, for shares in per cent. Rows lack what too
    few trials have been done for.

    Args:
        study: Decides the baseline, the families and the order.
        results: From `results_table`.
        condition: Title.
        score: Its name.
        data: "emoji" or "icons".
        language: A code, or "mean".
    """
    import pandas as pd

    values = _by_form(results, condition, score, data, language)
    forms = [form for form in (*study.forms_in(condition), *study.plain_in(condition))]
    ratio = _test_to_train(study)
    tests: dict[str, FoldTest] = {}
    for form in forms:
        if form != study.baseline and {form, study.baseline} <= set(values):
            test = _paired(values[form] - values[study.baseline], ratio)
            if test is not None:
                tests[form] = test
    families = {form: family_of(study, condition, form) for form in forms}
    adjusted = _adjusted(tests, families)
    is_share = score_kind(score).is_share
    rows = []
    for form in forms:
        if form not in values:
            continue
        row: dict[str, Any] = {"form": form, "family": families[form], "value": _mean(values[form])}
        if form in tests:
            row |= asdict(tests[form]) | {"adjusted_p": adjusted[form]}
            row["verdict"] = tests[form].verdict(adjusted[form]) if is_share else None
        rows.append(row)
    return pd.DataFrame(rows)


def contrast_tests(
    study: FoldStudy,
    results: pd.DataFrame,
    *,
    score: str = PRIMARY,
    data: str = EMOJI,
    language: str = MEAN,
) -> pd.DataFrame:
    """Returns what the baseline gains from one condition to another, a row per contrast.

    Columns: `contrast`, `before` and `after` (means) and the fields of `FoldTest`. Contrasts that
    lack results are left out.
    """
    import pandas as pd

    rows = []
    for title, (before, after) in study.contrasts.items():
        sides = [
            _by_form(results, condition, score, data, language).get(study.baseline)
            for condition in (before, after)
        ]
        if sides[0] is None or sides[1] is None:
            continue
        test = _paired(sides[1] - sides[0], _test_to_train(study))
        if test is not None:
            means = {"before": _mean(sides[0]), "after": _mean(sides[1])}
            rows.append({"contrast": title, **means, **asdict(test)})
    return pd.DataFrame(rows)


def family_of(study: FoldStudy, condition: str, form: str) -> str:
    """Returns which family of comparisons a form belongs to; p-values are adjusted within it."""
    if form == study.baseline:
        return "baseline"
    if form in study.plain:
        return "closed form"
    config = study.config(condition, form, fold=study.folds[0], seed=study.seeds[0])
    return "structural" if is_structural(config) else "point-wise"


def _by_form(
    results: pd.DataFrame, condition: str, score: str, data: str, language: str
) -> dict[str, pd.Series]:
    """Returns by form its values by fold and seed."""
    chosen = results[
        (results["condition"] == condition)
        & (results["score"] == score)
        & (results["data"] == data)
        & (results["language"] == language)
    ]
    return {
        str(form): rows.set_index(["fold", "seed"])["value"]
        for form, rows in chosen.groupby("form")
    }


def _paired(differences: pd.Series, ratio: float) -> FoldTest | None:
    """Returns the test of differences by fold and seed; None when fewer than two folds have any."""
    table = differences.unstack("seed").to_numpy(dtype=float)
    if (~np.isnan(table)).any(axis=-1).sum() < 2:
        return None
    return fold_test(table, test_to_train=ratio)


def _mean(values: pd.Series) -> float:
    """Returns the mean over folds of each fold's mean, as the tests take it."""
    return float(values.groupby("fold").mean().mean())


def _adjusted(tests: Mapping[str, FoldTest], families: Mapping[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for family in dict.fromkeys(families.values()):
        members: Sequence[str] = [form for form in tests if families[form] == family]
        p_values = holm_adjusted([tests[form].p_value for form in members])
        found |= dict(zip(members, p_values, strict=True))
    return found


def _test_to_train(study: FoldStudy) -> float:
    """Returns the mean over folds of asked concepts in the number of those that may train."""
    ratios = []
    for fold in study.folds:
        splits = load_emoji(fold=fold).splits
        ratios.append(len(splits["unseen"]) / len(splits["train"]))
    return float(np.mean(ratios))

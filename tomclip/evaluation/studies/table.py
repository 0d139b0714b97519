"""The table of a study: means over seeds with their intervals, beside the published values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.intervals import mean_interval
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.studies.experiments import BASELINE, MEASURES, Study
from tomclip.evaluation.studies.plan import PlannedRun, StudyPlan
from tomclip.runs import run_summary
from tomclip.runs.records import CRITERION

if TYPE_CHECKING:
    import pandas as pd

VALUE_COLUMNS = ("data", "recipe", "seed", "score", "value")


def study_values(run: PlannedRun, report: EvaluationReport) -> list[dict[str, Any]]:
    """Returns one row per score of `MEASURES`: the mean over languages of one run, in per cent.

    Raises:
        InputError: when the report lacks one of them.
    """
    return [
        {
            "data": report.data,
            "recipe": run.recipe,
            "seed": run.seed,
            "score": name,
            "value": report.score(name).value,
        }
        for name in MEASURES[report.data]
    ]


def study_table(study: Study, values: pd.DataFrame) -> pd.DataFrame:
    """Returns one row per data set, recipe or plain baseline, and score, over the seeds.

    Columns: `data`, `recipe`, `score`; `seeds`; `value`, the mean, with `low` and `high`; `gain`,
    the mean difference from the baseline with the same seed, with `gain_low` and `gain_high`;
    `published`. Intervals are at 95 % by Student's t over the seeds. NaN stands for what there is
    not: an interval of one seed, the baseline's own gain, a value that was not published. A plain
    baseline that was not measured has no row.

    Args:
        study: decides the order of the recipes and the published values.
        values: rows of `study_values`.

    Raises:
        InputError: when a column is missing.
    """
    import pandas as pd

    if missing := [name for name in VALUE_COLUMNS if name not in values]:
        raise InputError(f"the values lack {', '.join(missing)}; give rows of study_values")
    return pd.DataFrame(list(_rows(study, values)))


def validation_table(plan: StudyPlan, directory: Path) -> pd.DataFrame:
    """Returns one row per recipe: the best validation of its runs, by which a weight is chosen.

    Columns: `recipe`, `seeds`, and `value`, the mean over the seeds of the mean reciprocal rank (0
    to 1) of the right English caption among those of the validation captions, with `low` and `high`
    as in `study_table`.

    Args:
        plan: Whose runs have finished.
        directory: The study's folder.

    Raises:
        RunError: when what a run recorded cannot be read.
    """
    import pandas as pd

    best: dict[str, list[float]] = {}
    for run in plan.runs:
        found = run_summary(directory / run.name).best
        best.setdefault(run.recipe, []).extend(
            [found[CRITERION].value] if CRITERION in found else []
        )
    return pd.DataFrame(
        {
            "recipe": recipe,
            "seeds": len(values),
            **_named(mean_interval(values), "value", "low", "high"),
        }
        for recipe, values in best.items()
    )


def _rows(study: Study, values: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for data in dict.fromkeys(values["data"]):
        measured = set(values.loc[values["data"] == data, "recipe"])
        fitted = [one.title for one in study.baselines if one.title in measured]
        for recipe in (*(one.title for one in study.recipes), *fitted):
            for score in MEASURES[data]:
                ours = _by_seed(values, data, recipe, score)
                gain = (ours - _by_seed(values, data, BASELINE, score)).dropna()
                yield {
                    "data": data,
                    "recipe": recipe,
                    "score": score,
                    "seeds": len(ours),
                    **_named(mean_interval(ours.to_numpy()), "value", "low", "high"),
                    **_named(
                        mean_interval([] if recipe == BASELINE else gain.to_numpy()),
                        "gain",
                        "gain_low",
                        "gain_high",
                    ),
                    "published": study.published.get((data, recipe), {}).get(score, np.nan),
                }


def _by_seed(values: pd.DataFrame, data: str, recipe: str, score: str) -> pd.Series:
    chosen = (values["data"] == data) & (values["recipe"] == recipe) & (values["score"] == score)
    return values[chosen].set_index("seed")["value"]


def _named(interval: tuple[float, float, float], *names: str) -> dict[str, float]:
    return dict(zip(names, interval, strict=True))

"""The numbers of a study's figures, each as a table; what is not there yet is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tomclip.core.intervals import mean_interval
from tomclip.core.scores import MEAN, score_kind
from tomclip.runs.sweeps.trade_off import pareto_front
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.outcomes import EMOJI
from tomclip.studies.report.conditions import pair_shares
from tomclip.studies.tables import PRIMARY, family_of, form_tests

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Asked:
    """Which score is looked at: its name, on which pictures, in which language."""

    score: str = PRIMARY
    data: str = EMOJI
    language: str = MEAN


def rows_of(
    loaded: LoadedStudy,
    *,
    conditions: Iterable[str] | None = None,
    scores: Iterable[str] | None = None,
    data: str | None = None,
    language: str | None = None,
) -> pd.DataFrame:
    """Returns the rows of a study's table that have one of the given values; None: any."""
    table = loaded.table
    keep = table["value"].notna()
    for column, values in (
        ("condition", conditions),
        ("score", scores),
        ("data", None if data is None else [data]),
        ("language", None if language is None else [language]),
    ):
        if values is not None:
            keep &= table[column].isin(list(values))
    return table[keep]


def gains(loaded: LoadedStudy, conditions: Sequence[str], asked: Asked) -> pd.DataFrame:
    """Returns `form_tests` of several conditions, with the column `condition` first."""
    return _tests(loaded, conditions, asked.score, asked.data, [asked.language])


def gains_by_language(loaded: LoadedStudy, conditions: Sequence[str], asked: Asked) -> pd.DataFrame:
    """Returns `form_tests` for the mean and every language, with the column `language`.

    The baseline's own rows are left out.
    """
    languages = dict.fromkeys([MEAN, *loaded.table["language"]])
    table = _tests(loaded, conditions, asked.score, asked.data, list(languages))
    return table[table["family"] != "baseline"] if len(table) else table


def language_spread(loaded: LoadedStudy, condition: str) -> dict[str, pd.DataFrame]:
    """Returns `form_tests` of each run's lowest language and of its distance from the best one.

    Both of the primary outcome, by what they are: "lowest language" and "best less lowest".
    """
    rows = rows_of(loaded, conditions=[condition], scores=[PRIMARY], data=EMOJI)
    runs = rows[rows["language"] != MEAN].groupby(["form", "fold", "seed"])["value"]
    lowest, best = runs.min(), runs.max()
    found = {}
    for title, values in (("lowest language", lowest), ("best less lowest", best - lowest)):
        facts = {"condition": condition, "score": PRIMARY, "data": EMOJI, "language": MEAN}
        table = values.reset_index().assign(**facts)
        found[title] = form_tests(loaded.study, table, condition)
    return found


def shares(loaded: LoadedStudy, asked: Asked) -> pd.DataFrame:
    """Returns each form's mean over the folds by share of concepts with pairs.

    Columns: `condition`, `share` (per cent), `anchored`, `form`, `family`, `value`, `low`, `high`
    (95 %, Student's t over the folds' means) and `folds`. Of conditions that differ in more than
    share, anchor and batch size those are taken that have most shares, and of the forms those of
    two shares or more, if there are any.
    """
    import pandas as pd

    places = pair_shares(loaded.study)
    wanted = {"scores": [asked.score], "data": asked.data, "language": asked.language}
    table, rows = rows_of(loaded, conditions=places, **wanted), []
    for condition, place in places.items():
        of_one = table[table["condition"] == condition]
        for form, found in _fold_means(of_one, loaded, condition):
            value, low, high = mean_interval(found)
            rows.append(
                {
                    "condition": condition,
                    "share": 100 * place.share,
                    "anchored": place.anchored,
                    "form": form,
                    "family": family_of(loaded.study, condition, form),
                    "value": value,
                    "low": low,
                    "high": high,
                    "folds": len(found),
                }
            )
    found = pd.DataFrame(rows, columns=_SHARES).sort_values("share", kind="stable")
    counts = found.groupby("form")["share"].transform("nunique")
    return found[counts >= min(2, counts.max())] if len(found) else found


def trade_offs(
    loaded: LoadedStudy, conditions: Sequence[str], asked: Asked, shape: str
) -> pd.DataFrame:
    """Returns each form's accuracy and shape in each condition, means over the folds.

    Columns: `condition`, `form`, `family`, `accuracy` and `shape`, each with its `_low` and
    `_high`, and `pareto`, whether no other form of its condition is as good in both and better in
    one.

    Args:
        loaded: The study.
        conditions: Titles.
        asked: The accuracy.
        shape: Name of the shape score, of the emoji.
    """
    import pandas as pd

    sides = {
        "accuracy": rows_of(
            loaded,
            conditions=conditions,
            scores=[asked.score],
            data=asked.data,
            language=asked.language,
        ),
        "shape": rows_of(
            loaded, conditions=conditions, scores=[shape], data=EMOJI, language=asked.language
        ),
    }
    sign = -1.0 if score_kind(shape).higher_is_better else 1.0
    tables = []
    for condition in conditions:
        found = {
            name: dict(_fold_means(table[table["condition"] == condition], loaded, condition))
            for name, table in sides.items()
        }
        rows = [
            {
                "condition": condition,
                "form": form,
                "family": family_of(loaded.study, condition, form),
                **_interval("accuracy", found["accuracy"][form]),
                **_interval("shape", found["shape"][form]),
            }
            for form in found["accuracy"]
            if form in found["shape"]
        ]
        table = pd.DataFrame(rows, columns=_TRADE_OFFS)
        tables.append(table.assign(pareto=pareto_front(table["accuracy"], sign * table["shape"])))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=_TRADE_OFFS)


_SHARES = ["condition", "share", "anchored", "form", "family", "value", "low", "high", "folds"]
_TRADE_OFFS = [
    *("condition", "form", "family", "accuracy", "accuracy_low", "accuracy_high"),
    *("shape", "shape_low", "shape_high"),
]


def _tests(
    loaded: LoadedStudy,
    conditions: Sequence[str],
    score: str,
    data: str,
    languages: Sequence[str],
) -> pd.DataFrame:
    import pandas as pd

    tables = []
    for condition in conditions:
        of_one = rows_of(loaded, conditions=[condition], scores=[score], data=data)
        for code in languages:
            table = form_tests(
                loaded.study, of_one, condition, score=score, data=data, language=code
            )
            if len(table):
                table.insert(0, "condition", condition)
                tables.append(table.assign(language=code))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _fold_means(
    table: pd.DataFrame, loaded: LoadedStudy, condition: str
) -> list[tuple[str, list[float]]]:
    """Returns the forms in the study's order, each with the means of its folds."""
    study = loaded.study
    found = []
    for form in (*study.forms_in(condition), *study.plain_in(condition)):
        means = table[table["form"] == form].groupby("fold")["value"].mean()
        if len(means):
            found.append((form, means.tolist()))
    return found


def _interval(name: str, values: Sequence[float]) -> dict[str, float]:
    mean, low, high = mean_interval(values)
    return {name: mean, f"{name}_low": low, f"{name}_high": high}

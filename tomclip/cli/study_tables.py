"""How the command line shows a study: on the terminal, as JSON and as Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from tomclip.cli.score_tables import plain_rows
from tomclip.cli.terminal import show_table
from tomclip.core.scores import score_kind

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation.studies.experiments import Study
    from tomclip.evaluation.studies.plan import StudyPlan

Table = tuple[str, list[str], list[list[str]]]


def show_study(
    study: Study,
    plan: StudyPlan,
    table: pd.DataFrame,
    validation: pd.DataFrame,
    missing: Mapping[str, str],
) -> None:
    """Prints two tables per data set and one of the validation, and what has to be said of them."""
    for title, header, rows in _tables(study, plan, table, validation):
        show_table(title, header, rows, numbers=False)
    for sentence in _remarks(study, plan, missing):
        typer.echo(sentence)


def as_markdown(
    study: Study,
    plan: StudyPlan,
    table: pd.DataFrame,
    validation: pd.DataFrame,
    missing: Mapping[str, str],
) -> str:
    """Returns what `show_study` prints as Markdown."""
    parts = []
    for title, header, rows in _tables(study, plan, table, validation):
        lines = [header, ["---"] * len(header), *rows]
        grid = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        parts.append(f"**{title}**\n\n{grid}")
    return "\n\n".join([*parts, *_remarks(study, plan, missing)]) + "\n"


def json_values(
    plan: StudyPlan,
    values: pd.DataFrame,
    table: pd.DataFrame,
    validation: pd.DataFrame,
    missing: Mapping[str, str],
) -> dict[str, Any]:
    """Returns the plan's facts, every run's values, both tables, and what was not evaluated."""
    facts = {key: value for key, value in asdict(plan).items() if key != "runs"}
    return {
        **facts,
        "trial": plan.is_trial,
        "runs": [run.name for run in plan.runs],
        "not_evaluated": dict(missing),
        "values": plain_rows(values),
        "table": plain_rows(table),
        "validation": plain_rows(validation),
    }


def _tables(
    study: Study, plan: StudyPlan, table: pd.DataFrame, validation: pd.DataFrame
) -> Iterator[Table]:
    from tomclip.evaluation.studies.experiments import BASELINE
    from tomclip.runs.records import CRITERION

    trial = f", a trial{_changes(plan)}" if plan.is_trial else ""
    for data, rows in table.groupby("data", sort=False):
        scores = list(dict.fromkeys(rows["score"]))
        cells = {(row["recipe"], row["score"]): row for row in rows.to_dict("records")}
        header = ["recipe", *(score_kind(score).short_title for score in scores)]
        recipes = list(dict.fromkeys(rows["recipe"]))
        values = [[recipe, *(_value(cells[recipe, name]) for name in scores)] for recipe in recipes]
        means = f"mean over languages and {plan.seeds} seeds"
        yield f"{study.title}: {data}, %, {means}{trial}", header, values
        gains = [
            [recipe, *(_gain(cells[recipe, name]) for name in scores)]
            for recipe in recipes
            if recipe != BASELINE
        ]
        yield f"Gain over {BASELINE} in points, seed by seed: {data}{trial}", header, gains
    best = [
        [row["recipe"], _interval(row["value"], row["low"], row["high"], ".4f")]
        for row in validation.to_dict("records")
    ]
    title = f"Best validation, mean over {plan.seeds} seeds{trial}"
    yield title, ["recipe", score_kind(CRITERION).short_title], best


def _value(row: Mapping[Any, Any]) -> str:
    interval = _interval(row["value"], row["low"], row["high"], ".2f")
    published = "" if math.isnan(row["published"]) else f" (published {row['published']:.2f})"
    return f"{interval}{published}"


def _gain(row: Mapping[Any, Any]) -> str:
    return _interval(row["gain"], row["gain_low"], row["gain_high"], "+.2f")


def _interval(mean: float, low: float, high: float, form: str) -> str:
    if math.isnan(mean):
        return "-"
    return f"{mean:{form}}" + ("" if math.isnan(low) else f" [{low:{form}}, {high:{form}}]")


def _changes(plan: StudyPlan) -> str:
    asked = [*([f"steps = {plan.steps}"] if plan.steps is not None else [])]
    asked += [f"{key} = {value}" for key, value in plan.changes.items()]
    return f" with {', '.join(asked)}"


def _remarks(study: Study, plan: StudyPlan, missing: Mapping[str, str]) -> Sequence[str]:
    remarks = ["Intervals are at 95 % by Student's t over the seeds.", *study.notes]
    if plan.is_trial and study.published:
        remarks.append("A trial differs from the recipes and cannot be held against the paper.")
    return [*remarks, *(f"Not evaluated: {sentence}" for sentence in missing.values())]

"""How a study chooses its settings: what every form's candidates scored on validation concepts.

First every group measures at which weight each form pulls as hard as the point-wise part (`ratios/`
in the study's folder); their geometric mean fixes the weights to try. Then every group trains all
candidates (`selection/`). What scored best over all groups is chosen (`choices.json`). No held-out
concept is looked at.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tomclip.core.errors import RunError, first_line
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.studies.settings import (
    Choices,
    Settings,
)
from tomclip.studies.study import FoldStudy
from tomclip.studies.trials import Group, choosing_groups

if TYPE_CHECKING:
    import pandas as pd

RATIOS, SELECTION, CHOICES = "ratios", "selection", "choices.json"
CRITERION = "mean_reciprocal_rank"
SELECTED = (
    *("condition", "fold", "seed", "form", "learning_rate", "multiple", "factor", "best_step"),
    *("steps", CRITERION, "error"),
)
"""Columns of `selection_table`."""


def ratios_file(group: Group, directory: Path) -> Path:
    """Returns where a group's ratios lie."""
    return directory / RATIOS / f"{group.name}.json"


def selection_file(group: Group, directory: Path) -> Path:
    """Returns where the scores of a group's candidates lie."""
    return directory / SELECTION / f"{group.name}.csv"


def ratios_of(study: FoldStudy, condition: str, directory: Path) -> dict[str, float]:
    """Returns the geometric mean of each form's ratios over the groups of a condition.

    Raises:
        RunError: when a group's are missing or damaged.
    """
    logarithms: dict[str, list[float]] = {}
    for group in choosing_groups(study):
        if group.condition == condition:
            for form, ratio in _read_json(ratios_file(group, directory)).items():
                logarithms.setdefault(form, []).append(math.log(ratio))
    return {form: math.exp(sum(logs) / len(logs)) for form, logs in logarithms.items()}


def selection_table(study: FoldStudy, directory: Path, *, so_far: bool = False) -> pd.DataFrame:
    """Returns what every candidate scored, with `condition`, `fold` and `seed`.

    Args:
        study: Which.
        directory: Its folder.
        so_far: Leave out groups that have no file yet; without any the table is empty.

    Raises:
        RunError: when a group's file is missing or damaged.
    """
    import pandas as pd

    tables = []
    for group in choosing_groups(study):
        file = selection_file(group, directory)
        if so_far and not file.exists():
            continue
        try:
            table = pd.read_csv(file, keep_default_na=False, na_values={"multiple": [""]})
            table = table.assign(condition=group.condition, fold=group.fold, seed=group.seed)
            tables.append(table[["condition", "fold", "seed", *table.columns[:-3]]])
        except (OSError, ValueError, KeyError) as error:
            raise RunError(
                f"{file} cannot be read ({first_line(error)}); delete it to try its candidates "
                "again"
            ) from error
    if not tables:
        return pd.DataFrame(columns=list(SELECTED))
    return pd.concat(tables, ignore_index=True)


def choose(study: FoldStudy, directory: Path) -> Choices:
    """Returns the best settings by condition and form, and writes them.

    The best mean of the criterion over all folds and seeds of the selection; ties go to the smaller
    weight, then to the smaller learning rate. Settings with which any run broke off are not chosen.

    Raises:
        RunError: as `selection_table`; when a form has no candidate whose runs all came to an end.
    """
    table = selection_table(study, directory)
    found: dict[str, dict[str, Settings]] = {}
    for condition, form in table[["condition", "form"]].drop_duplicates().itertuples(index=False):
        rows = table[(table["condition"] == condition) & (table["form"] == form)]
        keys = ["factor", "learning_rate"]
        groups = rows.groupby(keys, sort=True)
        means = groups[CRITERION].mean()[~groups["error"].agg(lambda e: (e != "").any())]
        if means.empty:
            raise RunError(
                f"no candidate of {form!r} came to its end in every run; give smaller learning "
                "rates or multiples"
            )
        factor, rate = means.idxmax()  # the first of equal ones, so the smallest
        multiple = rows[(rows["factor"] == factor) & (rows["learning_rate"] == rate)]["multiple"]
        chosen = None if multiple.isna().any() else float(multiple.iloc[0])
        found.setdefault(str(condition), {})[str(form)] = Settings(
            float(rate), chosen, float(factor)
        )
    file = directory / CHOICES
    with write_errors(file):
        write_json_atomically(
            file, {c: {f: asdict(s) for f, s in forms.items()} for c, forms in found.items()}
        )
    return found


def read_choices(study: FoldStudy, directory: Path) -> Choices | None:
    """Returns what was chosen, {} for a study that chooses nothing, None before it has.

    Raises:
        RunError: when the file is damaged or of other forms.
    """
    if study.choose is None:
        return {}
    file = directory / CHOICES
    if not file.exists():
        return None
    values = _read_json(file)
    try:
        found = {c: {f: Settings(**s) for f, s in forms.items()} for c, forms in values.items()}
    except (TypeError, AttributeError) as error:
        raise RunError(f"{file} is damaged ({first_line(error)}); delete it") from error
    for group in choosing_groups(study):
        if set(found.get(group.condition, {})) != set(study.forms_in(group.condition)):
            raise RunError(
                f"{file} is of other forms than the study's; delete it and the folder {SELECTION} "
                "to choose anew, or name another folder"
            )
    return found


def _read_json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
        if not isinstance(found, dict):
            raise ValueError("it holds no object")
    except (OSError, ValueError) as error:
        raise RunError(f"{file} cannot be read ({first_line(error)}); delete it") from error
    return found

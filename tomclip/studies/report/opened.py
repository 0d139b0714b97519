"""What a mark of a study's figures stands for: its runs, their configuration, how to repeat one."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tomclip.config import config_to_dict, load_config
from tomclip.runs.records import flat_config
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report.frames import Asked, rows_of
from tomclip.studies.trials import Trial

if TYPE_CHECKING:
    import pandas as pd

_RUNS = ["fold", "seed", "value", "gain", "best_step", "steps", "seconds", "commit"]
_OF_ONE_RUN = ("name", "seed", "data.fold")


def trials_of_form(loaded: LoadedStudy, condition: str, form: str) -> tuple[Trial, ...]:
    """Returns the trials of a form in a condition, with and without a result."""
    return tuple(
        trial
        for trial in loaded.trials.values()
        if (trial.group.condition, trial.form) == (condition, form)
    )


def runs(loaded: LoadedStudy, condition: str, form: str, asked: Asked) -> pd.DataFrame:
    """Returns the runs of a form, by fold and seed.

    Columns: `fold`, `seed`, `value`, `gain` (less the baseline of the same fold and seed, NaN
    without one), `best_step`, `steps` (NaN of a closed form), `seconds` and `commit`.
    """
    import pandas as pd

    table = rows_of(
        loaded,
        conditions=[condition],
        scores=[asked.score],
        data=asked.data,
        language=asked.language,
    )
    columns = (table[name] for name in ("form", "fold", "seed", "value"))
    values = {(form, *place): float(value) for form, *place, value in zip(*columns, strict=True)}
    rows: list[dict[str, Any]] = []
    for one in loaded.results.values():
        if (one["condition"], one["form"]) != (condition, form):
            continue
        place = one["fold"], one["seed"]
        value = values.get((form, *place), float("nan"))
        baseline = values.get((loaded.study.baseline, *place), float("nan"))
        rows.append(
            {
                "fold": place[0],
                "seed": place[1],
                "value": value,
                "gain": value - baseline,
                "best_step": one["training"].get("best_step", float("nan")),
                "steps": one["training"].get("steps", float("nan")),
                "seconds": one["seconds"],
                "commit": str(one.get("commit") or ""),
            }
        )
    return pd.DataFrame(rows, columns=_RUNS).sort_values(["fold", "seed"], ignore_index=True)


def differences(loaded: LoadedStudy, condition: str, form: str) -> Mapping[str, tuple[Any, Any]]:
    """Returns the settings in which a form differs from the baseline of its condition.

    By dotted key, the form's value and the baseline's. A closed form reads the data of a
    configuration alone, so that it has none.
    """
    own, plain = (trials_of_form(loaded, condition, one) for one in (form, loaded.study.baseline))
    if not own or not plain or own[0].plain is not None:
        return {}
    ours, others = (flat_config(config_to_dict(trials[0].config)) for trials in (own, plain))
    return {
        key: (value, others.get(key))
        for key, value in ours.items()
        if key not in _OF_ONE_RUN and value != others.get(key)
    }


def repeating_command(loaded: LoadedStudy, trial: Trial) -> str:
    """Returns the command line that does a trial again.

    A trained one is a run of `tomclip train` with all that the study changes; closed forms are
    fitted by the study itself, whose results of other trials are not repeated.
    """
    if trial.plain is not None:
        words = ["tomclip", "study", loaded.name, "--directory", "NEW"]
        return shlex.join([*words, "--condition", trial.group.condition])
    base = flat_config(config_to_dict(load_config(loaded.study.base)))
    own = flat_config(config_to_dict(trial.config))
    changed = {key: value for key, value in own.items() if value != base.get(key)}
    words = ["tomclip", "train", "--config", loaded.study.base]
    for key, value in changed.items():
        words += ["--set", f"{key}={_written(value)}"]
    return shlex.join(words)


def _written(value: Any) -> str:
    """Returns a value as `--set` reads it."""
    return value if isinstance(value, str) else json.dumps(value)

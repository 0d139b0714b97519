"""A study over folds of concepts: its file, its trials, and the small file that each leaves.

A trial is one form of training with one fold held out and one seed. Its result holds configuration,
commit and scores, so that the results of a study are its whole record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass as checked_dataclass

from tomclip.config import TrainConfig, change_config, config_to_dict, load_config, parse_config
from tomclip.config.fields import STRICT
from tomclip.config.refusal import refusal
from tomclip.core.errors import ConfigError, RunError, TomclipError, first_line
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import user_path
from tomclip.core.reading.text import read_text
from tomclip.core.reading.yaml_text import parse_yaml
from tomclip.core.scores import MEAN
from tomclip.data import load_emoji
from tomclip.data.emoji import FOLDS
from tomclip.evaluation.metrics.paired_tests import holm_adjusted
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.studies.fold_tests import fold_test
from tomclip.evaluation.studies.plan import slug
from tomclip.runs.commit import git_commit

if TYPE_CHECKING:
    import pandas as pd

RESULTS = "results"
SCHEMA = 1
COLUMNS = ("form", "fold", "seed", "score", "language", "value")


@checked_dataclass(frozen=True, config=STRICT)
class FoldStudy:
    """What a study compares.

    Attributes:
        base: a configuration's file or name; every trial starts from it.
        forms: by title, dotted keys of the configuration with their values.
        baseline: the title that the others are held against.
        folds: those that are held out, one after the other.
        seeds: of every form and fold.
    """

    base: str
    forms: Mapping[str, Mapping[str, Any]]
    baseline: str
    folds: tuple[int, ...] = tuple(range(FOLDS))
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    @model_validator(mode="after")
    def _comparable(self) -> FoldStudy:
        if self.baseline not in self.forms or len(self.forms) < 2:
            raise ValueError(
                f"baseline is {self.baseline!r}; name one of the forms, of which there are two or "
                f"more: {', '.join(self.forms) or 'none'}"
            )
        if len({slug(title) for title in self.forms}) < len(self.forms):
            raise ValueError("two forms have titles of the same letters; tell them apart")
        if not set(self.folds) <= set(range(FOLDS)) or len(set(self.folds)) < len(self.folds):
            raise ValueError(
                f"folds are {self.folds}; use each at most once, from 0 to {FOLDS - 1}"
            )
        if len(self.folds) < 2 or not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ValueError("give at least 2 folds and 1 seed, each seed once")
        return self


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of a study; its name is that of its folder and of its result."""

    name: str
    form: str
    fold: int
    seed: int
    config: TrainConfig


_STUDY = TypeAdapter(FoldStudy)


def read_fold_study(path: Path) -> FoldStudy:
    """Returns the study in a YAML file.

    Raises:
        ConfigError: when it cannot be read, or a key or value is not accepted.
    """
    path = user_path(path)
    try:
        return _STUDY.validate_python(parse_yaml(read_text(path)))
    except ValidationError as error:
        raise ConfigError(f"{path}: {refusal(error)}") from error
    except (OSError, TomclipError) as error:
        raise ConfigError(f"{path} cannot be read as a study: {first_line(error)}") from error


def trials_of(study: FoldStudy) -> tuple[Trial, ...]:
    """Returns every trial: fold by fold, seed by seed, all forms of each.

    A study that is interrupted has so compared the same forms everywhere. Trials are not probed.

    Raises:
        ConfigError: when a form's changes are not accepted.
    """
    base = load_config(study.base)
    found = []
    for fold, seed, (form, changes) in product(study.folds, study.seeds, study.forms.items()):
        name = f"{slug(form)}-fold{fold}-seed{seed}"
        own = {"data.fold": fold, "seed": seed, "name": name, "validation.probe_every_steps": 0}
        found.append(Trial(name, form, fold, seed, change_config(base, {**changes, **own})))
    return tuple(found)


def result_file(trial: Trial, directory: Path) -> Path:
    """Returns where a study's folder keeps the result of a trial."""
    return directory / RESULTS / f"{trial.name}.json"


def write_result(
    trial: Trial, report: EvaluationReport, directory: Path, *, seconds: float
) -> Path:
    """Writes what a trial found, and returns the file.

    Args:
        trial: Which.
        report: Of its student, on what its fold holds out.
        directory: The study's folder.
        seconds: What training and evaluation took.
    """
    scores: dict[str, dict[str, float]] = {}
    for score in report.scores:
        scores.setdefault(score.name, {})[score.language] = score.value
    file = result_file(trial, directory)
    with write_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json_atomically(
            file,
            {
                "schema": SCHEMA,
                "form": trial.form,
                "fold": trial.fold,
                "seed": trial.seed,
                "config": config_to_dict(trial.config),
                "commit": git_commit(),
                "versions": dict(report.versions),
                "concepts": report.n_concepts,
                "rendering": report.rendering,
                "seconds": round(seconds, 2),
                "scores": scores,
            },
        )
    return file


def has_result(trial: Trial, directory: Path) -> bool:
    """Returns whether the trial's result is there.

    Raises:
        RunError: when it is damaged, or of another configuration.
    """
    return result_file(trial, directory).exists() and bool(_read_result(trial, directory))


def results_table(trials: Sequence[Trial], directory: Path) -> pd.DataFrame:
    """Returns the scores of all trials that have a result: `COLUMNS`, language "mean" included.

    Raises:
        RunError: as `has_result`.
    """
    import pandas as pd

    rows = [
        (trial.form, trial.fold, trial.seed, name, language, value)
        for trial in trials
        if result_file(trial, directory).exists()
        for name, values in _read_result(trial, directory)["scores"].items()
        for language, value in values.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def form_tests(study: FoldStudy, results: pd.DataFrame, score: str) -> pd.DataFrame:
    """Returns how each form differs from the baseline in the mean of a score over languages.

    One row per form: its own mean (`value`), the fields of `FoldTest`, `adjusted_p` by Holm over
    the forms, and `verdict`. Rows lack what too few trials have been done for.

    Args:
        study: Decides the baseline and the order.
        results: From `results_table`.
        score: Such as "zero_shot_top1".
    """
    import pandas as pd

    chosen = results[(results["score"] == score) & (results["language"] == MEAN)]
    values = {
        form: chosen[chosen["form"] == form].set_index(["fold", "seed"])["value"]
        for form in study.forms
    }
    ratio = float(np.mean([_test_to_train(fold) for fold in study.folds]))
    tests = {}
    for form in study.forms:
        gain = (values[form] - values[study.baseline]).unstack("seed").to_numpy(dtype=float)
        if form != study.baseline and (~np.isnan(gain)).any(axis=-1).sum() >= 2:
            tests[form] = fold_test(gain, test_to_train=ratio)
    adjusted = dict(
        zip(tests, holm_adjusted([test.p_value for test in tests.values()]), strict=True)
    )
    rows = []
    for form in study.forms:
        row: dict[str, Any] = {"form": form, "value": values[form].mean()}
        if form in tests:
            row |= asdict(tests[form]) | {"adjusted_p": adjusted[form]}
            row["verdict"] = tests[form].verdict(adjusted[form])
        rows.append(row)
    return pd.DataFrame(rows)


def _test_to_train(fold: int) -> float:
    splits = load_emoji(fold=fold).splits
    return len(splits["unseen"]) / len(splits["train"])


def _read_result(trial: Trial, directory: Path) -> dict[str, Any]:
    file = result_file(trial, directory)
    try:
        found = json.loads(file.read_bytes())
        config = parse_config(found["config"], source=file.name)
        scores = found["scores"]
    except (OSError, ValueError, TypeError, KeyError, ConfigError) as error:
        raise RunError(
            f"{file} cannot be read ({first_line(error)}); delete it to repeat the trial"
        ) from error
    if config != trial.config or not isinstance(scores, dict):
        raise RunError(f"{file} is of another configuration; name another folder, or delete it")
    return found

"""A study's plan: which runs there will be, where they lie, how far they are.

`plan.json` in the study's folder fixes the configuration of every run before the first one starts.
Each run lies in a folder of its own beside it, so that a study that was interrupted goes on there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from tomclip.config import TrainConfig, change_config, config_to_dict, load_config, parse_config
from tomclip.core.errors import ConfigError, RunError, first_line
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import configs_directory
from tomclip.evaluation.studies.experiments import Study
from tomclip.runs import RunDirectory, read_milestones, read_status
from tomclip.runs.status import FILE as STATUS_FILE

FILE = "plan.json"
MOST_SEEDS = 100
FINISHED = "finished"
PLACES = {"data.targets"}
"""Keys that say where vectors lie, not what they are: targets are checked to be the teacher's."""


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One run: its folder's name, the recipe's title, the seed and the whole configuration."""

    name: str
    recipe: str
    seed: int
    config: Mapping[str, Any]

    def training(self) -> TrainConfig:
        """Returns the configuration.

        Raises:
            ConfigError: when the recorded one is no longer accepted.
        """
        return parse_config(self.config, source=self.name)


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """Everything that decides a study's table. `changes` are those that a person asked for.

    With `steps`, or `changes` of more than where things lie, the study is a trial, not to be held
    against published values.
    """

    study: str
    seeds: int
    steps: int | None
    changes: Mapping[str, Any]
    runs: tuple[PlannedRun, ...]
    schema: Literal[1] = 1

    @property
    def is_trial(self) -> bool:
        """Whether any run differs from its recipe by more than its seed."""
        return self.steps is not None or bool(set(self.changes) - PLACES)


_ADAPTER = TypeAdapter(StudyPlan)


def plan_study(
    study: Study,
    *,
    seeds: int = 4,
    steps: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> StudyPlan:
    """Returns the plan of every recipe with the seeds 0, 1, ..., `seeds` - 1.

    Runs are not probed on the way: the table needs their best checkpoints only.

    Args:
        study: From `tomclip.evaluation.studies.experiments`.
        seeds: Runs of each recipe, from 1 to 100.
        steps: Training steps of every run, for a trial; by default as the recipes say.
        changes: Dotted keys, such as "data.captions", with values for all runs.

    Raises:
        ConfigError: when a recipe's file is missing, or a change is not accepted.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise ConfigError(f"seeds is {seeds}; use a whole number from 1 to {MOST_SEEDS}")
    changes = dict(changes or {})
    shared = {"validation.probe_every_steps": 0, **changes}
    if steps is not None:
        shared["optimiser.steps"] = steps
    runs = []
    for recipe in study.recipes:
        base = load_config(configs_directory() / recipe.file)
        for seed in range(seeds):
            name = f"{slug(recipe.title)}-seed{seed}"
            asked = {**recipe.changes, **shared, "seed": seed, "name": name}
            config = change_config(base, asked, source=recipe.file)
            runs.append(PlannedRun(name, recipe.title, seed, config_to_dict(config)))
    return StudyPlan(study.name, seeds, steps, changes, tuple(runs))


def settle_plan(plan: StudyPlan, directory: Path) -> StudyPlan:
    """Returns the plan once it is on disk; the folder's own when it holds the same one already.

    Raises:
        RunError: when the folder holds another plan, or cannot be read or written.
    """
    file = directory / FILE
    if file.exists():
        _require_same(plan, read_plan(directory), directory)
        return plan
    with write_errors(file):
        directory.mkdir(parents=True, exist_ok=True)
        write_json_atomically(file, asdict(plan))
    return plan


def read_plan(directory: Path) -> StudyPlan:
    """Returns the plan in a study's folder.

    Raises:
        RunError: when it is missing or damaged.
    """
    file = directory / FILE
    try:
        return _ADAPTER.validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        reason = first_line(error)
        raise RunError(f"{file} cannot be read ({reason}); name another folder") from error


def run_state(path: Path) -> str:
    """Returns "missing", or the state that the run's worker last declared.

    Raises:
        RunError: when the status is damaged.
    """
    return read_status(path).state if (path / STATUS_FILE).exists() else "missing"


def steps_to_go(plan: StudyPlan, directory: Path) -> dict[str, int]:
    """Returns how many steps each run that has not finished still has at most, by name.

    Raises:
        RunError: when a run's status is damaged.
    """
    return {
        run.name: run.training().optimiser.steps - _steps_done(directory / run.name)
        for run in plan.runs
        if run_state(directory / run.name) != FINISHED
    }


def seconds_a_step(plan: StudyPlan, directory: Path) -> dict[str, float]:
    """Returns what a step of each recipe took in the folder's runs so far, by the recipe's title.

    A recipe that no run has begun takes the mean of the others; {} when none has begun.
    """
    measured: dict[str, list[float]] = {}
    for run in plan.runs:
        if seconds := _seconds_a_step(directory / run.name):
            measured.setdefault(run.recipe, []).append(seconds)
    if not measured:
        return {}
    means = {recipe: sum(values) / len(values) for recipe, values in measured.items()}
    overall = sum(means.values()) / len(means)
    return {run.recipe: means.get(run.recipe, overall) for run in plan.runs}


def require_planned(run: PlannedRun, directory: Path) -> Path:
    """Returns the run's folder when what is in it was trained as planned, or nothing is.

    Raises:
        RunError: when it was trained with another configuration.
    """
    path = directory / run.name
    if run_state(path) != "missing" and RunDirectory(path).config() != run.training():
        raise RunError(f"{path} was trained with another configuration; name another folder")
    return path


def best_student(run: PlannedRun, directory: Path) -> Path:
    """Returns the student directory of a finished run's best validation."""
    return RunDirectory(directory / run.name).checkpoints / "best"


def _require_same(plan: StudyPlan, stored: StudyPlan, directory: Path) -> None:
    """Raises RunError unless both plan the same runs; a key with its default may be newer."""
    if plan.study != stored.study or plan.seeds != stored.seeds:
        what = f"{stored.study} with {stored.seeds} seeds"
    else:
        pairs = zip(plan.runs, stored.runs, strict=True)
        differing = [ours.name for ours, theirs in pairs if ours.training() != theirs.training()]
        what = f"{', '.join(differing[:3])} with other settings" if differing else ""
    if what:
        raise RunError(
            f"{directory} holds another plan ({what}); give the same options, or name another "
            "folder"
        )


def _steps_done(path: Path) -> int:
    return 0 if run_state(path) == "missing" else read_status(path).step


def _seconds_a_step(path: Path) -> float:
    train = [event for event in read_milestones(path) if event.split == "train"]
    return train[-1].values["seconds"] / train[-1].step if train else 0.0


def slug(title: str) -> str:
    """Returns what a title is called in the names of folders and files."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")

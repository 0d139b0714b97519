"""What a study has found so far: one small file a trial, and all of them as a table."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tomclip.config import TrainConfig, config_to_dict, parse_config
from tomclip.core.errors import ConfigError, RunError, first_line
from tomclip.core.files.atomic import write_bytes_atomically, write_errors
from tomclip.evaluation.report import library_versions
from tomclip.studies.outcomes import Scores
from tomclip.studies.trials import Trial

if TYPE_CHECKING:
    import pandas as pd

RESULTS = "results"
SUFFIX = ".json.gz"
"""Thousands of small files: a third of their size, and the same bytes for the same values."""
SCHEMA = 2
COLUMNS = ("condition", "form", "fold", "seed", "data", "score", "language", "value")
_DIGITS = 6
_KEYS = {"condition", "form", "fold", "seed", "plain", "config", "training", "seconds", "scores"}


def result_file(trial: Trial, directory: Path) -> Path:
    """Returns where a study's folder keeps the result of a trial."""
    return directory / RESULTS / f"{trial.name}{SUFFIX}"


def write_result(
    trial: Trial,
    scores: Scores,
    directory: Path,
    *,
    seconds: float,
    training: Mapping[str, Any],
    commit: str | None = None,
) -> Path:
    """Writes what a trial found, and returns the file.

    Args:
        trial: Which.
        scores: From `outcomes`; empty when training failed.
        directory: The study's folder.
        seconds: What the trial took, its part of what was shared included.
        training: What training itself says, such as its best step.
        commit: Of the code that ran, from `git_commit` when it was loaded.
    """
    file = result_file(trial, directory)
    rounded = {
        data: {
            name: {code: float(f"{value:.{_DIGITS}g}") for code, value in values.items()}
            for name, values in by_score.items()
        }
        for data, by_score in scores.items()
    }
    group = trial.group
    with write_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        values = {
            "schema": SCHEMA,
            "condition": group.condition,
            "form": trial.form,
            "fold": group.fold,
            "seed": group.seed,
            "plain": trial.plain,
            "config": config_to_dict(trial.config),
            "training": dict(training),
            "seconds": round(seconds, 2),
            "commit": commit,
            "versions": dict(library_versions()),
            "scores": rounded,
        }
        text = json.dumps(values, ensure_ascii=False) + "\n"
        write_bytes_atomically(file, gzip.compress(text.encode(), mtime=0))
    return file


def read_result(trial: Trial, directory: Path) -> dict[str, Any] | None:
    """Returns what a trial found, or None when it has no result.

    Raises:
        RunError: when it is damaged, or of another configuration.
    """
    file = result_file(trial, directory)
    if not file.exists():
        return None
    found = read_result_file(file)
    same = found["config"] == json.loads(json.dumps(config_to_dict(trial.config)))
    same = same or _parsed(found["config"], file) == trial.config
    if not same or found["plain"] != trial.plain:
        raise RunError(f"{file} is of another configuration; name another folder, or delete it")
    return found


def _parsed(config: Mapping[str, Any], file: Path) -> TrainConfig:
    """Returns a recorded configuration; one from before a setting existed takes its default."""
    try:
        return parse_config(config, source=file.name)
    except ConfigError as error:
        raise RunError(
            f"{file} cannot be read ({first_line(error)}); delete it to repeat the trial"
        ) from error


def read_result_file(file: Path) -> dict[str, Any]:
    """Returns what a result's file holds.

    Raises:
        RunError: when it is damaged.
    """
    try:
        found = json.loads(gzip.decompress(file.read_bytes()))
        missing = _KEYS - set(found)
        if missing or not isinstance(found["scores"], dict):
            raise ValueError(f"it lacks {', '.join(sorted(missing)) or 'scores'}")
    except (OSError, EOFError, zlib.error, ValueError, TypeError) as error:
        raise RunError(
            f"{file} cannot be read ({first_line(error)}); delete it to repeat the trial"
        ) from error
    return found


def results_table(found: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Returns the scores of results as rows of `COLUMNS`, language "mean" included."""
    import pandas as pd

    rows = [
        (one["condition"], one["form"], one["fold"], one["seed"], data, name, code, value)
        for one in found
        for data, by_score in one["scores"].items()
        for name, values in by_score.items()
        for code, value in values.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))

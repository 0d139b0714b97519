"""A study with what it has found so far, from its folder; nothing here trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tomclip.core.errors import RunError
from tomclip.core.paths import runs_directory, studies_directory
from tomclip.studies.choosing import read_choices
from tomclip.studies.results import read_result, results_table
from tomclip.studies.settings import Choices
from tomclip.studies.study import FILE, FoldStudy, read_fold_study
from tomclip.studies.trials import Trial, groups_of, trials_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LoadedStudy:
    """What a study asks and what it has found.

    Attributes:
        name: that of its folder.
        directory: where its results lie.
        study: its file.
        choices: what was chosen; None before that, and there are no trials then.
        results: by trial's name, what `read_result` gives; trials without a result are left out.
        trials: all of them, by name.
        refused: by trial's name, why its result was left out; empty unless that was asked for.
    """

    name: str
    directory: Path
    study: FoldStudy
    choices: Choices | None
    trials: Mapping[str, Trial]
    results: Mapping[str, Mapping[str, Any]]
    refused: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The scores of all results, as `results_table`."""
        return results_table(self.results.values())


def load_study(
    study: FoldStudy,
    directory: Path,
    *,
    name: str = "",
    condition: str | None = None,
    leave_out_refused: bool = False,
) -> LoadedStudy:
    """Returns a study with the results in a folder.

    Args:
        study: From `read_fold_study`.
        directory: Its folder; it may not exist yet.
        name: What it is called; by default as the folder.
        condition: Read this one alone; None: all.
        leave_out_refused: Read on past a result that is damaged or of another configuration, and
            say so in `refused`.

    Raises:
        RunError: when a result is damaged, or of another configuration; when the choices are.
        ConfigError: when a form's changes are not accepted.
    """
    choices = read_choices(study, directory)
    groups = () if choices is None else groups_of(study, condition)
    trials = {t.name: t for group in groups for t in trials_of(study, group, choices or {})}
    results: dict[str, Mapping[str, Any]] = {}
    refused: dict[str, str] = {}
    for key, trial in trials.items():
        try:
            found = read_result(trial, directory)
        except RunError as error:
            if not leave_out_refused:
                raise
            refused[key] = str(error)
            continue
        if found is not None:
            results[key] = found
    return LoadedStudy(name or directory.name, directory, study, choices, trials, results, refused)


def study_folders() -> dict[str, Path]:
    """Returns the folders that hold a study and its file, by name: what ships, then one's own.

    One's own lie in `studies/` among the runs; where names are equal, one's own is left out.
    """
    found: dict[str, Path] = {}
    for root in (studies_directory(), runs_directory() / "studies"):
        for file in sorted(root.glob(f"*/{FILE}")):
            found.setdefault(file.parent.name, file.parent)
    return found


def open_study(folder: Path, *, leave_out_refused: bool = False) -> LoadedStudy:
    """Returns the study whose file and results lie in one folder.

    Args:
        folder: Its own.
        leave_out_refused: As of `load_study`.

    Raises:
        ConfigError, RunError: as `read_fold_study` and `load_study`.
    """
    study = read_fold_study(folder / FILE)
    return load_study(study, folder, leave_out_refused=leave_out_refused)

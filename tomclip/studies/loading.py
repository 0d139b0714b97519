"""A study with what it has found so far, from its folder; nothing here trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """

    name: str
    directory: Path
    study: FoldStudy
    choices: Choices | None
    trials: Mapping[str, Trial]
    results: Mapping[str, Mapping[str, Any]]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The scores of all results, as `results_table`."""
        return results_table(self.results.values())


def load_study(
    study: FoldStudy, directory: Path, *, name: str = "", condition: str | None = None
) -> LoadedStudy:
    """Returns a study with the results in a folder.

    Args:
        study: From `read_fold_study`.
        directory: Its folder; it may not exist yet.
        name: What it is called; by default as the folder.
        condition: Read this one alone; None: all.

    Raises:
        RunError: when a result is damaged, or of another configuration.
        ConfigError: when a form's changes are not accepted.
    """
    choices = read_choices(study, directory)
    groups = () if choices is None else groups_of(study, condition)
    trials = {t.name: t for group in groups for t in trials_of(study, group, choices or {})}
    found = {name: read_result(trial, directory) for name, trial in trials.items()}
    results = {name: one for name, one in found.items() if one is not None}
    return LoadedStudy(name or directory.name, directory, study, choices, trials, results)


def study_folders() -> dict[str, Path]:
    """Returns the folders that hold a study and its file, by name: what ships, then one's own.

    One's own lie in `studies/` among the runs; where names are equal, one's own is left out.
    """
    found: dict[str, Path] = {}
    for root in (studies_directory(), runs_directory() / "studies"):
        for file in sorted(root.glob(f"*/{FILE}")):
            found.setdefault(file.parent.name, file.parent)
    return found


def open_study(folder: Path) -> LoadedStudy:
    """Returns the study whose file and results lie in one folder.

    Raises:
        ConfigError, RunError: as `read_fold_study` and `load_study`.
    """
    return load_study(read_fold_study(folder / FILE), folder)

"""Reads a study and its tables beside the page.

This module knows nothing of streamlit beyond the job board.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tomclip.studies.choosing import CHOICES, SELECTION
from tomclip.studies.loading import LoadedStudy, open_study
from tomclip.studies.report import frames, selection, verdict
from tomclip.studies.report.frames import Asked
from tomclip.studies.results import RESULTS
from tomclip.studies.study import FILE
from tomclip.ui.computing.cached import board
from tomclip.ui.computing.jobs import Job, Report

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Stamp = tuple[tuple[str, int, int], ...]
"""What changes when a file of a study does: its name, size and time."""


def stamp_of(folder: Path) -> Stamp:
    """Returns the stamp of a study's folder."""
    found = [_of_file(folder / name) for name in (FILE, CHOICES)]
    for part in (RESULTS, SELECTION):
        if (folder / part).is_dir():
            with os.scandir(folder / part) as entries:
                whole = [entry for entry in entries if not entry.name.startswith(".")]
            found += [_stamped(f"{part}/{entry.name}", entry.stat()) for entry in whole]
    return tuple(sorted(found))


def study_job(folder: Path, stamp: Stamp) -> Job[LoadedStudy]:
    """Returns the study in a folder; a result that cannot be read is left out, and said so."""

    def work(report: Report) -> LoadedStudy:
        report(0.1, "reading its results")
        loaded = open_study(folder, leave_out_refused=True)
        report(0.7, "making its table")
        assert loaded.table is not None  # made here, not on the page
        return loaded

    return board("studies").start(_key(folder, stamp), f"Study {folder.name}", work)


def verdicts_job(loaded: LoadedStudy, stamp: Stamp) -> Job[tuple[str, ...]]:
    """Returns what the study says on its core conditions."""
    return _begun(loaded, stamp, "Verdict", ("verdicts",), lambda: verdict.verdicts(loaded))


def gains_job(
    loaded: LoadedStudy, stamp: Stamp, conditions: Sequence[str], asked: Asked
) -> Job[pd.DataFrame]:
    """Returns the gains of every form in the conditions."""
    key = ("gains", tuple(conditions), asked)
    return _begun(loaded, stamp, "Gains", key, lambda: frames.gains(loaded, conditions, asked))


def language_gains_job(
    loaded: LoadedStudy, stamp: Stamp, conditions: Sequence[str], asked: Asked
) -> Job[pd.DataFrame]:
    """Returns the gains of every form by language."""
    return _begun(
        loaded,
        stamp,
        "Gains by language",
        ("languages", tuple(conditions), asked),
        lambda: frames.gains_by_language(loaded, conditions, asked),
    )


def shares_job(loaded: LoadedStudy, stamp: Stamp, asked: Asked) -> Job[pd.DataFrame]:
    """Returns every form's score by share of pairs."""
    key = ("shares", asked)
    return _begun(loaded, stamp, "Shares", key, lambda: frames.shares(loaded, asked))


def trade_off_job(
    loaded: LoadedStudy, stamp: Stamp, conditions: Sequence[str], asked: Asked, shape: str
) -> Job[pd.DataFrame]:
    """Returns accuracy and shape of every form."""
    return _begun(
        loaded,
        stamp,
        "Accuracy and shape",
        ("trade_off", tuple(conditions), asked, shape),
        lambda: frames.trade_offs(loaded, conditions, asked, shape),
    )


def settings_job(loaded: LoadedStudy, stamp: Stamp, condition: str) -> Job[pd.DataFrame]:
    """Returns what the candidates of a condition scored."""
    key = ("settings", condition)
    return _begun(loaded, stamp, "Settings", key, lambda: selection.selected(loaded, condition))


def _begun(
    loaded: LoadedStudy,
    stamp: Stamp,
    title: str,
    key: tuple[Hashable, ...],
    work: Callable[[], T],
) -> Job[T]:
    def reported(report: Report) -> T:
        report(0.1, "computing")
        return work()

    return board("study_tables").start((*_key(loaded.directory, stamp), *key), title, reported)


def _key(folder: Path, stamp: Stamp) -> tuple[Hashable, ...]:
    return (str(folder), hash(stamp))


def _of_file(path: Path) -> tuple[str, int, int]:
    return _stamped(path.name, path.stat()) if path.exists() else (path.name, -1, -1)


def _stamped(name: str, stat: os.stat_result) -> tuple[str, int, int]:
    return name, stat.st_size, stat.st_mtime_ns

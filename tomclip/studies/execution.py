"""Works off a study, unit by unit; several processes may work on one folder at once.

A unit is what reads one data set: the ratios, the candidates or the trials of one condition, fold
and seed. Its files are written when it has ended, so that a study which is interrupted loses the
units in progress and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from tomclip.core.errors import ConfigError, RunError
from tomclip.core.files.atomic import write_errors
from tomclip.core.progress import OnProgress, part_of, silent
from tomclip.studies.choosing import (
    CHOICES,
    choose,
    ratios_file,
    read_choices,
    selection_file,
)
from tomclip.studies.results import read_result
from tomclip.studies.selecting import measure_ratios, try_candidates
from tomclip.studies.settings import Choices
from tomclip.studies.study import FoldStudy
from tomclip.studies.trial_execution import TrialWork
from tomclip.studies.trials import (
    Group,
    Trial,
    choosing_groups,
    groups_of,
    trials_of,
)
from tomclip.training.heads.shared_start import Beginning, begin_heads

LOCKS = ".locks"
POLL_SECONDS = 2.0


class Stopped(Exception):
    """Somebody asked to stop."""


@dataclass(frozen=True)
class Unit:
    """One piece of work: its name, whether it is done, and what does it."""

    name: str
    is_done: Callable[[], bool]
    work: Callable[[OnProgress], None]


class StudyWork:
    """What is left to do of a study.

    Args:
        study: Which.
        directory: Its folder.
        condition: Confirm this condition alone; None: all.
        device: Where features and heads lie.
        keep_heads: Keep the weights of trained heads in the folder `heads`, for questions that come
            later.
        should_stop: Asked now and then.
    """

    def __init__(
        self,
        study: FoldStudy,
        directory: Path,
        *,
        condition: str | None = None,
        device: str = "cpu",
        keep_heads: bool = False,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        if condition is not None and condition not in study.conditions:
            raise ConfigError(
                f"condition is {condition!r}; use one of {', '.join(study.conditions)}"
            )
        self.study, self.directory = study, directory
        self._condition, self._device = condition, device
        self._should_stop = should_stop
        self._choices: Choices | None = None
        self._trials = TrialWork(directory, keep_heads=keep_heads, should_stop=should_stop)

    def choosing(self) -> list[Unit]:
        """Returns the units that choose settings; none when they are chosen or none are."""
        if read_choices(self.study, self.directory) is not None:
            return []
        groups = choosing_groups(self.study)
        return [
            *(
                Unit(
                    f"ratios-{group.name}",
                    ratios_file(group, self.directory).exists,
                    lambda report, group=group: self._measure(group, report),
                )
                for group in groups
            ),
            *(
                Unit(
                    f"selection-{group.name}",
                    selection_file(group, self.directory).exists,
                    lambda report, group=group: self._select(group, report),
                )
                for group in groups
            ),
        ]

    def confirming(self) -> list[Unit]:
        """Returns the units that confirm, once settings are chosen."""
        return [
            Unit(
                f"trials-{group.name}",
                lambda group=group: not self.trials_left(group),
                lambda report, group=group: self._confirm(group, report),
            )
            for group in groups_of(self.study, self._condition)
        ]

    def settle_choices(self) -> Choices:
        """Returns what was chosen; writes it when every candidate has been tried.

        Raises:
            RunError: when candidates are missing.
        """
        found = read_choices(self.study, self.directory)
        return choose(self.study, self.directory) if found is None else found

    def trials(self, group: Group) -> tuple[Trial, ...]:
        """Returns the trials of a group with the settings that were chosen.

        Raises:
            RunError: when none were yet.
        """
        if self._choices is None:  # once there, they stay
            self._choices = read_choices(self.study, self.directory)
        if self._choices is None:
            raise RunError(f"{self.directory / CHOICES} is missing; settings are chosen first")
        return trials_of(self.study, group, self._choices)

    def trials_left(self, group: Group) -> list[Trial]:
        """Returns the trials of a group that have no result."""
        return [one for one in self.trials(group) if read_result(one, self.directory) is None]

    def count(self) -> tuple[int, int]:
        """Returns how many trials there are, and how many have no result."""
        trials = [t for g in groups_of(self.study, self._condition) for t in self.trials(g)]
        return len(trials), sum(read_result(trial, self.directory) is None for trial in trials)

    def work_off(self, units: Sequence[Unit], on_progress: OnProgress | None = None) -> None:
        """Does every unit that nobody else does, and waits for those that others do.

        Raises:
            Stopped: when it was asked to.
        """
        waiting = list(units)
        total = len(waiting)
        while waiting:
            begun = len(waiting)
            for unit in list(waiting):
                self._ask()
                report = part_of(on_progress or silent, total - len(waiting), total)
                if unit.is_done() or self._done_here(unit, report):
                    waiting.remove(unit)
            if len(waiting) == begun:
                time.sleep(POLL_SECONDS)
        (on_progress or silent)(1, 1)

    def _done_here(self, unit: Unit, report: OnProgress) -> bool:
        with self._claimed(unit) as mine:
            if mine and not unit.is_done():
                unit.work(report)
            return mine

    @contextmanager
    def _claimed(self, unit: Unit) -> Iterator[bool]:
        """Yields whether the unit is this process's to do, as long as the body runs."""
        folder = self.directory / LOCKS
        with write_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / f"{unit.name}.lock", timeout=0)
            try:
                lock.acquire()
            except Timeout:
                yield False
                return
        try:
            yield True
        finally:
            lock.release()

    def _ask(self) -> None:
        if self._should_stop():
            raise Stopped

    def _beginning(self, group: Group, report: OnProgress) -> Beginning:
        config = self.study.config(group.condition, None, fold=group.fold, seed=group.seed)
        return begin_heads(config, device=self._device, on_progress=report)

    def _measure(self, group: Group, report: OnProgress) -> None:
        beginning = self._beginning(group, report)
        measure_ratios(self.study, group, beginning, self.directory)

    def _select(self, group: Group, report: OnProgress) -> None:
        came_to_end = try_candidates(
            self.study,
            group,
            self._beginning(group, silent),
            self.directory,
            should_stop=self._should_stop,
            on_progress=report,
        )
        if not came_to_end:
            raise Stopped

    def _confirm(self, group: Group, report: OnProgress) -> None:
        begin = partial(self._beginning, group, silent)
        came_to_end = self._trials.work_off(self.trials_left(group), begin, report)
        if not came_to_end:
            raise Stopped

"""The tasks that ship, by name: the embedded emoji and the published benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.data import BENCHMARKS, load_benchmark
from tomclip.data.emoji import Subset
from tomclip.evaluation.settings import ENGLISH
from tomclip.evaluation.tasks.benchmarks import benchmark_task
from tomclip.evaluation.tasks.emoji import emoji_task
from tomclip.evaluation.tasks.protocol import Task


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """What may be chosen of a task when it is loaded; None and "all" stand for nothing chosen.

    Attributes:
        languages: those that will be asked, so that no others are read; None reads all.
        shape: whether shapes will be compared, for which English is read too.
        subset: part of the emoji.
        rendering: picture set of the emoji.
        directory: folder of a benchmark's files.
    """

    languages: tuple[str, ...] | None = None
    shape: bool = True
    subset: Subset = "all"
    rendering: str | None = None
    directory: Path | None = None

    def chosen(self) -> tuple[str, ...]:
        """Returns the names of what was chosen that not every task offers."""
        given = {
            "directory": self.directory is not None,
            "rendering": self.rendering is not None,
            "subset": self.subset != "all",
        }
        return tuple(name for name, is_given in given.items() if is_given)


@dataclass(frozen=True, slots=True)
class TaskSource:
    """A task by name: what it is one of, which options it offers, and how it is loaded."""

    sort: str
    options: Sequence[str]
    load: Callable[[TaskOptions], Task]


def _benchmark(name: str) -> Callable[[TaskOptions], Task]:
    def load(options: TaskOptions) -> Task:
        wanted = options.languages
        if wanted is not None and options.shape and ENGLISH in BENCHMARKS[name].languages:
            wanted = (*wanted, ENGLISH)
        return benchmark_task(load_benchmark(name, options.directory, languages=wanted))

    return load


TASK_SOURCES: Mapping[str, TaskSource] = {
    "emoji": TaskSource(
        "the emoji",
        ("rendering", "subset"),
        lambda options: emoji_task(options.subset, options.rendering),
    ),
    **{name: TaskSource("benchmarks", ("directory",), _benchmark(name)) for name in BENCHMARKS},
}


def load_task(name: str, options: TaskOptions | None = None) -> Task:
    """Returns a task that ships.

    Args:
        name: "emoji", or a benchmark's name.
        options: what is chosen of it.

    Raises:
        InputError: when the name is unknown, an option is not for this task, or a benchmark's files
            are missing or damaged.
    """
    options = options or TaskOptions()
    require_offered(name, options)
    return TASK_SOURCES[name].load(options)


def require_offered(name: str, options: TaskOptions) -> None:
    """Raises InputError when the task is unknown, or an option is not for it."""
    if name not in TASK_SOURCES:
        raise InputError(f"there is no task {name!r}; use one of {', '.join(TASK_SOURCES)}")
    for option in options.chosen():
        if option not in TASK_SOURCES[name].options:
            offering = {s.sort: None for s in TASK_SOURCES.values() if option in s.options}
            raise InputError(
                f"--{option} is for {' and '.join(offering)}; leave it out with --data {name}"
            )

"""What encoders can be evaluated on, by name: what ships, and tasks of one's own.

The command line, the Benchmarks page and the studies know a data set from here alone. Nothing is
read, and nothing heavy imported, before a task's facts are asked for or it is loaded.

A session adds tasks by `register_task`. An installed package adds one, for the command line and the
studio too, by an entry point of the group `tomclip.tasks`: the task's name, and a class or function
that returns the task without being given anything.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from tomclip.core.errors import InputError, TomclipError
from tomclip.core.paths import user_path, workspaces_directory
from tomclip.evaluation.tasks.shipped import shipped_sources
from tomclip.evaluation.tasks.source import TaskOptions, TaskSource, source_of

if TYPE_CHECKING:
    from tomclip.evaluation.tasks.protocol import Task

ENTRY_POINTS = "tomclip.tasks"
NAMED_OPTIONS = ("labels", "prompts")
"""Options that not every task of a sort offers."""
_LOGGER = logging.getLogger(__name__)
_OWN: dict[str, TaskSource] = {}


def register_task(task: Task | TaskSource, *, title: str = "") -> TaskSource:
    """Makes a task known by its name, to `load_task`, the command line and the studio.

    Another one of the same name takes the place of an earlier one of one's own.

    Args:
        task: An object that is there, or how to load one when it is asked for.
        title: Shown name of an object; by default the one that reports call it.

    Returns:
        What was registered.

    Raises:
        InputError: when a task that ships has this name.
    """
    source = task
    if not isinstance(source, TaskSource):
        source = source_of(source.name, lambda made=source: made, title=title)
    if source.name in _shipped():
        raise InputError(
            f"{source.name!r} is the name of a task that ships; give yours another name"
        )
    _OWN[source.name] = source
    return source


def task_sources() -> Mapping[str, TaskSource]:
    """Returns every task by name: that ship, of installed packages, workspaces, of this session.

    No package takes the name of a task that ships, or of an earlier package's: `passed_over` says
    which tasks are not offered for that.
    """
    return {**_shipped(), **_installed(), **_workspaces(), **_OWN}


def task_source(name: str) -> TaskSource:
    """Returns what is known of a task before it is loaded; a folder of data is one by its path.

    Raises:
        InputError: when the name is unknown, listing the known ones.
    """
    sources = task_sources()
    if name not in sources and (source := _folder(name)) is not None:
        return source
    if name not in sources:
        raise InputError(f"there is no task {name!r}; use one of {', '.join(sources)}")
    return sources[name]


def load_task(name: str, options: TaskOptions | None = None) -> Task:
    """Returns a task by name.

    Args:
        name: "emoji", a benchmark's name, that of a registered one of your own, "workspace:NAME",
            or a folder.
        options: what is chosen of it.

    Raises:
        InputError: when the name is unknown, an option is not for this task, or a benchmark's files
            are missing or damaged.
    """
    options = options or TaskOptions()
    require_offered(name, options)
    return task_source(name).load(options)


def require_offered(name: str, options: TaskOptions) -> None:
    """Raises InputError when the task is unknown, or an option is not for it."""
    source = task_source(name)
    for option in options.chosen():
        if option not in source.options:
            offering = {_offering(s, option): None for s in task_sources().values()}
            offering.pop("", None)
            raise InputError(
                f"--{option} is for {' and '.join(offering)}; leave it out with --data {name}"
            )


def _offering(source: TaskSource, option: str) -> str:
    """Returns what offers an option, in words: a sort, or a name where not all of a sort do."""
    if option not in source.options:
        return ""
    return source.name if option in NAMED_OPTIONS else source.sort


def _workspaces() -> Mapping[str, TaskSource]:
    """Returns the workspaces; nothing more is imported where there are none."""
    if not workspaces_directory().is_dir():
        return {}
    from tomclip.evaluation.tasks.workspace import workspace_sources

    return workspace_sources()


def _folder(name: str) -> TaskSource | None:
    if not user_path(name).is_dir():
        return None
    from tomclip.evaluation.tasks.workspace import folder_source

    return folder_source(name)


@cache
def _shipped() -> Mapping[str, TaskSource]:
    return {source.name: source for source in shipped_sources()}


def passed_over() -> Mapping[str, str]:
    """Returns why a task of an installed package is not offered, by the entry point's name."""
    return _sorted_entries()[1]


@cache
def _installed() -> Mapping[str, TaskSource]:
    entries, refusals = _sorted_entries()
    for refusal in refusals.values():
        _LOGGER.warning("%s", refusal)
    return {name: _of_entry_point(entry) for name, entry in entries.items()}


def _sorted_entries() -> tuple[dict[str, EntryPoint], dict[str, str]]:
    """Returns the entry points whose names are free, and one sentence for each of the others."""
    entries: dict[str, EntryPoint] = {}
    refusals: dict[str, str] = {}
    for entry in entry_points(group=ENTRY_POINTS):
        taken = "a task that ships" if entry.name in _shipped() else ""
        if (first := entries.get(entry.name)) is not None and first.value != entry.value:
            taken = f"the one of {_package(first)}"
        if taken:
            refusals[entry.name] = (
                f"the task {entry.name!r} of {_package(entry)} is not offered, since {taken} has "
                "this name; give its entry point another one"
            )
        else:
            entries[entry.name] = entry
    return entries, refusals


def _package(entry: EntryPoint) -> str:
    return (
        f"the package {entry.dist.name}" if entry.dist else f"an installed package ({entry.value})"
    )


def _of_entry_point(entry: EntryPoint) -> TaskSource:
    """Returns the source of an installed package's task; nothing of the package is imported yet."""

    def make() -> Task:
        try:
            return entry.load()()
        except TomclipError:
            raise
        except Exception as error:
            raise InputError(
                f"the task {entry.name!r} of an installed package cannot be made by "
                f"{entry.value} ({type(error).__name__}: {error}); mend or uninstall that package"
            ) from error

    return source_of(entry.name, make)

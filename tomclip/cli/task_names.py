"""The names that `--data` takes: those of the registered tasks, looked up when they are needed.

Commands are built for the help of all of them, and before a session can have registered a task.
"""

from __future__ import annotations

import typer

from tomclip.core.paths import user_path

METAVAR = "TASK"
"""Stands for the names until a command's own help is asked for."""


def task_names() -> tuple[str, ...]:
    """Returns the names, those that ship first."""
    from tomclip.evaluation import task_sources

    return tuple(task_sources())


def names_in_help() -> str:
    """Returns the names as the help of a command lists values."""
    return f"<{'|'.join(task_names())}>"


def completed_names(incomplete: str) -> list[str]:
    """Returns the names that a shell completes `incomplete` to."""
    return [name for name in task_names() if name.startswith(incomplete)]


def known_name(name: str) -> str:
    """Returns the name of a task, or a folder of data.

    Raises:
        typer.BadParameter: when no task is called so, listing the known ones.
    """
    names = task_names()
    if name not in names and not user_path(name).is_dir():
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, names))}.")
    return name

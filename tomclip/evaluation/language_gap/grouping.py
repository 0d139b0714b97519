"""Groups of classes, where a class has too few pictures to say anything on its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from tomclip.core.errors import InputError
from tomclip.evaluation.tasks.protocol import Task

BY_CLASS = "class"


@runtime_checkable
class Grouped(Protocol):
    """A task that knows groups of its classes; any task may have the property."""

    @property
    def class_groups(self) -> Mapping[str, Mapping[str, str]]:
        """By the name of a grouping, such as "category", the group of every class id."""
        ...


def groupings(task: Task) -> tuple[str, ...]:
    """Returns the names of a task's groupings, the coarsest first and "class" last."""
    return (*(task.class_groups if isinstance(task, Grouped) else ()), BY_CLASS)


def groups_of(task: Task, by: str) -> Mapping[str, str] | None:
    """Returns the group of every class id; None for "class", where each stands for itself.

    Raises:
        InputError: when the task has no such grouping.
    """
    if by not in groupings(task):
        raise InputError(f"by is {by!r}; {task.name} has {', '.join(groupings(task))}")
    return task.class_groups[by] if isinstance(task, Grouped) and by != BY_CLASS else None

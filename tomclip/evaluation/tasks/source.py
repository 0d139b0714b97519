"""What is known of a task by its name before its data are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tomclip.data.benchmarks.info import State
    from tomclip.data.emoji import Subset
    from tomclip.data.language_columns import LanguageColumns
    from tomclip.data.prompts import Prompts
    from tomclip.evaluation.tasks.protocol import Task


OWN_DATA = "a data set of one's own"
"""The sort of what people register, and of workspaces."""


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """What may be chosen of a task when it is loaded; None and "all" stand for nothing chosen.

    Attributes:
        languages: those that will be asked, so that no others are read; None reads all.
        shape: whether shapes will be compared, for which English is read too.
        subset: part of the concepts of emoji and icons.
        rendering: picture set of the emoji.
        fold: of `load_emoji`, which decides the emoji's subsets.
        directory: folder of a benchmark's files.
        labels: names of the classes in place of a benchmark's own; of `read_labels`.
        prompts: sentences that the names are put into, in place of the usual ones.
    """

    languages: tuple[str, ...] | None = None
    shape: bool = True
    subset: Subset = "all"
    rendering: str | None = None
    directory: Path | None = None
    fold: int | None = None
    labels: LanguageColumns | None = None
    prompts: Prompts | None = None

    def chosen(self) -> tuple[str, ...]:
        """Returns the names of what was chosen that not every task offers."""
        given = {
            "directory": self.directory is not None,
            "fold": self.fold is not None,
            "labels": self.labels is not None,
            "prompts": self.prompts is not None,
            "rendering": self.rendering is not None,
            "subset": self.subset != "all",
        }
        return tuple(name for name, is_given in given.items() if is_given)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What is shown of a task.

    Attributes:
        title: shown name.
        kind: what is asked, such as "classification".
        pictures: how many there are.
        languages: codes of the languages that it can be asked in.
        has_shape: whether the shape of its texts is compared where that is asked for.
    """

    title: str
    kind: str
    pictures: int
    languages: tuple[str, ...]
    has_shape: bool = True


def _present() -> State:
    return "present"


@dataclass(frozen=True, slots=True, eq=False)
class TaskSource:
    """A task by name, and how to get at it.

    Attributes:
        name: as `--data` takes it.
        load: returns the task; raises InputError when its files are missing or damaged.
        facts: returns what is shown of it, without reading more than it must.
        state: returns whether its data are on this machine: absent, incomplete or present.
        options: fields of `TaskOptions` that it offers and others do not.
        sort: what offers those options, in words.
        embedded: whether it ships with the library, so that every page of the studio is about it.
    """

    name: str
    load: Callable[[TaskOptions], Task]
    facts: Callable[[], TaskFacts]
    state: Callable[[], State] = _present
    options: tuple[str, ...] = ()
    sort: str = OWN_DATA
    embedded: bool = False


def source_of(name: str, make: Callable[[], Task], *, title: str = "") -> TaskSource:
    """Returns the source of a task that `make` returns; it is made once, when it is asked for."""
    made = cache(make)

    def facts() -> TaskFacts:
        task = made()
        asked = ("classification" if one == "zero_shot" else "retrieval" for one in task.asked)
        kind = " and ".join(dict.fromkeys(asked))
        return TaskFacts(title or name, kind, len(task.picture_ids), tuple(task.languages))

    return TaskSource(name, load=lambda options: made(), facts=facts)

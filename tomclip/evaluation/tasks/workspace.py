"""A data set of one's own as a task: pictures and their captions, or texts and English."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.paths import WORKSPACE_PREFIX, user_path, workspaces_directory
from tomclip.core.scores import AGAINST_ENGLISH, Reference
from tomclip.data.pictures import PictureFiles
from tomclip.data.prompts import Prompts
from tomclip.encoders.protocol import Images
from tomclip.evaluation.metrics.ranking import DEFAULT_KS
from tomclip.evaluation.settings import ENGLISH
from tomclip.evaluation.tasks.digest import task_digest
from tomclip.evaluation.tasks.protocol import Task, TaskTexts
from tomclip.evaluation.tasks.source import TaskFacts, TaskSource
from tomclip.evaluation.tasks.workspace_labels import (
    FEWEST_CLASSES,
    LABELS,
    label_facts,
    labels_task,
)
from tomclip.workspaces import list_workspaces, open_workspace
from tomclip.workspaces.importing import inspect_files
from tomclip.workspaces.workspace import FACTS, Workspace

FEWEST_ITEMS = max(DEFAULT_KS)
"""Items that a language needs, for the first ten to leave a choice."""


class WorkspaceTask:
    """Pictures are found by their captions and back; without pictures, texts by English ones.

    Items are those with a picture, or with an English text where there are no pictures; without
    English either, nothing is asked of them. A language takes part with the items that it
    describes, when those are at least `FEWEST_ITEMS`. An item may have several texts in a language;
    shapes are those of the first.
    """

    def __init__(
        self,
        name: str,
        captions: pd.DataFrame,
        pictures: Mapping[str, Path],
        *,
        root: Path,
    ) -> None:
        """Asks about some texts and pictures.

        Args:
            name: How reports call the data set.
            captions: one row per text: item, language, text.
            pictures: by item, its picture file; empty for texts alone.
            root: the folder that pictures' names are taken relative to.

        Raises:
            InputError: when no language has enough items.
        """
        self.name = self.pictures_name = name
        self.choices: Mapping[str, str] = {}
        english = captions[captions["language"] == ENGLISH]
        self._only_texts = not pictures
        described = captions if english.empty else english
        ids = list(dict.fromkeys(described["item"])) if self._only_texts else list(pictures)
        self.picture_ids = self.picture_labels = tuple(ids)
        self.pictures: Images = (
            np.zeros((0, 1, 1, 3), dtype=np.uint8)
            if self._only_texts
            else PictureFiles([pictures[item] for item in ids], root)
        )
        self.items = np.arange(len(ids))
        self.items_title = "items" if self._only_texts else "pictures"
        texts_asked = () if english.empty else AGAINST_ENGLISH
        self.asked = texts_asked if self._only_texts else ("text_to_image", "image_to_text")
        self._rows = _rows_by_language(captions, ids)
        self.languages = tuple(
            code for code, rows in self._rows.items() if rows["place"].nunique() >= FEWEST_ITEMS
        )
        self._require_something()
        self.references: tuple[Reference, ...] = ("english",) if ENGLISH in self.languages else ()

    def _require_something(self) -> None:
        if not self.languages:
            most = max((rows["place"].nunique() for rows in self._rows.values()), default=0)
            what = "an English text beside it" if self._only_texts else "a picture"
            raise InputError(
                f"{self.name} has at most {most} items with a text of one language and {what}; at "
                f"least {FEWEST_ITEMS} are needed"
            )

    def texts(self, language: str) -> TaskTexts:
        """Returns the texts of the items in a language.

        Raises:
            InputError: when it has none in that language.
        """
        if language not in self._rows:
            raise InputError(
                f"{self.name} has no texts in {language!r}; it has {', '.join(self._rows)}"
            )
        rows = self._rows[language]
        owners = rows["place"].to_numpy()
        described, first = np.unique(owners, return_index=True)
        to_texts, to_items = ("english_to_text", "text_to_english")
        if not self._only_texts:
            to_texts, to_items = ("image_to_text", "text_to_image")
        own: dict[str, np.ndarray] = {}
        if not np.array_equal(owners, self.items):
            own[to_items] = owners
        if len(described) < len(self.items):
            own[to_texts] = described
        return TaskTexts(
            texts=tuple(rows["text"]),
            ids=tuple(rows["id"]),
            labels=tuple(rows["item"]),
            rows=np.arange(len(rows)),
            pictures=described,
            cloud=first,
            owners=own,
        )

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns what changes with the pictures or a text that is read."""
        return task_digest(self, read)

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns how many items each language describes."""
        return {"described": {code: self._rows[code]["place"].nunique() for code in languages}}


def _rows_by_language(captions: pd.DataFrame, items: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Returns every language's texts of the items, in their order; English first."""
    place_of = {item: place for place, item in enumerate(items)}
    known = captions[captions["item"].isin(place_of)]
    known = known.assign(place=known["item"].map(place_of).astype(int))
    found: dict[str, pd.DataFrame] = {}
    for code in sorted(set(known["language"]), key=lambda code: (code != ENGLISH, code)):
        rows = known[known["language"] == code].sort_values("place", kind="stable")
        number = (rows.groupby("item").cumcount() + 1).astype(str)
        ids = f"{code}/" + rows["item"] + "/" + number
        found[code] = rows.assign(id=ids).reset_index(drop=True)
    return found


def workspace_sources() -> dict[str, TaskSource]:
    """Returns the workspaces of this machine as tasks, by "workspace:NAME".

    Those whose pictures have labels are a second task, "workspace:NAME/labels".
    """
    found: dict[str, TaskSource] = {}
    for one in list_workspaces():
        found[f"{WORKSPACE_PREFIX}{one.name}"] = _source_of(one)
        if (labels := _kept_labels(one.path, _modified(one))) is not None:
            found[labels.name] = labels
    return found


def folder_source(name: str) -> TaskSource | None:
    """Returns a folder as a task: a workspace's own, or any with files that are read; else None.

    The columns of a folder's files are taken as they are sniffed; `tomclip workspace create` makes
    a workspace of it where they are to be something else.
    """
    path = user_path(name)
    if not path.is_dir():
        return None
    if (path / FACTS).is_file():
        return _source_of(open_workspace(path))
    return TaskSource(name, load=lambda options: _folder_task(path), facts=_folder_facts(path))


def _source_of(workspace: Workspace) -> TaskSource:
    """Returns the same source for the same version, so that what was computed of it is found."""
    return _kept_source(workspace.path, _modified(workspace))


def _modified(workspace: Workspace) -> int:
    return (workspace.path / FACTS).stat().st_mtime_ns


@lru_cache(maxsize=256)
def _kept_labels(path: Path, modified: int) -> TaskSource | None:
    """Returns a workspace's labels as classes; None where its pictures have not two of them."""
    try:
        pictures, classes, spoken = label_facts(there := open_workspace(path))
    except InputError:  # damaged: the workspace itself says so when it is asked for
        return None
    if classes < FEWEST_CLASSES:
        return None

    @lru_cache(maxsize=2)
    def task(prompts: Prompts | None) -> Task:
        return labels_task(there, f"{WORKSPACE_PREFIX}{path.name}", prompts)

    facts = TaskFacts(f"{path.name}, labels", "classification", pictures, (spoken,), False)
    name = f"{WORKSPACE_PREFIX}{path.name}{LABELS}"
    return TaskSource(
        name,
        load=lambda options: task(options.prompts),
        facts=lambda: facts,
        options=("prompts",),
    )


@lru_cache(maxsize=256)
def _kept_source(path: Path, modified: int) -> TaskSource:
    own = path.parent == workspaces_directory()
    name = f"{WORKSPACE_PREFIX}{path.name}" if own else str(path)

    @lru_cache(maxsize=1)
    def task() -> WorkspaceTask:
        there = open_workspace(path)
        return WorkspaceTask(name, there.captions(), there.pictures(), root=path)

    def is_whole() -> bool:
        try:
            return bool(task().languages)
        except InputError:
            return False

    def facts() -> TaskFacts:
        there = open_workspace(path)
        pictures = int(there.latest["pictures"])
        kind = "retrieval" if pictures else "retrieval of texts"
        languages = task().languages if is_whole() else tuple(there.languages)
        return TaskFacts(there.name, kind, pictures, languages)

    return TaskSource(
        name,
        load=lambda options: task(),
        facts=facts,
        state=lambda: "present" if is_whole() else "incomplete",
    )


def _folder_task(path: Path) -> Task:
    with tempfile.TemporaryDirectory(prefix="tomclip-") as scratch:
        contents = inspect_files([path], Path(scratch)).contents()
    return WorkspaceTask(str(path), contents.captions, contents.pictures, root=path)


def _folder_facts(path: Path) -> Any:
    def facts() -> TaskFacts:
        task = _folder_task(path)
        return TaskFacts(path.name, "retrieval", len(task.pictures), tuple(task.languages))

    return facts

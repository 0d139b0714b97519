"""The labels of a data set of one's own as classes: each picture is named by one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.languages import language
from tomclip.core.scores import Reference
from tomclip.data.pictures import PictureFiles
from tomclip.data.prompts import Prompts, filled
from tomclip.evaluation.metrics.ranking import DEFAULT_KS
from tomclip.evaluation.settings import ENGLISH
from tomclip.evaluation.tasks.benchmarks import one_or_list
from tomclip.evaluation.tasks.digest import task_digest
from tomclip.evaluation.tasks.protocol import TaskTexts
from tomclip.workspaces import Workspace

LABELS = "/labels"
"""Behind the name of a workspace: its labels as classes."""
FEWEST_CLASSES = 2
NO_PROMPTS = Prompts()


class WorkspaceLabels:
    """Zero-shot classification of a workspace's pictures among the labels of its items.

    A label is the name of its class, put into the image prompt of its language where there is one,
    or into prompts of one's own.
    Labels have no language of their own: they are taken for English, or for the workspace's first
    language where it has texts and none in English. Pictures without a label take no part.
    """

    asked = ("zero_shot",)
    items_title = "pictures"
    choices: Mapping[str, str] = {}
    references: tuple[Reference, ...] = ()

    def __init__(
        self,
        name: str,
        labels: Mapping[str, str],
        pictures: Mapping[str, Path],
        spoken: str,
        prompts: Prompts = NO_PROMPTS,
    ) -> None:
        """Asks about pictures.

        Args:
            name: How reports call the task.
            labels: by item, its label; "" for none.
            pictures: by item, its picture file.
            spoken: code of the language that the labels are taken for.
            prompts: sentences that the labels are put into, in place of the usual one.

        Raises:
            InputError: when the pictures have fewer than two labels, or prompts are of another
                language.
        """
        self.name, self.languages = name, (spoken,)
        prompts.require_languages(self.languages, name)
        self._prompts = prompts.own(spoken) or (_usual_prompt(spoken),)
        shown = [item for item in pictures if labels.get(item)]
        self.picture_ids = tuple(shown)
        self.picture_labels = tuple(labels[item] for item in shown)
        self.class_names = tuple(dict.fromkeys(self.picture_labels))
        if len(self.class_names) < FEWEST_CLASSES:
            raise InputError(
                f"{name} has pictures with {len(self.class_names)} labels; at least "
                f"{FEWEST_CLASSES} are needed to tell them apart: give items a label"
            )
        paths = [pictures[item] for item in shown]
        self.pictures = PictureFiles(paths, paths[0].parent.parent)
        self.pictures_name = name
        self.items = np.arange(len(shown))
        self.ks = tuple(k for k in DEFAULT_KS if k < len(self)) or (1,)

    def texts(self, language: str) -> TaskTexts:
        """Returns all labels in the prompts; raises InputError for another language than theirs."""
        (spoken,) = self.languages
        if language != spoken:
            raise InputError(f"the labels of {self.name} are in {spoken!r}, not in {language!r}")
        rows = np.arange(len(self.class_names))
        texts, *others = (
            tuple(filled(prompt, label) for label in self.class_names) for prompt in self._prompts
        )
        return TaskTexts(
            texts=texts,
            ids=self.class_names,
            labels=self.class_names,
            rows=rows,
            pictures=self.items,
            cloud=rows,
            wordings=tuple(others),
        )

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns what changes with the pictures or a label."""
        return task_digest(self, read)

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns the prompt, or a list of several, and how many classes there are."""
        own = dict.fromkeys(languages, one_or_list(self._prompts))
        return {"prompts": own, "classes": len(self)}

    def __len__(self) -> int:
        return len(self.class_names)


def labels_task(workspace: Workspace, name: str, prompts: Prompts | None = None) -> WorkspaceLabels:
    """Returns the labels of a workspace as classes of its pictures.

    Raises:
        InputError: as `WorkspaceLabels`.
    """
    items = workspace.items()
    labels = dict(zip(items["item"], items["label"], strict=True))
    spoken, pictures = _spoken(workspace), workspace.pictures()
    return WorkspaceLabels(f"{name}{LABELS}", labels, pictures, spoken, prompts or NO_PROMPTS)


def label_facts(workspace: Workspace) -> tuple[int, int, str]:
    """Returns how many pictures have a label, how many labels, and the code of their language."""
    if not workspace.latest["pictures"]:
        return 0, 0, _spoken(workspace)
    items = workspace.items()
    labels = items["label"][(items["label"] != "") & (items["picture"] != "")]
    return len(labels), labels.nunique(), _spoken(workspace)


def _spoken(workspace: Workspace) -> str:
    return next(iter(workspace.languages), ENGLISH)


def _usual_prompt(code: str) -> str:
    return language(code).prompt or "{}"

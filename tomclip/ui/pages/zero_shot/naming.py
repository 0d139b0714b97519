"""What pictures are named: each among the texts of the items, or among the labels of its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.results import ArrayRecord
from tomclip.core.scores import capitalised
from tomclip.data.emoji import Subset
from tomclip.evaluation import Confusions, TaskSource, task_sources
from tomclip.evaluation.tasks.workspace_labels import LABELS
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import DataKey, board, encoder_title, fingerprints
from tomclip.ui.computing.jobs import Job, Report, counted
from tomclip.ui.computing.shown_data import ShownData

if TYPE_CHECKING:
    from tomclip.evaluation import EvaluationReport

FEWEST = 2
"""Names that leave a choice."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Named(ArrayRecord):
    """What an encoder calls pictures in one language.

    Attributes:
        found: the class that every picture is given; pictures are ids of items.
        ranks: (n,) of each picture's own class, from 1.
        words: by class, the text that names it.
        groups: by class, what it is counted with in figures; "" for none.
        language: code of the names.
    """

    found: Confusions
    ranks: np.ndarray
    words: Mapping[str, str]
    groups: Mapping[str, str]
    language: str

    def __len__(self) -> int:
        return len(self.ranks)

    def cell_of(self, place: int) -> tuple[str, str]:
        """Returns the group of what a picture shows, and that of what it is taken for."""
        sides = (self.found.right[place], self.found.chosen[place])
        right, chosen = (self.groups[self.found.classes[side]] for side in sides)
        return right, chosen

    def by_group(self, smallest: int = 2) -> pd.DataFrame:
        """Returns how often the right name comes first, in per cent, by group with intervals.

        Groups of fewer than `smallest` pictures, two at least, are left out.

        Columns: group, value, ci_low, ci_high (95 %, over pictures) and pictures.
        """
        from tomclip.evaluation import bootstrap_interval

        hits = pd.Series(np.where(self.ranks == 1, 100.0, 0.0))
        groups = [self.cell_of(place)[0] for place in range(len(self))]
        rows = [
            (group, values.mean(), *bootstrap_interval(values.to_numpy()), len(values))
            for group, values in hits.groupby(groups)
            if group and len(values) >= smallest
        ]
        return pd.DataFrame(rows, columns=["group", "value", "ci_low", "ci_high", "pictures"])


def named_rows(data: ShownData, language: str, subset: Subset) -> np.ndarray:
    """Returns the rows of the items that have a picture, and a text in a language."""
    return data.described(data.pictured_rows(data.rows(subset)), [language])


def items_named(encoder: str, language: str, subset: Subset) -> Named:
    """Returns what pictures are named among the items' texts; at least two items have both.

    The vectors of texts and pictures must be ready.
    """
    return _items_named(encoder, fingerprints(encoder), cached.data_key(), language, subset)


@st.cache_resource(max_entries=40, show_spinner=False)
def _items_named(
    encoder: str, fingerprint: str, key: DataKey, language: str, subset: Subset
) -> Named:
    from tomclip.evaluation import confusions, zero_shot_ranks

    data = cached.dataset(key)
    rows = named_rows(data, language, subset)
    text = cached.texts_of(encoder, language, rows, key)
    image = cached.pictures_of(encoder, data.held_out_rendering, rows, key)
    text, image = (
        replace(one, labels=tuple(data.ids[row] for row in rows)) for one in (text, image)
    )
    group = dict(zip(data.ids, data.concepts["category"], strict=True))
    names = data.names[language]
    return Named(
        found=confusions(text, image),
        ranks=zero_shot_ranks(text, image),
        words={data.ids[row]: names[row] for row in rows},
        groups={data.ids[row]: group[data.ids[row]] for row in rows},
        language=language,
    )


def label_source() -> TaskSource | None:
    """Returns the labels of the page's data set as classes; None where it has not two of them."""
    return task_sources().get(f"{cached.data_name()}{LABELS}")


def labels_named_job(encoder: str, source: TaskSource) -> Job[Named]:
    """Returns what pictures are named among the labels of the page's data set."""

    def work(report: Report) -> Named:
        report(0.0, "reading the encoder")
        from tomclip.evaluation import TaskOptions, evaluate
        from tomclip.evaluation.language_gap.confusions import task_confusions

        task = source.load(TaskOptions())
        (language,) = task.languages
        answers = evaluate(encoder, task, references=(), on_progress=counted(report))
        found = task_confusions(encoder, task, language)
        return _labels_named(answers, found, language)

    key = ("labels", fingerprints(encoder), cached.data_key())
    return board("reports").start(key, f"Labels by {encoder_title(encoder)}", work)


def _labels_named(answers: EvaluationReport, found: Confusions, language: str) -> Named:
    ranks = np.array(answers.ranks["zero_shot"][language])
    itself = {one: one for one in found.classes}
    return Named(found, ranks, itself, itself, language)


def group_titles(data: ShownData, named: Named) -> dict[str, str]:
    """Returns the shown title of every group; a person's own are shown as they are."""
    groups = set(named.groups.values())
    if data.key.path:
        return {group: group or "none" for group in groups}
    return {group: capitalised(group.replace("-", " ")) for group in groups}

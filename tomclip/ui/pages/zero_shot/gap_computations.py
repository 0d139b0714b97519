"""What the view of the language gap computes: cells, confusions, merges; kept between visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from tomclip.core.types import Embeddings
from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.encoders import encoder_fingerprint
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import DataKey, board, encoder_title, fingerprints
from tomclip.ui.computing.jobs import Job, Report, counted
from tomclip.ui.pages.zero_shot.naming import items_named

if TYPE_CHECKING:
    from tomclip.evaluation import ClassMerge, Confusions, EvaluationReport


def cells(reports: Sequence[EvaluationReport], kind: str, by: str) -> pd.DataFrame:
    """Returns the cells of groups of concepts by languages.

    Args:
        reports: of the encoder, and for "difference" of its baseline after it.
        kind: "accuracy", "gap" or "difference".
        by: "category", "subcategory" or "class".
    """
    key = tuple((one.encoder, fingerprints(one.encoder)) for one in reports)
    return _cells(key, cached.data_key(), reports[0].subset, kind, by, reports)  # type: ignore[arg-type]


@st.cache_resource(max_entries=32, show_spinner=False)
def _cells(
    key: tuple[tuple[str, str], ...],
    data: DataKey,
    subset: Subset,
    kind: str,
    by: str,
    _reports: Sequence[EvaluationReport],
) -> pd.DataFrame:
    from tomclip.evaluation import (
        accuracy_cells,
        class_hits,
        difference_cells,
        english_gap_cells,
        groups_of,
    )

    task = cached.dataset(data).task_of(subset)
    hits, groups = [class_hits(one, task) for one in _reports], groups_of(task, by)
    if kind == "difference":
        return difference_cells(hits[0], hits[1], groups)
    return {"accuracy": accuracy_cells, "gap": english_gap_cells}[kind](hits[0], groups)


def merge_order_job(encoder: str, subset: Subset) -> Job[pd.DataFrame]:
    """Returns how well merges tell which concepts are confused; see `merge_order_table`."""
    shown = cached.dataset()

    def work(report: Report) -> pd.DataFrame:
        report(0.0, "reading the encoder")
        from tomclip.evaluation import merge_order_table

        return merge_order_table(encoder, shown.task_of(subset), on_progress=counted(report))

    key = ("merge order", fingerprints(encoder), shown.key, subset)
    return board("reports").start(key, f"Merges of {encoder_title(encoder)}", work)


def class_texts(encoder: str, language: str, subset: Subset) -> Embeddings:
    """Returns the vectors of a subset's names, labelled by concept."""
    data = cached.dataset()
    rows = data.described(data.rows(subset), [language])
    found = cached.texts_of(encoder, language, rows)
    return replace(found, labels=tuple(data.ids[row] for row in rows))


def found_confusions(encoder: str, language: str, subset: Subset) -> Confusions:
    """Returns what the held-out pictures of a subset are taken for in a language."""
    return items_named(encoder, language, subset).found


def class_merge_job(encoder: str, language: str, subset: Subset, concept: str) -> Job[ClassMerge]:
    """Returns where a concept's name leaves its time alone in the H0 tree of a language."""
    texts = class_texts(encoder, language, subset)

    def work(report: Report) -> ClassMerge:
        report(0.0, "measuring distances")
        from tomclip.evaluation import class_merge

        return class_merge(texts, concept)

    own = (encoder, encoder_fingerprint(encoder), cached.data_key())
    key = ("class merge", *own, language, subset, concept)
    return board("diagrams").start(key, f"Merge, {known_language(language).name}", work)

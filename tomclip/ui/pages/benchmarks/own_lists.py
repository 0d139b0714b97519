"""Names of classes and prompts of one's own, uploaded for a benchmark of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.core.languages import language as known_language
from tomclip.data.benchmarks.label_lists import read_labels
from tomclip.data.language_columns import LanguageColumns
from tomclip.data.prompts import Prompts, read_prompts
from tomclip.evaluation import task_source
from tomclip.ui.parts.feedback import refuse
from tomclip.ui.parts.uploads import LIST_MEGABYTES, LIST_SUFFIXES, read_upload

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

EXAMPLE = "class,English,ko\napple,apple,사과\naquarium_fish,aquarium fish,관상어"


@dataclass(frozen=True, slots=True)
class OwnLists:
    """What a person brought, and the languages that can be asked with it."""

    languages: tuple[str, ...]
    labels: LanguageColumns | None = None
    prompts: Prompts | None = None


def own_lists(benchmark: str, languages: Sequence[str]) -> OwnLists | None:
    """Shows the upload of names and prompts where a benchmark takes them, and returns them.

    What cannot be read is one sentence, and None is returned. Whether names fit the classes is
    seen only when the benchmark is read.

    Args:
        benchmark: name of the task.
        languages: that it can be asked in by itself.
    """
    offered = task_source(benchmark).options
    if "labels" not in offered:
        return OwnLists(tuple(languages))
    with st.expander("Your own names of the classes, and prompts", icon=":material/upload_file:"):
        st.caption(
            "CSV or TSV with a language per column, headed by its code or name. Names have a class "
            "per row; the classes are told by a column `class`, by their English names, or by "
            "their order. Prompts have `{}` where the name goes; several rows are an ensemble."
        )
        st.code(EXAMPLE, language=None)
        named, worded = st.columns(2)
        with named:
            label_file = _uploader("Names", f"benchmark_labels_{benchmark}")
        with worded:
            prompt_file = _uploader("Prompts", f"benchmark_prompts_{benchmark}")
    try:
        labels = label_file and read_upload(label_file, read_labels)
        prompts = prompt_file and read_upload(prompt_file, read_prompts)
    except TomclipError as error:
        refuse(error)
        return None
    return _with_languages(tuple(languages), labels, prompts)


def _uploader(label: str, key: str) -> UploadedFile | None:
    return st.file_uploader(
        label, type=list(LIST_SUFFIXES), max_upload_size=LIST_MEGABYTES, key=key
    )


def _with_languages(
    languages: tuple[str, ...], labels: LanguageColumns | None, prompts: Prompts | None
) -> OwnLists | None:
    """Returns the lists with the languages that can be asked: named, and with a prompt."""
    named = labels.languages if labels else languages
    worded = prompts.languages if prompts else ()
    asked = tuple(code for code in named if code in worded or known_language(code).prompt)
    if lacking := [known_language(code).name for code in named if code not in asked]:
        st.caption(f"Not asked, as no prompt is known: {', '.join(lacking)}; bring prompts too.")
    if not asked:
        return None
    return OwnLists(asked, labels, prompts)

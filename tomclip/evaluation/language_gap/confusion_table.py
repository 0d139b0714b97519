"""Which class is taken for which in a language, in words, and whether English takes it so too."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tomclip.evaluation.language_gap.confusions import class_words, task_confusions
from tomclip.evaluation.settings import ENGLISH, asked_languages
from tomclip.evaluation.tasks.protocol import Task

SIDES = ("class", "chosen")
ENGLISH_WORDS, IN_ENGLISH_TOO = "english", "in_english_too"


def confusion_table(encoder: str, task: Task, language: str) -> pd.DataFrame:
    """Returns `Confusions.counted` in a language, with the words of both classes.

    Where there is English, `class_english` and `chosen_english` are its words, and `in_english_too`
    says whether a picture of the class is taken for the same one in English.

    Raises:
        InputError: when the task has no classes or no such language.
    """
    (code,) = asked_languages(task, [language])
    found = task_confusions(encoder, task, code).counted()
    found = _with_words(found, "text", class_words(task, code))
    if ENGLISH not in task.languages or code == ENGLISH:
        return found
    english = task_confusions(encoder, task, ENGLISH).counted()
    pairs = set(zip(english["class"], english["chosen"], strict=True))
    shared = [pair in pairs for pair in zip(found["class"], found["chosen"], strict=True)]
    found = _with_words(found, ENGLISH_WORDS, class_words(task, ENGLISH))
    return found.assign(**{IN_ENGLISH_TOO: shared})


def _with_words(table: pd.DataFrame, name: str, words: Mapping[str, str]) -> pd.DataFrame:
    return table.assign(**{f"{side}_{name}": table[side].map(words) for side in SIDES})

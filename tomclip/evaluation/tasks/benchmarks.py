"""Benchmarks as tasks: zero-shot classification, and retrieval in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from tomclip.core.scores import Reference
from tomclip.data import Benchmark, ClassificationBenchmark, RetrievalBenchmark
from tomclip.evaluation.settings import ENGLISH
from tomclip.evaluation.tasks.digest import task_digest
from tomclip.evaluation.tasks.protocol import Task, TaskTexts

B = TypeVar("B", ClassificationBenchmark, RetrievalBenchmark)


class _BenchmarkTask(Generic[B]):
    """What tasks on benchmarks share: every picture is asked about, and nothing can be chosen."""

    items_title = "pictures"

    def __init__(self, benchmark: B) -> None:
        """Asks about all pictures of `benchmark`."""
        self.benchmark: B = benchmark
        self.name = self.pictures_name = benchmark.name
        self.choices: Mapping[str, str] = {}
        self.pictures = benchmark.pictures
        self.picture_ids = benchmark.picture_ids
        self.items = np.arange(len(benchmark))
        self.references: tuple[Reference, ...] = (
            ("english",) if ENGLISH in benchmark.languages else ()
        )


class ClassificationTask(_BenchmarkTask[ClassificationBenchmark]):
    """Every picture is classified among the prompts of a language, one per named class.

    Pictures of a class without a name take no part in that language.
    """

    asked = ("zero_shot",)

    def __init__(self, benchmark: ClassificationBenchmark) -> None:
        """Asks about all pictures of `benchmark`."""
        super().__init__(benchmark)
        self.picture_labels = benchmark.picture_labels
        self.languages = tuple(code for code in benchmark.languages if benchmark.prompts_of(code))

    def texts(self, language: str) -> TaskTexts:
        """Returns one prompt per named class; raises InputError where nobody wrote a prompt."""
        named = self.benchmark.named_classes(language)
        ids = tuple(self.benchmark.class_ids[row] for row in named)
        pictures = np.flatnonzero(np.isin(self.picture_labels, ids))
        whole = len(pictures) == len(self.items)
        texts, *others = self.benchmark.wordings(language)
        return TaskTexts(
            texts=texts,
            ids=ids,
            labels=ids,
            rows=np.arange(len(ids)),
            pictures=pictures,
            cloud=np.arange(len(ids)),
            owners={} if whole else {"zero_shot": pictures},
            wordings=tuple(others),
        )

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns what changes with the pictures, their classes, or a prompt that is read."""
        return task_digest(self, read)

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns each language's prompt, or a list of several, and how many classes it names."""
        return {
            "prompts": {code: one_or_list(self.benchmark.prompts_of(code)) for code in languages},
            "classes": {code: len(self.benchmark.named_classes(code)) for code in languages},
        }


def one_or_list(prompts: Sequence[str]) -> str | list[str]:
    """Returns a single prompt by itself, several as a list: how reports record them."""
    return prompts[0] if len(prompts) == 1 else list(prompts)


class RetrievalTask(_BenchmarkTask[RetrievalBenchmark]):
    """Pictures are found by their captions and captions by their pictures, each by its best one."""

    asked = ("text_to_image", "image_to_text")

    def __init__(self, benchmark: RetrievalBenchmark) -> None:
        """Asks about all pictures and captions of `benchmark`."""
        super().__init__(benchmark)
        self.picture_labels = benchmark.picture_ids
        self.languages = benchmark.languages

    def texts(self, language: str) -> TaskTexts:
        """Returns the captions; the shape is that of every picture's first one."""
        captions = self.benchmark.captions[language]
        row_of = {picture: row for row, picture in enumerate(self.picture_ids)}
        owners = np.array([row_of[caption.picture_id] for caption in captions])
        return TaskTexts(
            texts=tuple(caption.text for caption in captions),
            ids=tuple(caption.id for caption in captions),
            labels=tuple(caption.picture_id for caption in captions),
            rows=np.arange(len(captions)),
            pictures=self.items,
            cloud=np.unique(owners, return_index=True)[1],
            owners={} if np.array_equal(owners, self.items) else {"text_to_image": owners},
        )

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns what changes with the pictures or a caption that is read."""
        return task_digest(self, read)

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns nothing more to say."""
        return {}


_TASKS: Mapping[type, Callable[[Any], Task]] = {
    ClassificationBenchmark: ClassificationTask,
    RetrievalBenchmark: RetrievalTask,
}


def benchmark_task(benchmark: Benchmark) -> Task:
    """Returns the task that a benchmark was made for."""
    return _TASKS[type(benchmark)](benchmark)

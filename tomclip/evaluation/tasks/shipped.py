"""The tasks that ship: the embedded emoji, the published benchmarks and the icons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tomclip.evaluation.tasks.source import TaskFacts, TaskOptions, TaskSource

if TYPE_CHECKING:
    from tomclip.data import Benchmark, ClassificationBenchmark
    from tomclip.data.benchmarks.info import State
    from tomclip.data.prompts import Prompts
    from tomclip.evaluation.tasks.protocol import Task

CLASSIFICATION = ("cifar100", "babel_imagenet")
BENCHMARK_NAMES = ("cifar100", "xflickr_co", "xtd10", "crossmodal_3600", "babel_imagenet")
"""Those of `tomclip.data.BENCHMARKS`, which says the rest; its readers take long to import."""


def shipped_sources() -> tuple[TaskSource, ...]:
    """Returns the emoji, the benchmarks in the order of the catalogue, and the icons."""
    emoji = TaskSource(
        "emoji",
        load=_load_emoji,
        facts=_emoji_facts,
        options=("rendering", "subset", "fold", "prompts"),
        sort="the emoji",
        embedded=True,
    )
    icons = TaskSource(
        "icons", load=_load_icons, facts=_icon_facts, options=("subset",), sort="the icons"
    )
    return (emoji, *map(_benchmark_source, BENCHMARK_NAMES), icons)


def _benchmark_source(name: str) -> TaskSource:
    return TaskSource(
        name,
        load=partial(_load_benchmark, name),
        facts=partial(_benchmark_facts, name),
        state=partial(_benchmark_state, name),
        options=("directory", *(("labels", "prompts") if name in CLASSIFICATION else ())),
        sort="benchmarks",
    )


def _load_emoji(options: TaskOptions) -> Task:
    from tomclip.evaluation.tasks.emoji import emoji_task

    return emoji_task(options.subset, options.rendering, fold=options.fold, prompts=options.prompts)


def _emoji_facts() -> TaskFacts:
    from tomclip.data import load_emoji

    emoji = load_emoji()
    kind = "classification and retrieval"
    return TaskFacts("Embedded emoji", kind, len(emoji.concepts), tuple(emoji.languages))


def _load_icons(options: TaskOptions) -> Task:
    from tomclip.evaluation.tasks.icons import icon_task

    return icon_task(options.subset)


def _icon_facts() -> TaskFacts:
    from tomclip.data.icons import load_icons

    icons = load_icons()
    languages = icons.emoji.languages
    return TaskFacts("Icons", "classification", len(icons), languages, has_shape=False)


def _load_benchmark(name: str, options: TaskOptions) -> Task:
    from tomclip import data
    from tomclip.evaluation.settings import ENGLISH
    from tomclip.evaluation.tasks.benchmarks import benchmark_task

    wanted = options.languages
    if options.labels is not None:
        wanted = (ENGLISH,)  # its own names are only matched by
    elif wanted is not None and options.shape and ENGLISH in data.BENCHMARKS[name].languages:
        wanted = (*wanted, ENGLISH)
    benchmark = data.load_benchmark(name, options.directory, languages=wanted)
    return benchmark_task(_with_own_lists(benchmark, options))


def _with_own_lists(benchmark: Benchmark, options: TaskOptions) -> Benchmark:
    """Returns a benchmark with the names and prompts that were given in place of its own."""
    from tomclip.data import ClassificationBenchmark
    from tomclip.data.benchmarks.label_lists import require_prompts, with_labels, with_prompts

    if not isinstance(benchmark, ClassificationBenchmark):
        return benchmark
    if options.labels is not None:
        benchmark = with_labels(benchmark, options.labels)
    if options.prompts is not None:
        benchmark = with_prompts(benchmark, _asked_prompts(options.prompts, benchmark, options))
    if options.labels is not None:
        require_prompts(benchmark, options.labels.name, options.languages)
    return benchmark


def _asked_prompts(
    prompts: Prompts, benchmark: ClassificationBenchmark, options: TaskOptions
) -> Prompts:
    """Returns the prompts of the languages that were read, where only some of them were asked."""
    if options.languages is None or options.labels is not None:
        return prompts
    return type(prompts).of({code: prompts.own(code) for code in benchmark.languages})


def _benchmark_facts(name: str) -> TaskFacts:
    """Returns a benchmark's facts; classes are asked about in the languages that have a prompt."""
    from tomclip.core.languages import language
    from tomclip.data import benchmark_info

    info = benchmark_info(name)
    asked = info.languages
    if info.kind == "classification":
        asked = tuple(code for code in asked if language(code).prompt is not None)
    return TaskFacts(info.title, info.kind, info.pictures, asked)


def _benchmark_state(name: str) -> State:
    from tomclip.data import benchmark_state

    return benchmark_state(name)

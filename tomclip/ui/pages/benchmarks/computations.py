"""Evaluations on a benchmark, and checks of its files, beside the page.

This module knows nothing of streamlit beyond the job board.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tomclip.core.paths import data_directory
from tomclip.data import BenchmarkCheck, benchmark_info, check_benchmark
from tomclip.data.language_columns import LanguageColumns
from tomclip.data.prompts import Prompts
from tomclip.evaluation import EvaluationReport, task_source
from tomclip.ui.computing.cached import board, encoder_title, fingerprints
from tomclip.ui.computing.jobs import Job, Report, counted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class BenchmarkChoice:
    """A benchmark, the languages it is asked in, and whether their shape is compared.

    `labels` and `prompts` are a person's own, in place of the benchmark's.
    """

    benchmark: str
    languages: tuple[str, ...]
    shape: bool = False
    labels: LanguageColumns | None = None
    prompts: Prompts | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """A report, and the same scores as rows of the CLIP_benchmark project."""

    report: EvaluationReport
    rows: tuple[Mapping[str, Any], ...]


def evaluation_job(encoder: str, choice: BenchmarkChoice) -> Job[BenchmarkResult]:
    """Returns the evaluation of an encoder on a benchmark, begun when it is new."""

    def work(report: Report) -> BenchmarkResult:
        from tomclip.evaluation import TaskOptions, evaluate, load_task
        from tomclip.evaluation.clip_benchmark import clip_benchmark_rows

        report(0.0, "looking for its pictures")
        options = TaskOptions(
            languages=choice.languages,
            shape=choice.shape,
            labels=choice.labels,
            prompts=choice.prompts,
        )
        task = load_task(choice.benchmark, options)
        found = evaluate(
            encoder,
            task,
            languages=choice.languages,
            references=None if choice.shape else (),
            on_progress=counted(report),
        )
        labels = [task.picture_labels[row] for row in task.items]
        return BenchmarkResult(found, tuple(clip_benchmark_rows(found, labels)))

    title = f"{encoder_title(encoder)} on {task_source(choice.benchmark).facts().title}"
    return board("benchmarks").start(evaluation_key(encoder, choice), title, work)


def difference_job(
    baseline: EvaluationReport, others: Sequence[EvaluationReport], choice: BenchmarkChoice
) -> Job[pd.DataFrame]:
    """Returns the table of `compare_reports`, made beside the page: it resamples many times."""

    def work(report: Report) -> pd.DataFrame:
        from tomclip.evaluation import compare_reports

        report(0.1, "resampling")
        return compare_reports(baseline, others)

    keys = tuple(evaluation_key(one.encoder, choice) for one in (baseline, *others))
    return board("benchmarks").start(("differences", keys), "Paired differences", work)


def check_job(name: str) -> Job[BenchmarkCheck]:
    """Returns what is missing or wrong in a benchmark's folder; its pictures are not opened."""

    def work(report: Report) -> BenchmarkCheck:
        report(0.1, "looking at every file")
        return check_benchmark(name)

    return board("checks").start(name, f"Checking {benchmark_info(name).title}", work)


def reports_json(results: Mapping[str, BenchmarkResult]) -> bytes:
    """Returns every encoder's report as one JSON object by encoder name."""
    values = {name: result.report.to_dict() for name, result in results.items()}
    return json.dumps(values, indent=2, ensure_ascii=False).encode()


def clip_benchmark_json(results: Mapping[str, BenchmarkResult]) -> bytes:
    """Returns every row of every encoder as CLIP_benchmark keeps them: one JSON object a line."""
    rows = [row for result in results.values() for row in result.rows]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def evaluation_key(encoder: str, choice: BenchmarkChoice) -> tuple[object, ...]:
    """Returns what decides a result."""
    return (encoder, fingerprints(encoder), *data_key(choice))


def data_key(choice: BenchmarkChoice) -> tuple[object, ...]:
    """Returns what decides the data: a task that is registered anew is another one."""
    return (choice, task_source(choice.benchmark), str(data_directory()))

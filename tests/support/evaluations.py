"""Evaluations of the emoji and of benchmarks, as tests write them."""

from __future__ import annotations

from typing import Any

from tomclip.data import Benchmark
from tomclip.data.emoji import Subset
from tomclip.evaluation import EvaluationReport, benchmark_task, emoji_task, evaluate


def evaluate_emoji(
    encoder: str, *, subset: Subset = "all", rendering: str | None = None, **settings: Any
) -> EvaluationReport:
    """Returns the report of an encoder on the emoji."""
    return evaluate(encoder, emoji_task(subset, rendering), **settings)


def evaluate_benchmark(
    encoder: str, benchmark: Benchmark, *, shape: bool = True, **settings: Any
) -> EvaluationReport:
    """Returns the report of an encoder on a benchmark."""
    references = None if shape else ()
    return evaluate(encoder, benchmark_task(benchmark), references=references, **settings)

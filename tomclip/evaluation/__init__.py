"""Evaluation: zero-shot accuracy, retrieval and shape, with intervals that respect the items."""

from tomclip.core.scores import MEAN
from tomclip.evaluation.chance import chance_level, near_chance
from tomclip.evaluation.comparison import compare_reports
from tomclip.evaluation.metrics.bootstrap import (
    bootstrap_interval,
    bootstrap_intervals,
    bootstrap_means,
    paired_difference_interval,
)
from tomclip.evaluation.metrics.paired_tests import holm_adjusted, mcnemar_p_value
from tomclip.evaluation.metrics.ranking import pessimistic_ranks
from tomclip.evaluation.metrics.retrieval import RetrievalRanks, retrieval_ranks, retrieval_scores
from tomclip.evaluation.metrics.shape import sample_rows, shape_scores
from tomclip.evaluation.metrics.zero_shot import zero_shot_ranks, zero_shot_scores
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.run import compare_encoders, evaluate_emoji
from tomclip.evaluation.tasks.benchmark_settings import BenchmarkSettings
from tomclip.evaluation.tasks.benchmarks import compare_on_benchmark, evaluate_benchmark
from tomclip.evaluation.tasks.emoji import REFERENCES, SUBSETS, EmojiSettings, evaluate_vectors
from tomclip.evaluation.tasks.emoji_vectors import EmojiVectors, registered_vectors, student_vectors

__all__ = [
    "MEAN",
    "REFERENCES",
    "SUBSETS",
    "BenchmarkSettings",
    "EmojiSettings",
    "EmojiVectors",
    "EvaluationReport",
    "RetrievalRanks",
    "bootstrap_interval",
    "bootstrap_intervals",
    "bootstrap_means",
    "chance_level",
    "compare_encoders",
    "compare_on_benchmark",
    "compare_reports",
    "evaluate_benchmark",
    "evaluate_emoji",
    "evaluate_vectors",
    "holm_adjusted",
    "mcnemar_p_value",
    "near_chance",
    "paired_difference_interval",
    "pessimistic_ranks",
    "registered_vectors",
    "retrieval_ranks",
    "retrieval_scores",
    "sample_rows",
    "shape_scores",
    "student_vectors",
    "zero_shot_ranks",
    "zero_shot_scores",
]

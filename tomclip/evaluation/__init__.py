"""Evaluation: zero-shot accuracy, retrieval and shape, with intervals that respect the items."""

from tomclip.core.scores import MEAN, REFERENCES
from tomclip.evaluation.chance import chance_level, near_chance
from tomclip.evaluation.comparison import compare_reports
from tomclip.evaluation.evaluator import compare, evaluate
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
from tomclip.evaluation.scoring import evaluate_vectors
from tomclip.evaluation.settings import EvaluationSettings
from tomclip.evaluation.tasks.benchmarks import ClassificationTask, RetrievalTask, benchmark_task
from tomclip.evaluation.tasks.digest import task_digest
from tomclip.evaluation.tasks.emoji import SUBSETS, EmojiTask, emoji_task
from tomclip.evaluation.tasks.protocol import Task, TaskTexts
from tomclip.evaluation.tasks.registry import TASK_SOURCES, TaskOptions, load_task
from tomclip.evaluation.vectors import TaskVectors, registered_vectors, student_vectors

__all__ = [
    "MEAN",
    "REFERENCES",
    "SUBSETS",
    "TASK_SOURCES",
    "ClassificationTask",
    "EmojiTask",
    "EvaluationReport",
    "EvaluationSettings",
    "RetrievalRanks",
    "RetrievalTask",
    "Task",
    "TaskOptions",
    "TaskTexts",
    "TaskVectors",
    "benchmark_task",
    "bootstrap_interval",
    "bootstrap_intervals",
    "bootstrap_means",
    "chance_level",
    "compare",
    "compare_reports",
    "emoji_task",
    "evaluate",
    "evaluate_vectors",
    "holm_adjusted",
    "load_task",
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
    "task_digest",
    "zero_shot_ranks",
    "zero_shot_scores",
]

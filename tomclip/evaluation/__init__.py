"""Evaluation: zero-shot accuracy, retrieval and shape, with intervals that respect the items.

A name is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from tomclip.core.lazy import lazy_names
from tomclip.core.scores import MEAN, REFERENCES

if TYPE_CHECKING:
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
    from tomclip.evaluation.metrics.retrieval import (
        RetrievalRanks,
        retrieval_ranks,
        retrieval_scores,
    )
    from tomclip.evaluation.metrics.shape import sample_rows, shape_scores
    from tomclip.evaluation.metrics.zero_shot import zero_shot_ranks, zero_shot_scores
    from tomclip.evaluation.report import EvaluationReport
    from tomclip.evaluation.scoring import evaluate_vectors
    from tomclip.evaluation.settings import EvaluationSettings
    from tomclip.evaluation.tasks.benchmarks import (
        ClassificationTask,
        RetrievalTask,
        benchmark_task,
    )
    from tomclip.evaluation.tasks.digest import task_digest
    from tomclip.evaluation.tasks.emoji import SUBSETS, EmojiTask, emoji_task
    from tomclip.evaluation.tasks.protocol import Task, TaskTexts
    from tomclip.evaluation.tasks.registry import (
        load_task,
        register_task,
        task_source,
        task_sources,
    )
    from tomclip.evaluation.tasks.source import TaskFacts, TaskOptions, TaskSource
    from tomclip.evaluation.vectors import TaskVectors, registered_vectors, student_vectors

__all__ = [
    "MEAN",
    "REFERENCES",
    "SUBSETS",
    "ClassificationTask",
    "EmojiTask",
    "EvaluationReport",
    "EvaluationSettings",
    "RetrievalRanks",
    "RetrievalTask",
    "Task",
    "TaskFacts",
    "TaskOptions",
    "TaskSource",
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
    "register_task",
    "registered_vectors",
    "retrieval_ranks",
    "retrieval_scores",
    "sample_rows",
    "shape_scores",
    "student_vectors",
    "task_digest",
    "task_source",
    "task_sources",
    "zero_shot_ranks",
    "zero_shot_scores",
]

_PLACES = {
    "ClassificationTask": "tasks.benchmarks",
    "EmojiTask": "tasks.emoji",
    "EvaluationReport": "report",
    "EvaluationSettings": "settings",
    "RetrievalRanks": "metrics.retrieval",
    "RetrievalTask": "tasks.benchmarks",
    "SUBSETS": "tasks.emoji",
    "Task": "tasks.protocol",
    "TaskFacts": "tasks.source",
    "TaskOptions": "tasks.source",
    "TaskSource": "tasks.source",
    "TaskTexts": "tasks.protocol",
    "TaskVectors": "vectors",
    "benchmark_task": "tasks.benchmarks",
    "bootstrap_interval": "metrics.bootstrap",
    "bootstrap_intervals": "metrics.bootstrap",
    "bootstrap_means": "metrics.bootstrap",
    "chance_level": "chance",
    "compare": "evaluator",
    "compare_reports": "comparison",
    "emoji_task": "tasks.emoji",
    "evaluate": "evaluator",
    "evaluate_vectors": "scoring",
    "holm_adjusted": "metrics.paired_tests",
    "load_task": "tasks.registry",
    "mcnemar_p_value": "metrics.paired_tests",
    "near_chance": "chance",
    "paired_difference_interval": "metrics.bootstrap",
    "pessimistic_ranks": "metrics.ranking",
    "register_task": "tasks.registry",
    "registered_vectors": "vectors",
    "retrieval_ranks": "metrics.retrieval",
    "retrieval_scores": "metrics.retrieval",
    "sample_rows": "metrics.shape",
    "shape_scores": "metrics.shape",
    "student_vectors": "vectors",
    "task_digest": "tasks.digest",
    "task_source": "tasks.registry",
    "task_sources": "tasks.registry",
    "zero_shot_ranks": "metrics.zero_shot",
    "zero_shot_scores": "metrics.zero_shot",
}

__getattr__, __dir__ = lazy_names(__name__, _PLACES)

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
    from tomclip.evaluation.language_gap.cells import (
        accuracy_cells,
        difference_cells,
        english_gap_cells,
    )
    from tomclip.evaluation.language_gap.class_hits import ClassHits, class_hits
    from tomclip.evaluation.language_gap.confusions import (
        ClassMerge,
        Confusions,
        class_merge,
        confusions,
        nearest_classes,
    )
    from tomclip.evaluation.language_gap.grouping import groupings, groups_of
    from tomclip.evaluation.language_gap.merge_order import merge_order_table
    from tomclip.evaluation.language_gap.pair_auc import pair_auc
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
    "ClassHits",
    "ClassMerge",
    "ClassificationTask",
    "Confusions",
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
    "accuracy_cells",
    "benchmark_task",
    "bootstrap_interval",
    "bootstrap_intervals",
    "bootstrap_means",
    "chance_level",
    "class_hits",
    "class_merge",
    "compare",
    "compare_reports",
    "confusions",
    "difference_cells",
    "emoji_task",
    "english_gap_cells",
    "evaluate",
    "evaluate_vectors",
    "groupings",
    "groups_of",
    "holm_adjusted",
    "load_task",
    "mcnemar_p_value",
    "merge_order_table",
    "near_chance",
    "nearest_classes",
    "pair_auc",
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
    "ClassHits": "language_gap.class_hits",
    "ClassMerge": "language_gap.confusions",
    "ClassificationTask": "tasks.benchmarks",
    "Confusions": "language_gap.confusions",
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
    "accuracy_cells": "language_gap.cells",
    "benchmark_task": "tasks.benchmarks",
    "bootstrap_interval": "metrics.bootstrap",
    "bootstrap_intervals": "metrics.bootstrap",
    "bootstrap_means": "metrics.bootstrap",
    "chance_level": "chance",
    "class_hits": "language_gap.class_hits",
    "class_merge": "language_gap.confusions",
    "compare": "evaluator",
    "compare_reports": "comparison",
    "confusions": "language_gap.confusions",
    "difference_cells": "language_gap.cells",
    "emoji_task": "tasks.emoji",
    "english_gap_cells": "language_gap.cells",
    "evaluate": "evaluator",
    "evaluate_vectors": "scoring",
    "groupings": "language_gap.grouping",
    "groups_of": "language_gap.grouping",
    "holm_adjusted": "metrics.paired_tests",
    "load_task": "tasks.registry",
    "mcnemar_p_value": "metrics.paired_tests",
    "merge_order_table": "language_gap.merge_order",
    "near_chance": "chance",
    "nearest_classes": "language_gap.confusions",
    "pair_auc": "language_gap.pair_auc",
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

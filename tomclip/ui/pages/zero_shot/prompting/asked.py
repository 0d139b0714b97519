"""What prompts are asked about: the classes of the page's data set that are named by them."""

from __future__ import annotations

from dataclasses import dataclass

from tomclip.core.scores import hit_name
from tomclip.data.emoji import Subset
from tomclip.data.prompts import PLACE, Prompts
from tomclip.evaluation import EvaluationReport, Task, TaskOptions, TaskSource, task_sources
from tomclip.evaluation.metrics.ranking import DEFAULT_KS
from tomclip.evaluation.tasks.workspace_labels import LABELS
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import board, encoder_title, fingerprints
from tomclip.ui.computing.jobs import Job, Report, counted


@dataclass(frozen=True, slots=True)
class Prompted:
    """A task that puts the names of its classes into prompts.

    Attributes:
        source: loads it.
        subset: part of its items.
        task: it, asked without prompts of one's own.
    """

    source: TaskSource
    subset: Subset
    task: Task

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages of its names."""
        return tuple(self.task.languages)

    @property
    def scores(self) -> tuple[str, ...]:
        """Names of the accuracies that it is measured by."""
        asked = [one for one in self.task.asked if one != "image_to_text"]
        ks = getattr(self.task, "ks", DEFAULT_KS)
        return tuple(hit_name(one, k) for one in asked for k in ks)

    def report_job(self, encoder: str, prompts: Prompts) -> Job[EvaluationReport]:
        """Returns the evaluation of an encoder in the languages of the prompts, asked with them."""
        source, options = self.source, TaskOptions(subset=self.subset, prompts=prompts)

        def work(report: Report) -> EvaluationReport:
            report(0.0, "reading the encoder")
            from tomclip.evaluation import evaluate

            return evaluate(
                encoder,
                source.load(options),
                languages=prompts.languages,
                references=(),
                on_progress=counted(report),
            )

        key = ("prompts", fingerprints(encoder), cached.data_key(), self.subset, prompts)
        return board("reports").start(key, f"{encoder_title(encoder)} with prompts", work)

    def alone_job(self, encoder: str, prompts: Prompts) -> Job[EvaluationReport]:
        """Returns its evaluation by names alone, in the languages of the prompts at least."""
        if self.source.embedded:
            return cached.report_job(encoder, self.subset, shapes=False)
        return self.report_job(encoder, Prompts.of(dict.fromkeys(prompts.languages, (PLACE,))))


def prompted(subset: Subset) -> Prompted | None:
    """Returns what prompts can be asked about; None where the data set names no classes by them.

    That is the data set itself, or its labels as classes.

    Raises:
        InputError: when it is gone or damaged.
    """
    sources, name = task_sources(), cached.data_name()
    for one in (sources.get(name), sources.get(f"{name}{LABELS}")):
        if one is not None and "prompts" in one.options:
            return Prompted(one, subset, one.load(TaskOptions(subset=subset)))
    return None

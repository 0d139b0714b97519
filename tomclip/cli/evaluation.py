"""What the commands evaluate on: the embedded emoji, or a benchmark on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from tomclip.cli.options import (
    Data,
    Directory,
    Fold,
    Labels,
    Languages,
    Prompts,
    Rendering,
    Shape,
    Subset,
    SubsetName,
    language_codes,
)
from tomclip.cli.output import write_text
from tomclip.cli.reading_notes import tell_unread
from tomclip.core.progress import OnProgress

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.data.language_columns import LanguageColumns
    from tomclip.data.prompts import Prompts as PromptTable
    from tomclip.evaluation import EvaluationReport, Task, TaskOptions


OPTIONS: Mapping[str, tuple[Any, Any]] = {
    "data": (Data, "emoji"),
    "directory": (Directory, None),
    "subset": (Subset, "all"),
    "fold": (Fold, None),
    "languages": (Languages, None),
    "labels": (Labels, None),
    "prompts": (Prompts, None),
    "rendering": (Rendering, None),
    "shape": (Shape, True),
}
"""The fields of `Evaluation` as commands take them: the type and the default of each option."""
CHOSEN = "chosen"


@dataclass(frozen=True)
class Evaluation:
    """The options that say what an encoder is evaluated on.

    Raises:
        InputError: when an option makes no sense for the data set.
    """

    data: str
    directory: Path | None
    subset: SubsetName
    languages: str | None
    rendering: str | None
    shape: bool
    fold: int | None = None
    labels: Path | None = None
    prompts: Path | None = None

    def __post_init__(self) -> None:
        from tomclip.evaluation.tasks.registry import require_offered

        require_offered(self.data, self.options)

    @cached_property
    def options(self) -> TaskOptions:
        """What was chosen of the task."""
        from tomclip.evaluation import TaskOptions

        labels, prompts = self._lists()
        return TaskOptions(
            languages=language_codes(self.languages),
            shape=self.shape,
            subset=self.subset,
            rendering=self.rendering,
            directory=self.directory,
            fold=self.fold,
            labels=labels,
            prompts=prompts,
        )

    @property
    def files(self) -> Mapping[str, Path]:
        """The files that names of classes and prompts of one's own are read from, where given."""
        given = {"labels": self.labels, "prompts": self.prompts}
        return {name: path for name, path in given.items() if path is not None}

    def _lists(self) -> tuple[LanguageColumns | None, PromptTable | None]:
        """Returns the names of classes and the prompts of one's own, read from their files."""
        from tomclip.core.paths import user_path
        from tomclip.data.benchmarks.label_lists import read_labels
        from tomclip.data.prompts import read_prompts

        return (
            self.labels and read_labels(user_path(self.labels)),
            self.prompts and read_prompts(user_path(self.prompts)),
        )

    @cached_property
    def task(self) -> Task:
        """The data, checked and read in the languages that are needed.

        Raises:
            InputError: when a file is missing or cannot be read.
        """
        from tomclip.evaluation import load_task

        return load_task(self.data, self.options)

    @property
    def _settings(self) -> dict[str, Any]:
        return {
            "languages": language_codes(self.languages),
            "references": None if self.shape else (),
        }

    def report(
        self, encoder: str, *, seed: int, cache: bool, on_progress: OnProgress
    ) -> EvaluationReport:
        """Returns the report of one encoder.

        Raises:
            EncoderUnavailable, InputError: as `tomclip.evaluation.evaluate`.
        """
        from tomclip.encoders.packaged.reading import unread_languages
        from tomclip.evaluation import evaluate

        known = self.task.languages  # `evaluate` refuses the others
        codes = [code for code in language_codes(self.languages) or known if code in known]
        unread = unread_languages(encoder, codes)
        tell_unread(encoder, {code: self.task.texts(code).texts for code in unread})
        options = {"seed": seed, "use_cache": cache, "on_progress": on_progress}
        return evaluate(encoder, self.task, **self._settings, **options)

    def differences(
        self, baseline: str, others: Sequence[str], on_progress: OnProgress
    ) -> pd.DataFrame:
        """Returns the table of `compare_reports`.

        Raises:
            EncoderUnavailable, InputError: as `report`.
        """
        from tomclip.evaluation import compare

        return compare(baseline, others, self.task, on_progress=on_progress, **self._settings)

    def reports(self, encoders: Sequence[str], on_progress: OnProgress) -> list[EvaluationReport]:
        """Returns the report of every encoder, in their order.

        Raises:
            EncoderUnavailable, InputError: as `report`.
        """
        from tomclip.evaluation.evaluator import evaluate_each

        return evaluate_each(encoders, self.task, on_progress=on_progress, **self._settings)


def on_data(*, shape: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Returns a decorator for commands that evaluate: `OPTIONS` stand in place of one parameter.

    That parameter is called `chosen`; the command is given the `Evaluation` that they make.

    Args:
        shape: whether shapes are measured unless --no-shape is given; without it they never are.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        offered = {name: one for name, one in OPTIONS.items() if shape or name != "shape"}

        @wraps(command)
        def run(**given: Any) -> None:
            asked = {name: given.pop(name) for name in offered}
            command(**given, **{CHOSEN: Evaluation(**{"shape": False, **asked})})

        parameters: list[Parameter] = []
        for name, one in signature(command).parameters.items():
            replaced = offered if name == CHOSEN else {}
            parameters += [
                Parameter(option, one.kind, default=default)
                for option, (_, default) in replaced.items()
            ] or [one]
        types = get_type_hints(command, include_extras=True)
        types |= {name: kind for name, (kind, _) in offered.items()}
        run.__annotations__ = types
        run.__signature__ = signature(command).replace(  # type: ignore[attr-defined]
            parameters=[one.replace(annotation=types[one.name]) for one in parameters]
        )
        return run

    return decorate


def write_clip_benchmark(path: Path, report: EvaluationReport, task: Task) -> None:
    """Writes one JSON object a line, each a row of `clip_benchmark_rows`, whole or not at all.

    Raises:
        InputError: when the system refuses to write.
    """
    from tomclip.evaluation.clip_benchmark import clip_benchmark_rows

    rows = clip_benchmark_rows(report, [task.picture_labels[row] for row in task.items])
    write_text(path, "".join(json.dumps(row) + "\n" for row in rows))

"""How encoders are evaluated, whatever the task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tomclip.core.errors import InputError
from tomclip.core.languages import code_or_tag
from tomclip.core.scores import REFERENCES, Reference
from tomclip.core.types import Metric, require_metric
from tomclip.evaluation.metrics.ranking import DEFAULT_KS
from tomclip.evaluation.tasks.protocol import Task

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """Every choice that the scores depend on, beside the encoder and the task.

    `references` names the English clouds that shapes are compared with: the encoder's own
    ("english") and the teacher's ("teacher", whose scores end in `_to_teacher`); empty leaves the
    shape scores out, which is much faster.

    Raises:
        InputError: when languages are missing or come twice, or the metric or a reference is
            unknown.
    """

    languages: tuple[str, ...]
    ks: tuple[int, ...] = DEFAULT_KS
    references: tuple[Reference, ...] = REFERENCES
    metric: Metric = "cosine"
    max_points: int = 300
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.languages or len(set(self.languages)) != len(self.languages):
            raise InputError(
                f"languages are {self.languages}; name at least one, and each only once"
            )
        require_metric(self.metric)
        if unknown := set(self.references) - set(REFERENCES):
            raise InputError(
                f"references hold {sorted(unknown)}; use {' and '.join(REFERENCES)}, or none"
            )

    @property
    def read(self) -> tuple[str, ...]:
        """The languages whose texts are embedded: English too, where it is a reference."""
        extra = (ENGLISH,) if "english" in self.references else ()
        return tuple(dict.fromkeys((*self.languages, *extra)))

    def as_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def asked_languages(task: Task, languages: Sequence[str] | None) -> tuple[str, ...]:
    """Returns the codes of the languages to evaluate; by default all that the task can be asked in.

    Raises:
        InputError: when a language is not the task's.
    """
    if languages is None:
        return tuple(task.languages)
    codes = tuple(tag if tag in task.languages else code_or_tag(tag) for tag in languages)
    if unknown := [code for code in codes if code not in task.languages]:
        raise InputError(f"language is {unknown[0]!r}; {task.name} has {', '.join(task.languages)}")
    return codes

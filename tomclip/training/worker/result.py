"""How a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tomclip.core.types import RunState
from tomclip.runs import RunDirectory


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """How a run ended. `best_score` is the stopping criterion at `best_step`."""

    run: RunDirectory
    state: RunState
    step: int
    best_step: int
    best_score: float
    seconds: float

    @property
    def best_checkpoint(self) -> Path:
        """Student directory of the best validation."""
        return self.run.checkpoints / "best"

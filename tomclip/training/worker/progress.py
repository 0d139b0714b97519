"""How far a training is: what a checkpoint keeps beside the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tomclip.training.early_stopping import EarlyStopping


@dataclass(slots=True)
class TrainingProgress:
    """Finished steps, the seconds they took, the best validation, and what was done last when.

    `saved_step` and `probed_step` are the steps of the last checkpoint and probe, -1 before one.
    """

    stopping: EarlyStopping
    step: int = 0
    seconds: float = 0.0
    saved_step: int = -1
    probed_step: int = -1

    @classmethod
    def at(cls, state: Mapping[str, Any] | None, *, patience: int) -> TrainingProgress:
        """Returns the progress in a checkpoint's state; None is that of a run that begins."""
        if state is None:
            return cls(EarlyStopping(patience))
        step, seconds = state["step"], state["seconds"]
        return cls(EarlyStopping(**state["stopping"]), step, seconds, saved_step=step)

    def state(self) -> dict[str, Any]:
        """Returns what `at` reads."""
        return {"step": self.step, "seconds": self.seconds, "stopping": asdict(self.stopping)}

    @property
    def best_step(self) -> int | None:
        """The step of the best validation, None before the first step."""
        return self.stopping.best_step if self.step else None

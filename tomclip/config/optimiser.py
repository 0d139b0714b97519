"""The optimiser: steps, batches, learning rate and its schedule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from tomclip.config.fields import STRICT


@dataclass(frozen=True, config=STRICT)
class OptimiserConfig:
    """AdamW with linear warm-up, then the chosen decay.

    With 0 `steps` the student is as it begins. `accumulation` is the number of pieces in which a
    process embeds its part of a batch: more take less memory, and above 1 a second forward pass.
    The loss sees the whole batch, the update is the same. `gradient_checkpointing` saves memory
    within a piece, also for a second forward pass. `compile` asks for torch.compile.
    """

    steps: Annotated[int, Field(ge=0)] = 2000
    batch_size: Annotated[int, Field(ge=4, le=65536)] = 256
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)] = 1e-3
    weight_decay: Annotated[float, Field(ge=0.0, le=1.0)] = 0.01
    warmup_steps: Annotated[int, Field(ge=0)] = 100
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    gradient_clip: Annotated[float, Field(gt=0.0)] = 1.0
    accumulation: Annotated[int, Field(ge=1)] = 1
    gradient_checkpointing: bool = False
    compile: bool = False

    @model_validator(mode="after")
    def _pieces_hold_captions(self) -> OptimiserConfig:
        if self.accumulation > self.batch_size:
            raise ValueError(
                f"accumulation {self.accumulation} is more than batch_size {self.batch_size}"
            )
        return self

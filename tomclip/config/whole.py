"""The whole configuration of a training run: every group, and what they ask of each other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from tomclip.config.data import DataConfig
from tomclip.config.fields import LONGEST_NAME, STRICT
from tomclip.config.loss import PAIRED_DIAGRAMS, UNPAIRED_MATRICES, LossConfig
from tomclip.config.optimiser import OptimiserConfig
from tomclip.config.student import StudentConfig
from tomclip.config.validation import ValidationConfig
from tomclip.core.reading.characters import is_blank, is_one_line

SCHEMA = 1
Tracking = Literal["none", "tensorboard", "trackio", "mlflow", "wandb"]


@dataclass(frozen=True, config=STRICT)
class TrainConfig:
    """Everything that decides a training run, and whether an outside tracker is told of it.

    `name` is what people call the run, in any writing; its folder is named after it.
    """

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)] = "student"
    schema_version: Literal[1] = SCHEMA
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    teacher: str = "emoji-teacher"
    tracking: Tracking = "none"
    data: DataConfig = Field(default_factory=DataConfig)
    student: StudentConfig = Field(default_factory=StudentConfig)
    loss: LossConfig = Field(default_factory=LossConfig)
    optimiser: OptimiserConfig = Field(default_factory=OptimiserConfig)
    validation: ValidationConfig = Field(default_factory=ValidationConfig)

    @model_validator(mode="after")
    def _used_captions(self) -> TrainConfig:
        anchor, loss = self.data.english_anchor, self.loss
        if anchor.captions and not (loss.pointwise_weight or anchor.structure):
            raise ValueError(
                "data.english_anchor joins the point-wise loss, whose weight is 0; give "
                "loss.pointwise_weight a weight, or set data.english_anchor.structure to true"
            )
        if self.data.unpaired.captions is None:
            return self
        if loss.recipe in PAIRED_DIAGRAMS:
            raise ValueError(
                f"data.unpaired joins H0 and H1 as diagrams, and the recipe '{loss.recipe}' "
                "compares pairs of rows; use another recipe"
            )
        matrix = loss.recipe in UNPAIRED_MATRICES and loss.distance_matrix_weight
        if not (matrix or loss.h0_weight or loss.h1_weight):
            raise ValueError(
                "data.unpaired joins H0 and H1 alone, whose weights are 0; give one of them a "
                "weight, or leave the captions out"
            )
        return self

    @model_validator(mode="after")
    def _something_to_train(self) -> TrainConfig:
        if self.optimiser.steps == 0 and self.student.head != "ridge":
            raise ValueError(
                "optimiser.steps is 0, which leaves a student as it begins; use 1 or more, or let "
                "it begin at a solution with student.head 'ridge'"
            )
        return self

    @model_validator(mode="after")
    def _something_to_compile(self) -> TrainConfig:
        if self.optimiser.compile and self.student.freezes_layers:
            raise ValueError(
                f"optimiser.compile is on, but with student.trainable {self.student.trainable!r} "
                "the backbone does not run as a whole; leave it out, or train all"
            )
        return self

    @model_validator(mode="after")
    def _name_on_one_line(self) -> TrainConfig:
        if is_blank(self.name):
            raise ValueError(f"name is {self.name!r}, which shows nothing; write a name")
        if not is_one_line(self.name):
            raise ValueError(f"name is {self.name!r}; write it on one line")
        return self

"""The objective: its recipe and the weights of its terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from tomclip.config.fields import STRICT, Weight
from tomclip.config.refusal import refusal
from tomclip.core.errors import ConfigError
from tomclip.core.types import Metric

Recipe = Literal[
    "paper",
    "exact",
    "edges",
    "relative",
    "neighbours",
    "landmarks",
    "clusters",
    "divergence",
    "cross",
    "transport",
    "moments",
    "consistency",
]
PAIRED_DIAGRAMS: tuple[Recipe, ...] = ("edges", "clusters", "divergence")
"""Recipes whose H0 compares row with row, so that captions without a pair cannot join it."""
UNPAIRED_MATRICES: tuple[Recipe, ...] = ("transport", "moments", "consistency")
"""Recipes whose distance-matrix term pairs no rows, so that captions without a pair join it."""
WeightsIn = Literal["loss", "gradient"]
Schedule = Literal["constant", "rising", "falling"]
PointwiseLoss = Literal["mse", "cosine", "contrastive"]
LOSS_WEIGHTS: tuple[str, ...] = (
    "pointwise_weight",
    "distance_matrix_weight",
    "h0_weight",
    "h1_weight",
)


@dataclass(frozen=True, config=STRICT)
class LossConfig:
    """The objective: which recipe, which point-wise loss, and the weight of each term.

    A structural weight multiplies the term itself where `weights_in` is "loss". Where it is
    "gradient", the term pulls that many times as hard as the point-wise part: lengths of gradients
    with respect to the batch's vectors, at every step. `h1_points` rows of each batch, from the
    first, enter Vietoris-Rips H1 and the recipe "transport". `landmarks` "emoji" are the teacher's
    vectors of the training concepts' pictures, which the recipe "landmarks" compares captions with
    (None: with the teacher's vectors of the batch).

    With a `schedule` the structural weights of step s of S count s / S times, "rising", or
    (S - s + 1) / S times, "falling": the one ends and the other begins at the weights themselves,
    and none is ever 0. The point-wise weight stays, and so does "constant" throughout.
    """

    recipe: Recipe = "exact"
    metric: Metric = "euclidean"
    pointwise: PointwiseLoss = "mse"
    pointwise_weight: Weight = 1.0
    distance_matrix_weight: Weight = 0.0
    h0_weight: Weight = 0.0
    h1_weight: Weight = 0.0
    temperature: Annotated[float, Field(gt=0.0, le=10.0)] = 0.07
    h1_points: Annotated[int, Field(ge=3)] = 256
    weights_in: WeightsIn = "loss"
    landmarks: Literal["emoji"] | None = None
    schedule: Schedule = "constant"

    @model_validator(mode="after")
    def _something_to_learn(self) -> LossConfig:
        if not any(getattr(self, name) for name in LOSS_WEIGHTS):
            raise ValueError("all four loss weights are 0; set at least one above 0")
        if self.weights_in == "gradient" and not self.pointwise_weight:
            raise ValueError(
                "weights_in is 'gradient', which measures the structural terms by the point-wise "
                "one, whose weight is 0; give it a weight, or set weights_in to 'loss'"
            )
        return self

    @model_validator(mode="after")
    def _landmarks_are_compared(self) -> LossConfig:
        if self.landmarks is not None and self.recipe != "landmarks":
            raise ValueError(
                f"landmarks is {self.landmarks!r}, which the recipe {self.recipe!r} does not read; "
                "leave it out, or use the recipe 'landmarks'"
            )
        return self


_LOSS_ADAPTER = TypeAdapter(LossConfig)


def loss_weights(loss: LossConfig) -> dict[str, float]:
    """Returns the four weights by their names in `LOSS_WEIGHTS`."""
    return {name: getattr(loss, name) for name in LOSS_WEIGHTS}


def with_loss_weights(
    loss: LossConfig, weights: Mapping[str, Any], *, source: str = "loss weights"
) -> LossConfig:
    """Returns `loss` with some of its weights changed, each from 0 to 10,000, one above 0.

    Raises:
        ConfigError: when a key is no loss weight, or a value is not accepted.
    """
    unknown = [name for name in weights if name not in LOSS_WEIGHTS]
    if unknown:
        raise ConfigError(f"{source}: {unknown[0]} is no weight; use {', '.join(LOSS_WEIGHTS)}")
    try:
        return _LOSS_ADAPTER.validate_python({**asdict(loss), **weights})
    except ValidationError as error:
        raise ConfigError(f"{source}: {refusal(error)}") from error

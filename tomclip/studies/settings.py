"""The settings that a form is tried with, and those that were chosen for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from tomclip.config import LOSS_WEIGHTS, TrainConfig, loss_weights
from tomclip.studies.study import Choosing

STRUCTURAL_WEIGHTS = LOSS_WEIGHTS[1:]
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """A weight and a learning rate.

    Attributes:
        learning_rate: of the optimiser.
        multiple: of the weight at which the structural part pulls as hard as the point-wise one;
            None where no weight is chosen.
        factor: what all structural weights of the form are multiplied by.
    """

    learning_rate: float
    multiple: float | None = None
    factor: float = 1.0

    def applied(self, config: TrainConfig) -> TrainConfig:
        """Returns the configuration with these settings."""
        weights = {
            name: _rounded(weight * self.factor)
            for name, weight in loss_weights(config.loss).items()
            if name in STRUCTURAL_WEIGHTS
        }
        optimiser = replace(config.optimiser, learning_rate=self.learning_rate)
        return replace(config, loss=replace(config.loss, **weights), optimiser=optimiser)


Choices = Mapping[str, Mapping[str, Settings]]
"""By condition and form, what was chosen."""


def is_structural(config: TrainConfig) -> bool:
    """Returns whether any structural weight is above 0."""
    return any(getattr(config.loss, name) for name in STRUCTURAL_WEIGHTS)


def has_weight_to_choose(form: str, config: TrainConfig, choosing: Choosing) -> bool:
    """Returns whether a form's weight is chosen beside its learning rate."""
    return is_structural(config) and form not in choosing.keep_weights


def candidates(choosing: Choosing, ratio: float | None) -> list[Settings]:
    """Returns the settings to try, the smaller weight first and then the smaller learning rate.

    Args:
        choosing: Of the study.
        ratio: The factor of the structural weights at which both parts pull alike, from
            `gradient_ratio`; None where no weight is chosen.
    """
    multiples, rates = sorted(choosing.multiples), sorted(choosing.learning_rates)
    if ratio is None:
        count = len(multiples) * len(rates)
        spaced = np.geomspace(rates[0], rates[-1], count) if len(rates) > 1 else [rates[0]]
        return [Settings(_rounded(float(rate))) for rate in spaced]
    return [
        Settings(rate, multiple, _rounded(multiple * ratio))
        for multiple, rate in product(multiples, rates)
    ]


def _rounded(value: float) -> float:
    """Four significant digits: a file then says the whole number."""
    return float(f"{value:.{_DIGITS}g}")

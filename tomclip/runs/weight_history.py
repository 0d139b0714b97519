"""Loss weights of a run as they went: what it began with, and every change on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from tomclip.config import LOSS_WEIGHTS
from tomclip.core.types import Event

WeightsSince: TypeAlias = tuple[int, Mapping[str, float]]
"""A step, and the weights by name that hold from there on."""


def changed_weights(events: Iterable[Event]) -> tuple[WeightsSince, ...]:
    """Returns every change of the loss weights that a run's worker recorded, in order."""
    return tuple(
        (event.step, event.values["weights"])
        for event in events
        if event.split == "control" and "weights" in event.values
    )


def starting_weights(config: Mapping[str, Any]) -> dict[str, float]:
    """Returns the loss weights a run began with, as far as its configuration is whole."""
    loss = config.get("loss")
    weights = loss if isinstance(loss, Mapping) else {}
    return {
        name: float(weights[name])
        for name in LOSS_WEIGHTS
        if isinstance(weights.get(name), int | float)
    }


def weight_histories(config: Mapping[str, Any], changes: Sequence[WeightsSince]) -> dict[str, str]:
    """Returns the weights that did not stay as they were, each as "0.01 → 0.1 at step 120"."""
    present = starting_weights(config)
    told = {name: f"{value:g}" for name, value in present.items()}
    changed = set()
    for step, weights in changes:
        for name, value in weights.items():
            if name in present and value != present[name]:
                told[name] += f" → {value:g} at step {step:,}"
                present[name] = value
                changed.add(name)
    return {name: text for name, text in told.items() if name in changed}


def config_as_trained(config: Mapping[str, Any], changes: Sequence[WeightsSince]) -> dict[str, Any]:
    """Returns the configuration with the history of each changed weight in place of its value."""
    histories = weight_histories(config, changes)
    loss = config.get("loss", {})
    return {**config, "loss": {**loss, **histories}} if histories else dict(config)

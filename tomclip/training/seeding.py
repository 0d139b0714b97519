"""One seed for every generator that training uses, and their states for an exact resume."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


def seed_everything(seed: int) -> None:
    """Seeds Python, numpy and torch (all devices)."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries that draw from the global generator
    torch.manual_seed(seed)


def generator_states() -> dict[str, Any]:
    """Returns torch's states, CUDA's where there is a card; training draws from no others."""
    states: dict[str, Any] = {"torch": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state_all()
    return states


def restore_generators(states: dict[str, Any]) -> None:
    """Puts back what `generator_states` returned."""
    torch.set_rng_state(states["torch"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(states["cuda"])


@contextmanager
def undisturbed_generators() -> Iterator[None]:
    """Puts the generators back after what does not belong to training.

    Loading a model draws from them and taking it from memory does not; with this both leave
    training the same numbers.
    """
    states = generator_states()
    try:
        yield
    finally:
        restore_generators(states)

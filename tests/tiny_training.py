"""A training run of a few steps on the embedded data, and what it recorded."""

from __future__ import annotations

from pathlib import Path

from tomclip.config import TrainConfig, parse_config
from tomclip.runs import read_events
from tomclip.types import Event


def tiny_config(**changes: object) -> TrainConfig:
    values = {
        "name": "tiny",
        "data": {"languages": ["en", "ko", "de"], "share": 0.2},
        "student": {
            "hidden_size": 32, "layers": 1, "heads": 2, "intermediate_size": 64, "max_tokens": 16,
        },
        "loss": {"recipe": "exact", "distance_matrix_weight": 0.1, "h0_weight": 0.1},
        "optimiser": {"steps": 6, "batch_size": 32, "learning_rate": 3e-3, "warmup_steps": 2},
        "validation": {"every_steps": 3},
    }  # fmt: skip
    return parse_config({**values, **changes})


def train_losses(directory: Path) -> list[float]:
    return [e.values["total"] for e in read_events(directory) if e.split == "train"]


def recorded(directory: Path, split: str) -> list[Event]:
    return [event for event in read_events(directory) if event.split == split]

"""What each topological term adds to a training step of the embedded student.

Every round runs one step of each loss in turn on the same batch; the median round counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

import torch
from shared.machine import describe
from shared.step_rounds import interleaved

from tomclip.config import TrainConfig, parse_config
from tomclip.training.data.batches import CaptionSampler
from tomclip.training.data.loading import training_data
from tomclip.training.initial_student import build_student
from tomclip.training.optimisation import new_optimiser
from tomclip.training.step import optimisation_step

WARM_UP = 3
WEIGHTS = {"distance_matrix_weight": 0.01, "h0_weight": 0.01}
LOSSES = {
    "pointwise": {"recipe": "exact"},
    "paper": {"recipe": "paper", **WEIGHTS},
    "exact": {"recipe": "exact", **WEIGHTS},
    "exact, cosine": {"recipe": "exact", "metric": "cosine", **WEIGHTS},
    "edges": {"recipe": "edges", **WEIGHTS},
    "exact with H1": {"recipe": "exact", "h1_weight": 0.01, **WEIGHTS},
}


class EmbeddedStudent:
    """A student with its optimiser under one loss."""

    def __init__(self, loss: dict[str, object], batch_size: int) -> None:
        self.config: TrainConfig = parse_config(
            {"loss": loss, "optimiser": {"batch_size": batch_size}}
        )
        torch.manual_seed(0)
        self.model, self.tokenizer = build_student(self.config)
        self.optimiser, _ = new_optimiser(self.model.train(), self.config.optimiser)

    def step(self, batch: tuple[torch.Tensor, ...]) -> None:
        """Updates the student once."""
        optimisation_step(
            self.model,
            batch,
            self.config.loss,
            self.optimiser,
            step=1,
            bf16=False,
            gradient_clip=1.0,
        )


def term_records(batch_size: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Yields one record per loss, related to the point-wise one."""
    students = {name: EmbeddedStudent(loss, batch_size) for name, loss in LOSSES.items()}
    first = students["pointwise"]
    data = training_data(first.config, first.tokenizer, max_tokens=first.config.student.max_tokens)
    sampler = CaptionSampler(data.english, batch_size=batch_size, seed=0)
    seconds = interleaved(
        {name: student.step for name, student in students.items()},
        lambda: data.batch(sampler.next_batch()),
        device="cpu",
        rounds=rounds,
        warm_up=WARM_UP,
    ).seconds
    floor = statistics.median(seconds["pointwise"])
    for name in LOSSES:
        median = statistics.median(seconds[name])
        yield {
            "benchmark": "train_step",
            "part": "terms",
            "case": name,
            "batch_size": batch_size,
            "steps_per_second": round(1 / median, 2),
            "ratio_to_pointwise": round(median / floor, 3),
            **describe(),
        }

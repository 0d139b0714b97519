"""What topology adds to a training step of the embedded student, one JSON object a line.

Every round runs one step of each recipe in turn on the same batch, so a busy machine slows all of
them alike; the median round counts.

    python benchmarks/train_step.py --rounds 30
"""

from __future__ import annotations

import argparse
import json
import statistics
from time import perf_counter

import torch
from machine import describe

from tomclip.config import TrainConfig, parse_config
from tomclip.training.batches import CaptionSampler
from tomclip.training.data import training_data
from tomclip.training.optimisation import new_optimiser
from tomclip.training.step import optimisation_step
from tomclip.training.student import build_student

WEIGHTS = {"distance_matrix_weight": 0.01, "h0_weight": 0.01}
CASES = {
    "pointwise": {"recipe": "exact"},
    "paper": {"recipe": "paper", **WEIGHTS},
    "exact": {"recipe": "exact", **WEIGHTS},
    "exact, cosine": {"recipe": "exact", "metric": "cosine", **WEIGHTS},
    "edges": {"recipe": "edges", **WEIGHTS},
    "exact with H1": {"recipe": "exact", "h1_weight": 0.01, **WEIGHTS},
}


class Case:
    """A student with its optimiser under one loss."""

    def __init__(self, loss: dict[str, object], batch_size: int) -> None:
        self.config: TrainConfig = parse_config(
            {"loss": loss, "optimiser": {"batch_size": batch_size}}
        )
        torch.manual_seed(0)
        self.model, self.tokenizer = build_student(self.config)
        self.optimiser, _ = new_optimiser(self.model.train(), self.config.optimiser)

    def step(self, batch: tuple[torch.Tensor, ...]) -> float:
        started = perf_counter()
        optimisation_step(
            self.model,
            batch,
            self.config.loss,
            self.optimiser,
            step=1,
            bf16=False,
            gradient_clip=1.0,
        )
        return perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    cases = {name: Case(loss, arguments.batch_size) for name, loss in CASES.items()}
    first = cases["pointwise"]
    data = training_data(first.config, first.tokenizer, max_tokens=first.config.student.max_tokens)
    sampler = CaptionSampler(data.pairs.english, batch_size=arguments.batch_size, seed=0)
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(arguments.rounds + 3):
        batch = data.batch(sampler.next_batch(), "cpu")
        for name, case in cases.items():
            taken = case.step(batch)
            if turn >= 3:
                seconds[name].append(taken)
    floor = statistics.median(seconds["pointwise"])
    for name, values in seconds.items():
        median = statistics.median(values)
        record = {
            "benchmark": "train_step",
            "case": name,
            "batch_size": arguments.batch_size,
            "steps_per_second": round(1 / median, 2),
            "ratio_to_pointwise": round(median / floor, 3),
            **describe(),
        }
        print(json.dumps(record))


if __name__ == "__main__":
    main()

"""What one training step pays for each loss, as a ratio to the distance matrices alone.

The floor is what any structural loss needs: distances of the student, forward and backward, and of
the teacher, both by torch.cdist. Every round times the floor and every case in turn, so a busy
machine slows both; the fastest round of each counts. One JSON object a line:

    python benchmarks/loss_step.py --points 256 512 --rounds 30
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from time import perf_counter

import torch
from machine import describe

from tomclip.losses import RECIPES, alignment_loss

DIMENSIONS = 512
TERMS: dict[str, dict[str, float]] = {
    "distance_matrix": {"distance_matrix_weight": 1.0},
    "h0": {"h0_weight": 1.0},
    "h1": {"h1_weight": 1.0},
    "pointwise+distance_matrix+h0": {
        "pointwise_weight": 1.0, "distance_matrix_weight": 1.0, "h0_weight": 1.0,
    },
}  # fmt: skip

Step = Callable[[], None]


def batch(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns a student batch near its teacher batch, both shaped like CLIP text: a narrow cone."""
    generator = torch.Generator().manual_seed(n)
    centre = torch.randn(1, DIMENSIONS, generator=generator)
    teacher = centre + 0.6 * torch.randn(n, DIMENSIONS, generator=generator)
    return teacher + 0.2 * torch.randn(n, DIMENSIONS, generator=generator), teacher


def floor_step(student: torch.Tensor, teacher: torch.Tensor) -> None:
    leaf = student.clone().requires_grad_()
    torch.cdist(teacher, teacher)
    torch.cdist(leaf, leaf).sum().backward()


def loss_step(
    student: torch.Tensor, teacher: torch.Tensor, recipe: str, weights: dict[str, float]
) -> None:
    leaf = student.clone().requires_grad_()
    options = {"pointwise_weight": 0.0} | weights
    alignment_loss(leaf, teacher, recipe=recipe, **options).total.backward()  # type: ignore[arg-type]


def milliseconds(step: Step) -> float:
    start = perf_counter()
    step()
    return 1000 * (perf_counter() - start)


def measure(n: int, rounds: int) -> Iterator[dict[str, object]]:
    """Yields one record per recipe and term, from interleaved rounds after a warm-up round."""
    student, teacher = batch(n)
    steps: dict[tuple[str, str], Step] = {
        (recipe, name): lambda r=recipe, w=weights: loss_step(student, teacher, r, w)
        for recipe in RECIPES
        for name, weights in TERMS.items()
    }
    floors, times = [], {key: [] for key in steps}
    for _ in range(rounds + 1):
        floors.append(milliseconds(lambda: floor_step(student, teacher)))
        for key, step in steps.items():
            times[key].append(milliseconds(step))
    for (recipe, name), values in times.items():
        fastest, floor = min(values[1:]), min(floors[1:])
        yield {
            "recipe": recipe, "terms": name, "points": n, "dimensions": DIMENSIONS,
            "milliseconds": round(fastest, 3),
            "floor_milliseconds": round(floor, 3),
            "ratio": round(fastest / floor, 3),
        }  # fmt: skip


def environment() -> dict[str, object]:
    """Returns what the numbers depend on besides machine and commit."""
    return {
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        **describe(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the losses; one JSON object a line.")
    parser.add_argument("--points", type=int, nargs="+", default=[64, 256, 512, 1024])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for n in options.points:
        for record in measure(n, options.rounds):
            print(json.dumps({"benchmark": "loss_step", **record, **environment()}), flush=True)


if __name__ == "__main__":
    main()

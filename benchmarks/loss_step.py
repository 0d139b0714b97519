"""What one training step pays for each loss, as a ratio to the distance matrices alone.

The floor is what any structural loss needs: distances of the student, forward and backward, and of
the teacher, both by torch.cdist. Every round times the floor and every case in turn, so a busy
machine slows both; the fastest round of each counts. On a CUDA machine times come from events, and
the record says whether the step ran without host synchronisation and what it costs as a graph.
Three parts, one JSON object a line: the recipes over batch sizes, twelve languages in one call
against a loop, and Vietoris-Rips H1 over the number of rows that it looks at.

    python benchmarks/loss_step.py --points 256 512 --seconds 10
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

import torch
from shared.machine import describe

from tomclip.losses import RECIPES, alignment_loss

DIMENSIONS = 512
LANGUAGES, LANGUAGE_POINTS, H1_BATCH = 12, 256, 512
ALL = "pointwise+distance_matrix+h0"
TERMS: dict[str, dict[str, float]] = {
    "distance_matrix": {"distance_matrix_weight": 1.0},
    "h0": {"h0_weight": 1.0},
    ALL: {"pointwise_weight": 1.0, "distance_matrix_weight": 1.0, "h0_weight": 1.0},
}
TARGETED = ("paper", "exact", "edges", "relative", "neighbours")
TARGETS = {("exact", "h0"): 1.3} | {(recipe, ALL): 2.2 for recipe in TARGETED}
TARGETS_FROM = 256

Step = Callable[[], None]
Key = TypeVar("Key", bound=Hashable)
Record = dict[str, Any]


def batch(n: int, device: torch.device, *languages: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns students near their teacher batch, all shaped like CLIP text: a narrow cone."""
    generator = torch.Generator().manual_seed(n)
    centre = torch.randn(1, DIMENSIONS, generator=generator)
    teacher = centre + 0.6 * torch.randn(n, DIMENSIONS, generator=generator)
    student = teacher + 0.2 * torch.randn(*languages, n, DIMENSIONS, generator=generator)
    return student.to(device).requires_grad_(), teacher.to(device)


def floor_step(student: torch.Tensor, teacher: torch.Tensor) -> None:
    torch.cdist(teacher, teacher)
    torch.autograd.grad(torch.cdist(student, student).sum(), student)


def loss_step(student: torch.Tensor, teacher: torch.Tensor, **options: Any) -> None:
    """One forward and backward; values are checked where that costs no waiting, as in training."""
    options = {"pointwise_weight": 0.0, "check_values": student.device.type == "cpu"} | options
    torch.autograd.grad(alignment_loss(student, teacher, **options).total.sum(), student)


def loop_step(student: torch.Tensor, teacher: torch.Tensor, **options: Any) -> None:
    for language in student.detach():
        loss_step(language.requires_grad_(), teacher, **options)


def milliseconds(step: Step, device: torch.device) -> float:
    if device.type != "cuda":
        started = perf_counter()
        step()
        return 1000 * (perf_counter() - started)
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    step()
    end.record()
    end.synchronize()
    return start.elapsed_time(end)


def fastest(steps: Mapping[Key, Step], device: torch.device, seconds: float) -> dict[Key, float]:
    """Returns each step's fastest time in ms over interleaved rounds, at least three."""
    for step in steps.values():  # compiles, and warms caches
        step()
    times: dict[Key, list[float]] = {key: [] for key in steps}
    started, rounds = perf_counter(), 0
    while rounds < 3 or perf_counter() - started < seconds:
        for key, step in steps.items():
            times[key].append(milliseconds(step, device))
        rounds += 1
    return {key: min(values) for key, values in times.items()}


def recipe_records(n: int, device: torch.device, seconds: float) -> Iterator[Record]:
    """Yields one record per recipe and set of terms."""
    sides = batch(n, device)
    steps: dict[tuple[str, str], Step] = {
        (recipe, terms): partial(loss_step, *sides, recipe=recipe, **weights)
        for recipe in RECIPES
        for terms, weights in TERMS.items()
    }
    floor = ("floor", "")
    times = fastest({floor: partial(floor_step, *sides), **steps}, device, seconds)
    for key, step in steps.items():
        target = TARGETS.get(key) if n >= TARGETS_FROM else None
        ratio = times[key] / times[floor]
        yield {
            "part": "recipes",
            "recipe": key[0],
            "terms": key[1],
            "points": n,
            "milliseconds": round(times[key], 3),
            "floor_milliseconds": round(times[floor], 3),
            "ratio": round(ratio, 3),
            "target": target,
            "met": None if target is None else ratio <= target,
            **(cuda_facts(step, device) if device.type == "cuda" else {}),
        }


def language_records(device: torch.device, seconds: float) -> Iterator[Record]:
    """Yields twelve languages in one call, as a ratio to twelve calls."""
    sides = batch(LANGUAGE_POINTS, device, LANGUAGES)
    for recipe in RECIPES:
        options = {"recipe": recipe, **TERMS[ALL]}
        steps = {
            "call": partial(loss_step, *sides, **options),
            "loop": partial(loop_step, *sides, **options),
        }
        times = fastest(steps, device, seconds / len(RECIPES))
        yield {
            "part": "languages",
            "recipe": recipe,
            "terms": ALL,
            "points": LANGUAGE_POINTS,
            "languages": LANGUAGES,
            "milliseconds": round(times["call"], 3),
            "loop_milliseconds": round(times["loop"], 3),
            "ratio": round(times["call"] / times["loop"], 3),
        }


def h1_records(rows: list[int], device: torch.device, seconds: float) -> Iterator[Record]:
    """Yields the cost of Vietoris-Rips H1 in a batch of 512, over the rows that it looks at."""
    sides = batch(H1_BATCH, device)
    options = {"recipe": "exact", **TERMS[ALL]}
    steps: dict[int, Step] = {0: partial(loss_step, *sides, **options)}
    for count in rows:
        steps[count] = partial(loss_step, *sides, h1_weight=1.0, h1_points=count, **options)
    times = fastest(steps, device, seconds)
    for count in rows:
        yield {
            "part": "h1",
            "recipe": "exact",
            "terms": f"{ALL}+h1",
            "points": H1_BATCH,
            "h1_points": count,
            "milliseconds": round(times[count], 3),
            "milliseconds_without_h1": round(times[0], 3),
        }


def cuda_facts(step: Step, device: torch.device) -> Record:
    """Whether the host never waited in `step`, and if so its time replayed as a CUDA graph."""
    torch.cuda.set_sync_debug_mode("error")
    try:
        step()
    except RuntimeError:
        return {"free_of_host_synchronisation": False, "graph_milliseconds": None}
    finally:
        torch.cuda.set_sync_debug_mode("default")
    graph = captured(step)
    replay = fastest({"graph": graph.replay}, device, seconds=0.2)["graph"]
    return {"free_of_host_synchronisation": True, "graph_milliseconds": round(replay, 3)}


def captured(step: Step) -> torch.cuda.CUDAGraph:
    """Returns `step` as a CUDA graph, after the warm-up on a side stream that capture asks for."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph


def environment(device: torch.device) -> Record:
    """Returns what the numbers depend on besides machine and commit."""
    cuda = device.type == "cuda"
    return {
        "dimensions": DIMENSIONS,
        "device": torch.cuda.get_device_name(device) if cuda else "cpu",
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        **describe(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the losses; one JSON object a line.")
    sizes = [64, 128, 256, 512, 1024, 2048]
    parser.add_argument("--points", type=int, nargs="*", default=sizes)
    parser.add_argument("--h1-points", type=int, nargs="*", default=[64, 128, 256, 512])
    parser.add_argument("--seconds", type=float, default=15.0, help="for each part and size")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    parts = [recipe_records(n, device, options.seconds) for n in options.points]
    parts.append(language_records(device, options.seconds))
    if options.h1_points:
        parts.append(h1_records(options.h1_points, device, options.seconds))
    for part in parts:
        for record in part:
            line = {"benchmark": "loss_step", **record, **environment(device)}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

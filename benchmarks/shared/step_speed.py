"""Records of what training steps cost: speed, topology's share, the floor, and memory."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from shared.machine import describe
from shared.published_loop import kept_weights
from shared.step_cases import DIMENSION, Batch, Bench, Case, losses_alone, step_cases
from shared.step_rounds import (
    Readings,
    bytes_of_child,
    interleaved,
    ran_out_of_memory,
    resident_bytes,
)

from tomclip.encoders.device import describe_device

WARM_UP = 3
PRODUCTS = 10
"""Matrix products in one timing: a single one of the tiny shape is over too soon."""
STEPS_FOR_MEMORY = 2
"""AdamW's moments come with the end of the first step."""
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
COLUMNS = {
    "shape": "shape",
    "batch_size": "captions",
    "case": "step",
    "pairs_per_second": "pairs a second",
    "tokens_per_second": "tokens a second",
    "ratio_to_plain": "times the plain loop",
    "topology_share": "topology's share",
    "loss_share": "loss alone",
    "share_of_product": "share of the matrix product",
    "memory_gigabytes": "memory (GB)",
}
Record = dict[str, Any]


def speed_records(options: argparse.Namespace, batch_size: int) -> Iterator[Record]:
    """Yields one record per case, related to the plain loop and to a bare matrix product."""
    bench = new_bench(options, batch_size)
    cases = step_cases(bench, bf16=options.bf16, compiled=options.compile)
    grown = {} if options.device == "cuda" else memory_alone(options, batch_size, cases)
    bench.fill_moments()
    fitting = {name: case for name, case in cases.items() if grown.get(name, 0) is not None}
    readings = interleaved(
        works_of(bench, fitting),
        bench.batch,
        device=options.device,
        rounds=options.rounds,
        warm_up=WARM_UP,
        release=partial(release, bench),
    )
    memory = readings.peak_bytes if options.device == "cuda" else grown
    for name, case in cases.items():
        yield {
            "benchmark": "train_step",
            "part": "speed",
            "shape": options.shape,
            "batch_size": batch_size,
            "case": name,
            **(measured(bench, name, case, readings) or {"out_of_memory": True}),
            "memory_gigabytes": gigabytes(memory.get(name)),
            **(kept_share(bench) if name == "plain" else {}),
            **surroundings(options),
        }


def measured(bench: Bench, name: str, case: Case, readings: Readings[Batch]) -> Record | None:
    """Returns the numbers of one case, None when it did not run."""
    if name not in readings.seconds:
        return None
    seconds = readings.seconds[name]
    median = statistics.median(seconds)
    tokens = statistics.fmean(int(mask.sum()) for _, mask, _ in readings.batches)
    work = 6 * bench.trained_parameters * tokens
    product = readings.seconds[f"product, {'bf16' if case.bf16 else 'fp32'}"]
    product_rate = product_operations(bench) / statistics.median(product)
    alone = readings.seconds.get(f"loss, {case.loss}")
    return {
        "milliseconds": round(1000 * median, 2),
        "pairs_per_second": round(bench.batch_size / median, 1),
        "tokens_per_second": round(tokens / median),
        "ratio_to_plain": compared(readings, "plain", seconds),
        "topology_share": topology_share(readings, case, seconds),
        "loss_share": compared_loss(alone, seconds),
        "loss_milliseconds": round(1000 * statistics.median(alone), 2) if alone else None,
        "operations_per_pair": round(work / bench.batch_size),
        "teraflops": round(work / median / 1e12, 4),
        "product_teraflops": round(product_rate / 1e12, 4),
        "share_of_product": round(work / median / product_rate, 3),
    }


def compared(readings: Readings[Batch], other: str, seconds: list[float]) -> float | None:
    """Returns how many times as long the other took, the median over rounds."""
    if other not in readings.seconds:
        return None
    pairs = zip(readings.seconds[other], seconds, strict=True)
    return round(statistics.median(theirs / own for theirs, own in pairs), 3)


def compared_loss(alone: list[float] | None, seconds: list[float]) -> float | None:
    """Returns which part of a step its whole loss alone takes, the median over rounds."""
    if alone is None:
        return None
    pairs = zip(alone, seconds, strict=True)
    return round(statistics.median(loss / step for loss, step in pairs), 4)


def topology_share(readings: Readings[Batch], case: Case, seconds: list[float]) -> float | None:
    """Returns which part of a step goes without topology; by chance it can be below 0."""
    without = case.pointwise_only and compared(readings, case.pointwise_only, seconds)
    return round(1 - without, 3) if without else None


def works_of(bench: Bench, cases: dict[str, Case]) -> dict[str, Callable[[Batch], None]]:
    """Returns what a round times: the cases, the losses alone, and matrix products."""
    works: dict[str, Callable[[Batch], None]] = {name: case.step for name, case in cases.items()}
    vectors = bench.vectors(bench.batch())
    for name, loss in losses_alone().items():
        works[f"loss, {name}"] = lambda batch, loss=loss: loss(vectors, batch[2])
    kinds = {"bf16" if case.bf16 else "fp32" for case in cases.values()}
    return works | {f"product, {kind}": matrix_product(bench, DTYPES[kind]) for kind in kinds}


def matrix_product(bench: Bench, dtype: torch.dtype) -> Callable[[Batch], None]:
    """Returns the student's largest product, of a batch's mean number of tokens, several times."""
    tokens, width = product_shape(bench)
    states = torch.randn(tokens, width, device=bench.device, dtype=dtype)
    weights = torch.randn(width, 4 * width, device=bench.device, dtype=dtype)

    def products(batch: Batch) -> None:
        for _ in range(PRODUCTS):
            torch.mm(states, weights)

    return products


def product_operations(bench: Bench) -> int:
    """Returns the operations of `matrix_product`, a multiplication and an addition as two."""
    tokens, width = product_shape(bench)
    return PRODUCTS * 2 * tokens * width * 4 * width


def product_shape(bench: Bench) -> tuple[int, int]:
    """Returns tokens and width."""
    return round(bench.batch_size * bench.mean_tokens), bench.model.backbone.config.hidden_size


def release(bench: Bench) -> None:
    """Frees what a step that ran out of memory has left."""
    bench.optimiser.zero_grad(set_to_none=True)
    if bench.device == "cuda":
        torch.cuda.empty_cache()


def memory_alone(
    options: argparse.Namespace, batch_size: int, cases: dict[str, Case]
) -> dict[str, int | None]:
    """Returns by how much each weighed case lets a process of its own grow, None where too much."""
    script = str(Path(__file__).parent.parent / "train_step.py")
    command = [script, "--shape", options.shape, "--batch-size", str(batch_size)]
    command += ["--mean-tokens", str(options.mean_tokens), "--threads", str(options.threads)]
    command += ["--bf16"] if options.bf16 else ["--no-bf16"]
    weighed = [name for name, case in cases.items() if case.weighed]
    return {name: bytes_of_child([*command, "--alone", name]) for name in weighed}


def grown_bytes(options: argparse.Namespace) -> int | None:
    """Returns by how much this process grows with a student and two steps of one case.

    Weights, gradients, AdamW's moments and what a step holds; None when memory does not suffice.
    """
    for loss in losses_alone().values():  # compiles, which takes memory too
        loss(torch.randn(8, DIMENSION, requires_grad=True), torch.randn(8, DIMENSION))
    before, _ = resident_bytes()
    try:
        bench = new_bench(options, options.batch_size[0])
        case = step_cases(bench, bf16=options.bf16, compiled=False)[options.alone]
        for _ in range(STEPS_FOR_MEMORY):
            case.step(bench.batch())
    except Exception as error:
        if ran_out_of_memory(error):
            return None
        raise
    return resident_bytes()[1] - before


def new_bench(options: argparse.Namespace, batch_size: int) -> Bench:
    """Returns the student that the options ask for."""
    return Bench(options.shape, options.device, batch_size, options.mean_tokens)


def kept_share(bench: Bench) -> Record:
    """Returns which part of all pairs the published graphs keep: what their loop goes over."""
    batch = bench.batch()
    n = bench.batch_size
    shares = [
        int((kept_weights(side.detach()).triu(diagonal=1) > 0).sum()) / (n * (n - 1) / 2)
        for side in (bench.vectors(batch), batch[2])
    ]
    return {"kept_share_student": round(shares[0], 3), "kept_share_teacher": round(shares[1], 3)}


def surroundings(options: argparse.Namespace) -> Record:
    """Returns what the numbers depend on besides the case."""
    cuda = options.device == "cuda"
    return {
        "rounds": options.rounds,
        "mean_tokens": options.mean_tokens,
        "device": describe_device() if cuda else f"CPU, {torch.get_num_threads()} threads",
        "torch": torch.__version__,
        **describe(),
    }


def gigabytes(count: int | None) -> float | None:
    return None if count is None else round(count / 1e9, 3)


def table_rows(lines: Iterable[str]) -> Iterator[str]:
    """Yields the speed records among JSON lines as a table in Markdown."""
    yield "| " + " | ".join(COLUMNS.values()) + " |"
    yield "|---" * len(COLUMNS) + "|"
    for record in map(json.loads, lines):
        if record.get("part") == "speed":
            shown = {"pairs_per_second": "out of memory"} if record.get("out_of_memory") else {}
            values = [(record | shown).get(column) for column in COLUMNS]
            yield "| " + " | ".join("" if value is None else f"{value}" for value in values) + " |"

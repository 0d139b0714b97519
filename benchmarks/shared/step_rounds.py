"""Rounds in which every work is timed once on the same batch, and the memory that a step takes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Generic, TypeVar

import psutil
import torch

Given = TypeVar("Given")
NO_HOST_MEMORY = "can't allocate memory"
KILLED = -9


@dataclass(slots=True)
class Readings(Generic[Given]):
    """What the rounds gave: seconds of each work, round by round.

    `peak_bytes` is the most that tensors took on a CUDA device in a work's rounds, empty elsewhere.
    A work that ran out of memory is in `out_of_memory` alone.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak_bytes: dict[str, int] = field(default_factory=dict)
    out_of_memory: set[str] = field(default_factory=set)
    batches: list[Given] = field(default_factory=list)


def interleaved(
    works: Mapping[str, Callable[[Given], None]],
    new_batch: Callable[[], Given],
    *,
    device: str,
    rounds: int,
    warm_up: int,
    release: Callable[[], None] = lambda: None,
) -> Readings[Given]:
    """Returns the readings of `rounds` rounds, after `warm_up` that do not count.

    Every round has an order of its own: what a work leaves in caches and allocators is nobody's.
    On a CUDA device times come from events, and the host waits for them at the end of a round.

    Args:
        works: What is timed, by name, each given the round's batch.
        new_batch: Makes a round's batch, outside of the times.
        device: "cpu" or "cuda".
        rounds: How many count.
        warm_up: How many come before.
        release: Frees what a work that ran out of memory has left.
    """
    readings: Readings[Given] = Readings()
    left = dict(works)
    shuffler = random.Random(0)
    for turn in range(warm_up + rounds):
        batch = new_batch()
        order = shuffler.sample(list(left), len(left))
        taken = _round({name: left[name] for name in order}, batch, device, readings)
        for name in readings.out_of_memory & left.keys():
            del left[name]
            release()
        if turn < warm_up:
            readings.peak_bytes.clear()
            continue
        readings.batches.append(batch)
        for name, seconds in taken.items():
            readings.seconds.setdefault(name, []).append(seconds)
    for name in readings.out_of_memory:
        readings.seconds.pop(name, None)
        readings.peak_bytes.pop(name, None)
    return readings


def resident_bytes() -> tuple[int, int]:
    """Returns what this process holds in main memory now, and the most that it has held."""
    now = psutil.Process().memory_info().rss
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would count what the parent held
        lines = status.read_text().splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM"))
        return now, 1024 * int(peak.split()[1])
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return now, unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def bytes_of_child(command: Sequence[str]) -> int | None:
    """Returns the number that a fresh Python process prints; None when its memory ran out.

    Raises:
        CalledProcessError: when it failed for another reason.
    """
    child = subprocess.run([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    if child.returncode == KILLED:
        return None
    child.check_returncode()
    return json.loads(child.stdout)


def ran_out_of_memory(error: Exception) -> bool:
    """Whether the device's or the host's memory did not suffice."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or NO_HOST_MEMORY in str(error)


def _round(
    works: Mapping[str, Callable[[Given], None]],
    batch: Given,
    device: str,
    readings: Readings[Given],
) -> dict[str, float]:
    clocks: dict[str, Callable[[], float]] = {}
    for name, work in works.items():
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        try:
            clocks[name] = _started(work, batch, device)
        except Exception as error:
            if not ran_out_of_memory(error):
                raise
            readings.out_of_memory.add(name)
        if device == "cuda":
            peak = torch.cuda.max_memory_allocated()
            readings.peak_bytes[name] = max(peak, readings.peak_bytes.get(name, 0))
    if device == "cuda":
        torch.cuda.synchronize()
    return {name: clock() for name, clock in clocks.items()}


def _started(work: Callable[[Given], None], batch: Given, device: str) -> Callable[[], float]:
    """Returns what tells the seconds of the work, on CUDA once the device is done."""
    if device == "cuda":
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        work(batch)
        end.record()
        return lambda: start.elapsed_time(end) / 1000
    started = perf_counter()
    work(batch)
    seconds = perf_counter() - started
    return lambda: seconds

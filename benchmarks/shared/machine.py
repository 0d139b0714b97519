"""Which machine and commit a benchmark ran on, and how fast that machine was meanwhile.

Seconds of two machines compare through the reference kernel: a float32 matrix product on one
thread, timed in the benchmark's own process when its first record is written.
"""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from tomclip.runs.commit import git_commit


def describe() -> dict[str, Any]:
    """Returns the fields that every benchmark's record ends with."""
    return {
        "machine": f"{processor()}, {os.cpu_count()} cores",
        "reference_gflops": reference_gflops(),
        "python": platform.python_version(),
        "commit": git_commit(),
    }


@cache
def reference_gflops() -> float:
    """Returns 10^9 operations a second of the reference kernel, the fastest of 20 rounds."""
    import torch

    side, threads = 512, torch.get_num_threads()
    factor = torch.ones(side, side)
    torch.set_num_threads(1)
    try:
        seconds = []
        for _ in range(20):
            started = perf_counter()
            torch.mm(factor, factor)
            seconds.append(perf_counter() - started)
    finally:
        torch.set_num_threads(threads)
    return round(2 * side**3 / min(seconds) / 1e9, 1)


def processor() -> str:
    """Returns the processor's name."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()

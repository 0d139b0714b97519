"""What exact H0 of a large cloud costs: seconds, peak memory and growth with the number of points.

Every size runs in a process of its own, so that its peak resident memory is its own; it counts the
interpreter, all imports and the cloud. The floor is the plain float32 matrix product of the cloud
with itself (n^2 d), in tiles, on the same threads; `ratio` relates the fastest round to it.
`growth_exponent` is that of the seconds between two sizes. One JSON object a line:

    python benchmarks/h0_scale.py --points 1000 10000 50000 --rounds 3 --threads 2
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from math import log
from time import perf_counter
from typing import TYPE_CHECKING, Any

from shared.machine import describe

if TYPE_CHECKING:
    import numpy as np

DIMENSIONS = 512
CLUSTERS = 20
TARGET_POINTS, TARGET_GIGABYTES = 50_000, 2.0
BLOCK = 4096  # rows made, or columns multiplied, at a time


def cone(n: int, *, seed: int = 0) -> np.ndarray:
    """Returns (n, 512) float32 unit vectors round a common direction, in clusters."""
    import numpy as np

    rng = np.random.default_rng(seed)

    def noise(rows: int) -> np.ndarray:
        return rng.standard_normal((rows, DIMENSIONS), np.float32) / np.float32(DIMENSIONS**0.5)

    centres = noise(1) + 0.8 * noise(CLUSTERS)
    cloud = np.empty((n, DIMENSIONS), dtype=np.float32)
    for start in range(0, n, BLOCK):
        rows = cloud[start : start + BLOCK]
        rows[:] = centres[rng.integers(CLUSTERS, size=len(rows))] + 0.54 * noise(len(rows))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return cloud


def tree_seconds(cloud: np.ndarray) -> float:
    from tomclip.topology import large_h0_diagram

    start = perf_counter()
    large_h0_diagram(cloud)
    return perf_counter() - start


def floor_seconds(cloud: np.ndarray) -> float:
    import numpy as np

    start = perf_counter()
    for i in range(0, len(cloud), BLOCK):
        for j in range(0, len(cloud), BLOCK):
            np.matmul(cloud[i : i + BLOCK], cloud[j : j + BLOCK].T)
    return perf_counter() - start


def peak_gigabytes() -> float:
    """Returns the largest resident memory of this process so far (Linux counts in KiB)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def measure(n: int, rounds: int) -> dict[str, Any]:
    """Returns the measurements of one size in this process, after a warm-up that compiles."""
    tree_seconds(cone(2100))
    cloud = cone(n)
    trees = [tree_seconds(cloud)]
    peak = peak_gigabytes()  # before the floor, whose tiles are larger
    floors = [floor_seconds(cloud)]
    for _ in range(rounds - 1):
        trees.append(tree_seconds(cloud))
        floors.append(floor_seconds(cloud))
    fastest, floor = min(trees), min(floors)
    return {
        "points": n,
        "dimensions": DIMENSIONS,
        "rounds": rounds,
        "seconds": round(fastest, 3),
        "floor_seconds": round(floor, 3),
        "ratio": round(fastest / floor, 3),
        "peak_gigabytes": round(peak, 3),
    }


def measured_alone(n: int, rounds: int, threads: int) -> dict[str, Any]:
    """Returns `measure` from a fresh process."""
    command = [sys.executable, __file__, "--alone", "--points", str(n), "--rounds", str(rounds)]
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, str(threads))
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(result.stdout) | {"threads": threads}


def growth(earlier: dict[str, Any] | None, later: dict[str, Any]) -> float | None:
    if earlier is None or earlier["points"] == later["points"]:
        return None
    grown = log(later["seconds"] / earlier["seconds"])
    return round(grown / log(later["points"] / earlier["points"]), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description="Times exact H0; one JSON object a line.")
    parser.add_argument("--points", type=int, nargs="+", default=[1000, 10_000, TARGET_POINTS])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(measure(options.points[0], options.rounds)))
        return
    earlier = None
    for n in sorted(options.points):
        record = measured_alone(n, options.rounds, options.threads)
        target = {"target_points": TARGET_POINTS, "target_gigabytes": TARGET_GIGABYTES}
        target["share_of_target"] = round(record["peak_gigabytes"] / TARGET_GIGABYTES, 3)
        record |= {"growth_exponent": growth(earlier, record)} | target
        print(json.dumps({"benchmark": "h0_scale", **record, **describe()}), flush=True)
        earlier = record


if __name__ == "__main__":
    main()

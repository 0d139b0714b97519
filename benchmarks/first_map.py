"""What the first UMAP of a process costs, as JSON lines.

UMAP's functions are compiled by numba. What it compiles is kept on disk, so that only the first
process on a machine waits for it. Here an empty folder takes the place of what is kept: the first
of the two processes compiles everything, the second reads it. Each makes a map of 40 points and a
second one that starts from it.

`--points` adds maps of a large cloud, each in a process of its own that finds what is kept: once
with neighbours found exactly, as the studio has them, and once with UMAP's own search, which every
process compiles anew. Timed are the neighbours and the whole map.

    python benchmarks/first_map.py --points 5000 20579 40000
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile

from shared.machine import describe

SCRIPT = """
import time
import numpy as np
from tomclip.geometry import project
started = time.process_time()
cloud = np.random.default_rng(0).normal(size=(40, 8))
project(cloud, initial=project(cloud))
print(time.process_time() - started)
"""


LARGE = """
import sys, time
import numpy as np
from tomclip.geometry import project
from tomclip.geometry.layouts import umap
project(np.random.default_rng(0).normal(size=(40, 8)))
points, neighbours = int(sys.argv[1]), sys.argv[2]
if neighbours == "searched":
    umap.EXACT_UP_TO = 0
centres = np.random.default_rng(0).normal(size=(40, 384))
cloud = centres[np.arange(points) % 40] + np.random.default_rng(1).normal(size=(points, 384))
class Phases:
    began = {}
    def begin(self, phase): self.began.setdefault(phase, time.perf_counter())
    def __call__(self, done, total): pass
phases, started = Phases(), time.perf_counter()
project(cloud.astype(np.float32), on_progress=phases)
print(phases.began["arranging points"] - started, time.perf_counter() - started)
"""


def first_map(kept: str) -> float:
    """Returns the processor seconds of a process that makes two maps; UMAP's import is in them."""
    return float(_output(kept, SCRIPT))


def large_map(kept: str, points: int, neighbours: str) -> dict[str, float]:
    """Returns the seconds of a process until a large map has its neighbours, and until it is there.

    Args:
        kept: folder of what numba keeps.
        points: of the cloud, in 384 dimensions.
        neighbours: "exact", or "searched" by UMAP itself.
    """
    found, made = map(float, _output(kept, LARGE, str(points), neighbours).split())
    return {"neighbours_seconds": round(found, 1), "map_seconds": round(made, 1)}


def _output(kept: str, script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "NUMBA_CACHE_DIR": kept},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def main() -> None:
    """Measures the processes one after the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, nargs="*", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        for process in ("first on the machine", "later"):
            seconds = round(first_map(kept), 2)
            tell("first_map", process=process, processor_seconds=seconds)
        for points in options.points:
            for neighbours in ("exact", "searched"):
                values = large_map(kept, points, neighbours)
                tell("large_first_map", points=points, neighbours=neighbours, **values)


def tell(benchmark: str, **values: object) -> None:
    """Prints one JSON line."""
    print(json.dumps({"benchmark": benchmark, **values, **describe()}), flush=True)


if __name__ == "__main__":
    main()

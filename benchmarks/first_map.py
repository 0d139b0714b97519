"""What the first UMAP of a process costs, as JSON lines.

UMAP's functions are compiled by numba. What it compiles is kept on disk, so that only the first
process on a machine waits for it. Here an empty folder takes the place of what is kept: the first
of the two processes compiles everything, the second reads it. Each makes a map of 40 points and a
second one that starts from it. A map of more than 4,096 points compiles more in every process.

    python benchmarks/first_map.py
"""

from __future__ import annotations

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


def first_map(kept: str) -> float:
    """Returns the processor seconds of a process that makes two maps; UMAP's import is in them."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "NUMBA_CACHE_DIR": kept},
        capture_output=True,
        text=True,
        check=True,
    )
    return round(float(done.stdout), 2)


def main() -> None:
    """Measures two processes, one after the other."""
    with tempfile.TemporaryDirectory() as kept:
        for process in ("first on the machine", "later"):
            values = {"process": process, "processor_seconds": first_map(kept)}
            print(json.dumps({"benchmark": "first_map", **values, **describe()}), flush=True)


if __name__ == "__main__":
    main()

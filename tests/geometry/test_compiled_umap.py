"""What numba compiles for UMAP is compiled once for a machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tomclip.geometry.layouts import umap as own

SCRIPT = """
import numpy as np
from umap import umap_
from tomclip.geometry import project
cloud = np.random.default_rng(0).normal(size=(40, 8))
print(repr(project(cloud).tolist()))
print(sum(umap_.smooth_knn_dist.stats.cache_hits.values()))
"""


def run(cache: Path) -> tuple[str, int]:
    """Returns the map that a process of its own makes, and how often it compiled nothing."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::ImportWarning", "-c", SCRIPT],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    places, hits = done.stdout.split("\n")[:2]
    return places, int(hits)


@pytest.mark.slow
def test_a_second_process_reads_what_the_first_compiled_and_makes_the_same_map(
    tmp_path: Path,
) -> None:
    first, hits = run(tmp_path)
    assert hits == 0
    again, hits = run(tmp_path)
    assert hits == 1
    assert again == first


def test_every_named_function_is_one_of_umap_s() -> None:
    from umap import layouts, umap_

    for name in own._COMPILED:
        function: Any = getattr(umap_, name, None) or getattr(layouts, name, None)
        assert callable(function.enable_caching), name

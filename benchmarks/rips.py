"""What the Topology page pays: H0 and H1 diagrams of one cloud per language, and their distances.

The clouds imitate the text vectors of a CLIP model: unit vectors round a common direction, in
clusters, each language a disturbed copy of one original. A record's `seconds` is the fastest round,
its `share_of_target` relates it to the two seconds in which a page should answer. One JSON object a
line:

    python benchmarks/rips.py --languages 13 --points 300 --rounds 5
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from time import perf_counter
from typing import Any

import numpy as np
from machine import describe

from tomclip.topology import diagram_distance_matrix, persistence_diagrams
from tomclip.types import PersistenceDiagram

DIMENSIONS = 512
TARGET_SECONDS = 2.0

Diagrams = list[tuple[PersistenceDiagram, ...]]


def language_clouds(languages: int, points: int, *, seed: int = 0) -> list[np.ndarray]:
    """Returns one (points, 512) cloud of unit vectors per language."""
    rng = np.random.default_rng(seed)

    def noise(rows: int) -> np.ndarray:
        return rng.normal(size=(rows, DIMENSIONS)) / np.sqrt(DIMENSIONS)

    clusters = 0.8 * noise(20)[rng.integers(20, size=points)]
    original = noise(1) + clusters + 0.5 * noise(points)
    copies = [original + 0.2 * noise(points) for _ in range(languages)]
    return [copy / np.linalg.norm(copy, axis=1, keepdims=True) for copy in copies]


def in_turn(clouds: list[np.ndarray]) -> Diagrams:
    return [persistence_diagrams(cloud) for cloud in clouds]


def in_two_threads(clouds: list[np.ndarray]) -> Diagrams:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(persistence_diagrams, clouds))


def seconds(work: Callable[[], Any]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def measure(clouds: list[np.ndarray], rounds: int) -> Iterator[tuple[str, float]]:
    """Yields the name and the seconds of every measurement."""
    yield "diagrams, first call with imports", seconds(lambda: in_turn(clouds))
    diagrams = in_turn(clouds)
    works = {
        "diagrams, one after the other": lambda: in_turn(clouds),
        "diagrams, two threads": lambda: in_two_threads(clouds),
    } | {
        f"{distance} distances of all pairs, H{k}": lambda k=k, distance=distance: (
            diagram_distance_matrix([bars[k] for bars in diagrams], distance=distance)
        )
        for distance in ("bottleneck", "wasserstein")
        for k in (0, 1)
    }
    for name, work in works.items():
        yield name, min(seconds(work) for _ in range(rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--languages", type=int, default=13)
    parser.add_argument("--points", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    clouds = language_clouds(options.languages, options.points)
    for name, taken in measure(clouds, options.rounds):
        record = {"benchmark": "rips", "what": name, "seconds": round(taken, 4)}
        record |= {"share_of_target": round(taken / TARGET_SECONDS, 3)}
        record |= {"languages": options.languages, "points": options.points}
        print(json.dumps(record | {"gudhi": version("gudhi")} | describe()), flush=True)


if __name__ == "__main__":
    main()

"""What Vietoris-Rips diagrams cost: of a page, and by engine and number of points.

The clouds imitate the text vectors of a CLIP model: unit vectors round a common direction, in
clusters, each language a disturbed copy of one original. `seconds` is the fastest round. One JSON
object a line.

What the Topology page pays for H0 and H1 of one cloud per language and their distances;
`share_of_target` relates it to the two seconds in which a page should answer:

    python benchmarks/rips.py page --languages 13 --points 300 --rounds 5

H0 and H1 of one cloud by every engine, distances and spanning tree included; every round times the
engines in turn, and `ratio` relates each to the fastest:

    python benchmarks/rips.py engines --points 100 250 500 1000 2000 --rounds 20
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from time import perf_counter
from typing import Any

import numpy as np
from shared.machine import describe

from tomclip.core.types import PersistenceDiagram
from tomclip.topology import diagram_distance_matrix, persistence_diagrams
from tomclip.topology.rips import ENGINES

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


def measure_page(languages: int, points: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Yields one record per piece of work on the page."""
    for name, taken in page_seconds(language_clouds(languages, points), rounds):
        yield {
            "what": name,
            "seconds": round(taken, 4),
            "share_of_target": round(taken / TARGET_SECONDS, 3),
            "languages": languages,
            "points": points,
            "gudhi": version("gudhi"),
        }


def page_seconds(clouds: list[np.ndarray], rounds: int) -> Iterator[tuple[str, float]]:
    """Yields the name and the seconds of every measurement."""
    yield "diagrams, first call with imports", seconds(lambda: in_turn(clouds))
    diagrams = in_turn(clouds)
    works = {
        "diagrams, one after the other": lambda: in_turn(clouds),
        "diagrams, two threads": lambda: in_two_threads(clouds),
    } | {
        f"{distance} distances of all pairs, H{k}, {processes} {word}": partial(
            diagram_distance_matrix,
            [bars[k] for bars in diagrams],
            distance=distance,
            processes=processes,
        )
        for distance in ("bottleneck", "wasserstein")
        for k in (0, 1)
        for processes, word in ((1, "process"), (2, "processes"))
    }
    for name, work in works.items():
        yield name, min(seconds(work) for _ in range(rounds))


def measure_engines(points: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Yields one record per engine, from interleaved rounds after a warm-up on few points."""
    cloud = language_clouds(1, points)[0]
    times: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    for engine in ENGINES:
        persistence_diagrams(cloud[:50], engine=engine)
    for _ in range(rounds):
        for engine, values in times.items():
            values.append(seconds(lambda e=engine: persistence_diagrams(cloud, engine=e)))
    fastest = min(map(min, times.values()))
    for engine, values in times.items():
        yield {
            "what": "H0 and H1 by engine",
            "engine": engine,
            "version": version(engine),
            "points": points,
            "dimensions": DIMENSIONS,
            "rounds": rounds,
            "seconds": round(min(values), 4),
            "ratio": round(min(values) / fastest, 2),
        }


def records(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    if options.what == "page":
        yield from measure_page(options.languages, options.points, options.rounds)
    else:
        for points in options.points:  # fewer rounds where one takes seconds
            rounds = max(3, min(options.rounds, options.rounds * 250 // points))
            yield from measure_engines(points, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Times diagrams; one JSON object a line.")
    kinds = parser.add_subparsers(dest="what", required=True)
    page = kinds.add_parser("page", help="13 languages, as on the Topology page")
    page.add_argument("--languages", type=int, default=13)
    page.add_argument("--points", type=int, default=300)
    page.add_argument("--rounds", type=int, default=5)
    engines = kinds.add_parser("engines", help="every engine on clouds of several sizes")
    engines.add_argument("--points", type=int, nargs="+", default=[100, 250, 500, 1000, 2000])
    engines.add_argument("--rounds", type=int, default=20)
    for record in records(parser.parse_args()):
        print(json.dumps({"benchmark": "rips", **record, **describe()}), flush=True)


if __name__ == "__main__":
    main()

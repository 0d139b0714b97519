"""How often each confidence band lets a noise bar out, and whether it shows a loop that is there.

Every record is one cloud law and one method: in how many of the clouds, one a seed, a bar of H1 lay
outside the 95 % band, and in how many exactly one did. In noise nothing should; on the circle one.
One JSON object a line:

    python benchmarks/calibration.py --clouds 20
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np
from shared.machine import describe

from tomclip.topology import confidence_band, persistence_diagrams

Cloud = Callable[[np.random.Generator], np.ndarray]
METHODS = ("universal", "bootstrap")


def gaussian(points: int, dimensions: int) -> Cloud:
    return lambda rng: rng.normal(size=(points, dimensions))


def cone(points: int, dimensions: int) -> Cloud:
    """Returns Gaussian noise round a point away from the origin, as text vectors lie."""
    return lambda rng: np.eye(1, dimensions) * 8 + rng.normal(size=(points, dimensions))


def circle(points: int, dimensions: int, noise: float) -> Cloud:
    def draw(rng: np.random.Generator) -> np.ndarray:
        angles = rng.uniform(0, 2 * np.pi, points)
        plane = np.zeros((points, dimensions))
        plane[:, 0], plane[:, 1] = np.cos(angles), np.sin(angles)
        return plane + noise * rng.normal(size=plane.shape)

    return draw


LAWS: Mapping[str, tuple[Cloud, str]] = {
    "100 points, Gaussian in the plane": (gaussian(100, 2), "euclidean"),
    "100 points, Gaussian in 10 dimensions": (gaussian(100, 10), "euclidean"),
    "100 points, Gaussian cone in 64 dimensions": (cone(100, 64), "cosine"),
    "150 points on a circle in 256 dimensions, noise 0.06": (circle(150, 256, 0.06), "cosine"),
}


def measure(name: str, method: str, clouds: int) -> dict[str, object]:
    """Returns in how many clouds bars lie outside the band."""
    draw, metric = LAWS[name]
    start = perf_counter()
    outside = []
    for seed in range(clouds):
        points = draw(np.random.default_rng(seed))
        diagram = persistence_diagrams(points, metric=metric)[1]
        band = confidence_band(points, metric=metric, method=method, seed=seed)  # type: ignore[arg-type]
        outside.append(int(band.outside(diagram).sum()))
    return {
        "cloud": name,
        "metric": metric,
        "method": method,
        "clouds": clouds,
        "with_a_bar_outside": sum(count > 0 for count in outside),
        "with_one_bar_outside": sum(count == 1 for count in outside),
        "seconds": round(perf_counter() - start, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clouds", type=int, default=20)
    clouds = parser.parse_args().clouds
    for name in LAWS:
        for method in METHODS:
            record = {"benchmark": "calibration", **measure(name, method, clouds)}
            print(json.dumps(record | describe()), flush=True)


if __name__ == "__main__":
    main()

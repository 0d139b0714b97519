"""Maps to the plane."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.geometry import project

CLOUD = gaussian(40, 6)


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("method", ["umap", "pca"])
def test_a_map_is_finite_float32_and_repeatable(method: str) -> None:
    first, again = project(CLOUD, method=method), project(CLOUD, method=method)
    assert first.shape == (40, 2)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, again)


def test_pca_of_a_plane_keeps_every_distance() -> None:
    plane = gaussian(20, 2) @ gaussian(2, 5)
    kept = project(plane, method="pca", metric="euclidean")
    np.testing.assert_allclose(pdist(kept), pdist(plane), rtol=1e-5)


def test_pca_turns_onto_the_initial_map_without_changing_a_distance() -> None:
    plain = project(CLOUD, method="pca")
    quarter_turn = plain @ np.array([[0.0, 1.0], [-1.0, 0.0]], dtype=np.float32)
    aligned = project(CLOUD, method="pca", initial=quarter_turn + 5.0)
    np.testing.assert_allclose(aligned, quarter_turn, atol=1e-5)


def test_a_line_of_points_has_a_flat_pca_map() -> None:
    xy = project(np.arange(5.0)[:, None], method="pca", metric="euclidean")
    np.testing.assert_allclose(np.ptp(xy, axis=0), [4.0, 0.0])


def test_umap_starts_from_the_initial_map() -> None:
    apart = np.repeat(20 * np.eye(4), 20, axis=0) + gaussian(80, 4)
    start = project(apart, seed=1)
    moved = np.roll(start, 20, axis=0)  # each cluster where another was
    maps = (project(apart, seed=2, initial=initial) for initial in (start, moved))
    near, far = (np.corrcoef(start.ravel(), xy.ravel())[0, 1] for xy in maps)
    assert near > far + 0.1


@pytest.mark.parametrize("n", [3, 4, 9, 10])
def test_umap_handles_clouds_smaller_than_its_neighbourhood(n: int) -> None:
    assert np.isfinite(project(CLOUD[:n], neighbours=15)).all()


def test_umap_handles_duplicates() -> None:
    assert np.isfinite(project(np.repeat(CLOUD[:6], 5, axis=0))).all()


def test_progress_rises_epoch_by_epoch_to_1() -> None:
    seen: list[float] = []
    project(CLOUD, on_progress=lambda done, total: seen.append(done / total))
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0


def test_an_exception_in_the_callback_stops_umap() -> None:
    def stop(done: int, total: int) -> None:
        if done > 0.2 * total:  # UMAP arranges the points
            raise Cancelled

    with pytest.raises(Cancelled):
        project(CLOUD, on_progress=stop)


@pytest.mark.parametrize(
    ("points", "options", "words"),
    [
        (CLOUD, {"method": "tsne"}, "method is 'tsne'"),
        (CLOUD, {"metric": "l3"}, "metric is 'l3'"),
        (CLOUD[:2], {}, "at least 3"),
        (np.ones((5, 3)), {}, "identical"),
        (CLOUD, {"neighbours": 1}, "at least 2"),
        (CLOUD, {"minimum_distance": 2.0}, "from 0 to 1"),
        (CLOUD, {"initial": np.zeros((40, 3))}, r"\(40, 2\)"),
        (CLOUD, {"initial": np.zeros((40, 2))}, "line"),
        (CLOUD, {"initial": np.full((40, 2), np.nan)}, "NaN"),
        (CLOUD * np.nan, {}, "NaN"),
    ],
)
def test_unusable_input_is_refused(points: np.ndarray, options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        project(points, **options)

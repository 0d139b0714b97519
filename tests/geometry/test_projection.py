"""Maps to the plane."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.core.extras import MissingExtra
from tomclip.geometry import Layout, Pacmap, Pca, Tsne, Umap, lay_out, project
from tomclip.geometry.layouts.pacmap import pacmap_available

NEEDS_PACMAP = pytest.mark.skipif(not pacmap_available(), reason="the extra maps is not installed")
EVERY_LAYOUT = [Umap(), Tsne(), Pca(), pytest.param(Pacmap(), marks=NEEDS_PACMAP)]
CLOUD = gaussian(40, 6)


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("layout", EVERY_LAYOUT)
def test_a_map_is_finite_float32_and_repeatable(layout: Layout) -> None:
    first, again = lay_out(CLOUD, layout), lay_out(CLOUD, layout)
    assert first.shape == (40, 2)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("layout", EVERY_LAYOUT)
def test_two_groups_lie_apart_on_every_map(layout: Layout) -> None:
    groups = np.concatenate([gaussian(30, 5), gaussian(30, 5, seed=4) + 40])
    xy = lay_out(groups, replace(layout, metric="euclidean"))
    left, right = xy[:30].mean(axis=0), xy[30:].mean(axis=0)
    towards = (xy - (left + right) / 2) @ (right - left)
    assert (towards[:30] < 0).all()
    assert (towards[30:] > 0).all()


@pytest.mark.parametrize("layout", EVERY_LAYOUT[:2] + EVERY_LAYOUT[3:])
def test_another_seed_and_another_start_give_another_map(layout: Umap | Tsne | Pacmap) -> None:
    plain = lay_out(CLOUD, layout)
    for other in (replace(layout, seed=7, start="random"), replace(layout, start="random")):
        assert not np.allclose(lay_out(CLOUD, other), plain)


@pytest.mark.parametrize("layout", EVERY_LAYOUT[1:2] + EVERY_LAYOUT[3:])
def test_other_methods_start_from_the_initial_map_too(layout: Tsne | Pacmap) -> None:
    start = np.random.default_rng(3).normal(size=(60, 2)) * 9
    cloud = gaussian(60, 6)
    given = lay_out(cloud, layout, initial=start)
    np.testing.assert_array_equal(given, lay_out(cloud, layout, initial=start))
    assert not np.allclose(given, lay_out(cloud, layout))


@pytest.mark.parametrize("n", [4, 5, 12])
def test_tsne_lowers_its_perplexity_for_small_clouds(n: int) -> None:
    assert np.isfinite(lay_out(CLOUD[:n], Tsne())).all()


@NEEDS_PACMAP
@pytest.mark.parametrize("n", [6, 9, 15])
def test_pacmap_has_fewer_neighbours_in_small_clouds(n: int) -> None:
    assert np.isfinite(lay_out(CLOUD[:n], Pacmap())).all()


def test_a_layout_says_its_parameters() -> None:
    assert Umap(neighbours=8, seed=3).facts == (
        "8 neighbours",
        "minimum distance 0.1",
        "from spectral",
        "seed 3",
    )
    assert Tsne().facts[0] == "perplexity 30"
    assert Pca().facts == ()


def test_pacmap_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pacmap", None)
    with pytest.raises(MissingExtra, match=r"pip install 'tomclip\[maps\]'"):
        lay_out(CLOUD, Pacmap())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Tsne(perplexity=0.5), "perplexity is 0.5"),
        (lambda: Tsne(early_exaggeration=float("inf")), "early_exaggeration is inf"),
        (lambda: Tsne(start="spectral"), "t-SNE starts from 'pca' or 'random'"),
        (lambda: Pacmap(neighbours=1), "at least 2"),
        (lambda: Pacmap(mid_near=0), "mid_near is 0"),
        (lambda: Umap(seed=-1), "seed is -1"),
        (lambda: Pca(metric="l3"), "metric is 'l3'"),  # type: ignore[arg-type]
    ],
)
def test_parameters_out_of_range_are_refused(make: Callable[[], Layout], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


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
        (CLOUD, {"method": "isomap"}, "method is 'isomap'"),
        (CLOUD[:3], {"method": "tsne"}, "a t-SNE map needs at least 4"),
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

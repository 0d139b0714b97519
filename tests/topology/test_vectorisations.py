"""Landscapes and persistence images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from support.clouds import diagram, diagrams, gaussian

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.topology import bottleneck_distance, h0_diagram, landscape, persistence_image

GRID = np.linspace(-1, 11, 25)


def landscape_by_definition(bars: PersistenceDiagram, grid: np.ndarray, levels: int) -> np.ndarray:
    """The k-th largest tent at every value of the grid, one number at a time."""
    curves = np.zeros((levels, len(grid)))
    for column, value in enumerate(grid):
        tents = [max(0.0, min(value - birth, death - value)) for birth, death in bars.finite]
        for level, tent in enumerate(sorted(tents, reverse=True)[:levels]):
            curves[level, column] = tent
    return curves


def test_two_bars_have_the_landscape_worked_out_by_hand() -> None:
    curves = landscape(diagram((0, 4), (2, 6)), np.array([1, 2, 3, 4, 5.5]), levels=3)
    np.testing.assert_array_equal(curves, [[1, 2, 1, 2, 0.5], [0, 0, 1, 0, 0], [0] * 5])


@given(diagrams(), st.integers(1, 8))
def test_a_landscape_is_the_kth_largest_tent(bars: PersistenceDiagram, levels: int) -> None:
    expected = landscape_by_definition(bars, GRID, levels)
    np.testing.assert_array_equal(landscape(bars, GRID, levels=levels), expected)


@given(diagrams())
def test_a_landscape_is_that_of_gudhi_without_its_factor(bars: PersistenceDiagram) -> None:
    from gudhi.representations import Landscape

    gudhi = Landscape(num_landscapes=4, resolution=25, sample_range=[-1, 11])
    expected = gudhi.fit_transform([bars.pairs])[0].reshape(4, 25) / np.sqrt(2)
    np.testing.assert_allclose(landscape(bars, GRID, levels=4), expected, atol=1e-12)


@given(diagrams(), diagrams())
def test_landscapes_move_no_more_than_the_diagrams(a, b) -> None:
    moved = np.abs(landscape(a, GRID) - landscape(b, GRID)).max()
    assert moved <= bottleneck_distance(a, b) + 1e-9


def test_essential_bars_are_left_out() -> None:
    bars, finite = diagram((0, 4), (1, np.inf)), diagram((0, 4))
    np.testing.assert_array_equal(landscape(bars, GRID), landscape(finite, GRID))
    np.testing.assert_array_equal(
        persistence_image([bars]).values, persistence_image([finite]).values
    )


def test_one_spot_spreads_over_the_pixels_as_the_normal_distribution() -> None:
    images = persistence_image([diagram((0, 2), (4, 8))], resolution=4, bandwidth=0.5)
    assert (images.birth_range, images.persistence_range) == ((0.0, 4.0), (0.0, 4.0))
    expected = np.zeros((4, 4))
    for birth, length in ((0, 2), (4, 4)):
        for row in range(4):
            for column in range(4):
                up, along = norm(length, 0.5), norm(birth, 0.5)
                mass = (up.cdf(row + 1) - up.cdf(row)) * (along.cdf(column + 1) - along.cdf(column))
                expected[row, column] += length / 4 * mass
    np.testing.assert_allclose(images.values[0], expected, atol=1e-15)


def test_images_of_several_diagrams_share_the_grid_and_the_weight() -> None:
    short, long = diagram((1, 2), (3, 4)), diagram((0, 8), (3, 5))
    images = persistence_image([short, long, diagram()])
    assert (images.birth_range, images.persistence_range) == ((0.0, 3.0), (0.0, 8.0))
    assert images.bandwidth == 8 / 20
    assert images.values.shape == (3, 32, 12)
    assert images.values[0].sum() < images.values[1].sum()
    assert not images.values[2].any()


def test_an_image_of_h0_is_one_column_that_holds_all_mass_along_the_births() -> None:
    h0 = h0_diagram(gaussian(30, 3), metric="euclidean")
    images = persistence_image([h0], resolution=16)
    lengths = h0.finite[:, 1]
    up = norm(lengths, lengths.max() / 20)
    edges = np.linspace(0, lengths.max(), 17)[:, None]
    expected = (np.diff(up.cdf(edges), axis=0) * lengths / lengths.max()).sum(axis=1)
    assert images.homology_dimension == 0
    np.testing.assert_allclose(images.values[0], expected[:, None], rtol=1e-12)


@given(diagrams(), st.randoms(use_true_random=False))
def test_the_order_of_the_bars_does_not_matter(bars: PersistenceDiagram, random) -> None:
    order = list(range(len(bars)))
    random.shuffle(order)
    shuffled = replace(bars, pairs=bars.pairs[order])
    np.testing.assert_allclose(
        persistence_image([shuffled]).values, persistence_image([bars]).values, atol=1e-12
    )


def test_without_bars_everything_is_zero() -> None:
    assert not landscape(diagram(), GRID).any()
    assert not persistence_image([diagram(), diagram((3, 3))]).values.any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: landscape(diagram(), np.zeros((2, 2))), "shape"),
        (lambda: landscape(diagram(), np.array([np.inf])), "finite numbers"),
        (lambda: landscape(diagram(), GRID, levels=0), "levels is 0"),
        (lambda: persistence_image([]), "0 diagrams of 0 kinds"),
        (lambda: persistence_image([diagram(), diagram(homology_dimension=0)]), "2 kinds"),
        (lambda: persistence_image([diagram()], resolution=0), "resolution is 0"),
        (lambda: persistence_image([diagram()], bandwidth=0), "bandwidth is 0"),
    ],
)
def test_unusable_input_is_refused(call, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()

"""Diagrams and landscapes as steps of a scikit-learn pipeline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import (
    check_estimator,
    check_estimator_cloneable,
    check_estimator_repr,
    check_estimator_tags_renamed,
    check_get_params_invariance,
    check_mixin_order,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_params,
    check_valid_tag_types,
)
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.core.types import Diagrams
from tomclip.geometry import distance_matrix
from tomclip.topology import (
    LandscapeTransformer,
    PersistenceTransformer,
    landscape,
    persistence_diagrams,
)

CLOUDS = [gaussian(n, 3, seed=n) for n in (20, 25, 30)]
ONE_CLOUD: Any = CLOUDS[0]
"""Where a list of clouds is asked for: a mistake that types do not let pass."""


def circle(seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    angles = generator.uniform(0, 2 * np.pi, size=40)
    return np.column_stack([np.cos(angles), np.sin(angles)]) + generator.normal(0, 0.05, (40, 2))


def segment(seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    along = generator.uniform(-1, 1, size=40)
    return np.column_stack([along, np.zeros(40)]) + generator.normal(0, 0.05, (40, 2))


def test_every_cloud_is_turned_into_its_diagrams() -> None:
    found = PersistenceTransformer(metric="euclidean", max_dimension=2).fit_transform(CLOUDS)
    expected = [persistence_diagrams(c, metric="euclidean", max_dimension=2) for c in CLOUDS]
    assert found == expected
    assert all(isinstance(group, Diagrams) for group in found)


def test_precomputed_distances_give_the_diagrams_of_their_points() -> None:
    matrices = [distance_matrix(cloud, metric="euclidean") for cloud in CLOUDS]
    arrays = [matrix.values for matrix in matrices]
    transformer = PersistenceTransformer(metric="euclidean", precomputed=True)
    expected = PersistenceTransformer(metric="euclidean").fit_transform(CLOUDS)
    assert transformer.fit_transform(arrays) == expected
    assert transformer.fit_transform(matrices) == expected
    assert PersistenceTransformer().fit_transform(matrices) == expected


def test_landscapes_of_all_diagrams_stand_on_the_grid_of_those_fitted() -> None:
    groups = PersistenceTransformer().fit_transform(CLOUDS)
    transformer = LandscapeTransformer(levels=2, grid_size=9).fit(groups[:2])
    bars = np.concatenate([group[1].finite for group in groups[:2]])
    assert transformer.grid_[[0, -1]].tolist() == [bars[:, 0].min(), bars[:, 1].max()]
    found = transformer.transform(groups)
    assert found.shape == (3, 18)
    np.testing.assert_array_equal(
        found[2], landscape(groups[2][1], transformer.grid_, levels=2).ravel()
    )


def test_landscapes_come_as_a_table_with_names_when_pandas_is_asked_for() -> None:
    groups = PersistenceTransformer().fit_transform(CLOUDS)
    transformer = LandscapeTransformer(levels=2, grid_size=3).set_output(transform="pandas")
    table = transformer.fit_transform(groups)
    assert isinstance(table, pd.DataFrame)
    assert list(table.columns) == list(transformer.get_feature_names_out())
    assert table.columns[0].startswith("h1_level1_at_")
    assert table.columns[-1].startswith("h1_level2_at_")


def test_a_pipeline_tells_circles_from_segments() -> None:
    clouds = [make(seed) for seed in range(12) for make in (circle, segment)]
    kinds = np.tile([1, 0], 12)
    steps = make_pipeline(
        PersistenceTransformer(metric="euclidean"),
        LandscapeTransformer(levels=1, grid_size=20),
        LogisticRegression(C=100),
    )
    search = GridSearchCV(steps, {"landscapetransformer__levels": [1, 2]}, cv=2)
    search.fit(clouds[:16], kinds[:16])
    assert search.score(clouds[16:], kinds[16:]) == 1.0


@pytest.mark.parametrize("estimator", [PersistenceTransformer(), LandscapeTransformer()])
@pytest.mark.parametrize(
    "check",
    [
        check_estimator_cloneable,
        check_estimator_repr,
        check_estimator_tags_renamed,
        check_get_params_invariance,
        check_mixin_order,
        check_no_attributes_set_in_init,
        check_parameters_default_constructible,
        check_set_params,
        check_valid_tag_types,
    ],
    ids=lambda check: check.__name__,
)
def test_scikit_learns_own_checks_of_parameters_and_tags_pass(estimator, check) -> None:
    check(type(estimator).__name__, clone(estimator))


@pytest.mark.parametrize("estimator", [PersistenceTransformer(), LandscapeTransformer()])
def test_scikit_learn_leaves_out_its_checks_with_tables(estimator) -> None:
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        check_estimator(estimator)


def test_parameters_are_those_of_the_diagrams_and_can_be_set() -> None:
    transformer = PersistenceTransformer().set_params(max_dimension=0, engine="ripser")
    assert len(transformer.fit_transform(CLOUDS)[0]) == 1
    copy: Any = clone(transformer)
    assert copy.get_params() == {
        "metric": "cosine",
        "max_dimension": 0,
        "engine": "ripser",
        "max_points": "stated",
        "precomputed": False,
    }


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: PersistenceTransformer().fit(ONE_CLOUD), r"one cloud of 20 points .*\[cloud\]"),
        (lambda: PersistenceTransformer().transform(ONE_CLOUD), "one cloud of 20 points"),
        (lambda: PersistenceTransformer(metric="l3").transform(CLOUDS), "metric is 'l3'"),
        (lambda: PersistenceTransformer(max_points=9).transform(CLOUDS), "20 points came where 9"),
        (lambda: PersistenceTransformer(precomputed=True).transform(CLOUDS), "square"),
        (
            lambda: LandscapeTransformer(homology_dimension=2).fit(
                [persistence_diagrams(CLOUDS[0])]
            ),
            "homology_dimension is 2 and a cloud has H0, H1",
        ),
        (
            lambda: LandscapeTransformer().fit([persistence_diagrams(np.eye(3))]),
            "no diagram has a finite bar of H1",
        ),
        (lambda: LandscapeTransformer(grid_size=1).fit([]), "grid_size is 1"),
    ],
)
def test_what_is_no_list_of_clouds_or_diagrams_is_refused(call, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


def test_landscapes_need_a_grid_first() -> None:
    with pytest.raises(NotFittedError):
        LandscapeTransformer().transform([persistence_diagrams(CLOUDS[0])])

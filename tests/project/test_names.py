"""One name for one thing in what the library offers: metrics, dimensions, numbers of points."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

PACKAGES = ("geometry", "topology", "evaluation", "figures", "losses", "encoders", "data")
SYNONYMS = {
    "dimension": "homology_dimension of a diagram; `dimension` is the length of a vector",
    "dimensions": "homology_dimensions",
    "limit": "max_points",
    "most": "max_points",
    "most_points": "max_points",
    "n": "n_points",
    "number_of_points": "n_points",
    "num_points": "n_points",
}
OF_VECTORS = ("encoders", "data")
"""Where a dimension is that of vectors."""
MEANT = {"sample_rows": "n rows are drawn from, whatever they stand for"}


def offered(package: str) -> Iterator[tuple[str, Any]]:
    module = import_module(f"tomclip.{package}")
    for name in module.__all__:
        if callable(value := getattr(module, name)):
            yield name, value


def parameters(value: Any) -> dict[str, inspect.Parameter]:
    try:
        return dict(inspect.signature(value).parameters)
    except ValueError:  # a type alias
        return {}


@pytest.mark.parametrize("package", ["geometry", "topology", "evaluation"])
def test_the_metric_is_cosine_where_none_is_asked_for(package: str) -> None:
    defaults = {
        name: given["metric"].default
        for name, value in offered(package)
        if not inspect.isclass(value) and "metric" in (given := parameters(value))
    }
    assert defaults
    assert {name for name, default in defaults.items() if default != "cosine"} == set()


def test_the_losses_measure_as_they_were_published() -> None:
    from tomclip.config import LossConfig
    from tomclip.losses import alignment_loss

    assert parameters(alignment_loss)["metric"].default == "euclidean" == LossConfig().metric


@pytest.mark.parametrize("package", PACKAGES)
def test_a_parameter_has_the_one_name_of_what_it_says(package: str) -> None:
    wrong = {
        f"{name}({word})": SYNONYMS[word]
        for name, value in offered(package)
        if name not in MEANT and inspect.isfunction(value)
        for word in parameters(value).keys() & SYNONYMS.keys()
        if not (word.startswith("dimension") and package in OF_VECTORS)
    }
    assert wrong == {}

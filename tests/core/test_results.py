"""Array records: compared without raising, read-only, in one line."""

from __future__ import annotations

import ast
import copy
import pickle
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import tomclip
from tomclip.core.results import ArrayRecord, same
from tomclip.core.types import Diagrams, DistanceMatrix, Embeddings, PersistenceDiagram

PAIRS = np.array([[0.0, 1.0], [0.0, np.inf]])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Measured(ArrayRecord):
    """A record with every kind of field."""

    values: np.ndarray
    by_name: dict[str, np.ndarray]
    table: pd.DataFrame
    share: float = float("nan")


def measured(values: list[float]) -> Measured:
    table = pd.DataFrame({"a": [1, 2]})
    return Measured(np.array(values), {"ko": np.array(values)}, table)


def embeddings(vectors: np.ndarray) -> Embeddings:
    n = len(vectors)
    ids = tuple(map(str, range(n)))
    return Embeddings(vectors, ids, ids, ("ko",) * n, "text", "memory", unit_norm=False)


def diagram(pairs: np.ndarray = PAIRS, homology_dimension: int = 0) -> PersistenceDiagram:
    return PersistenceDiagram(pairs, homology_dimension, "cosine", 2)


def test_records_of_equal_content_are_equal_and_have_one_hash() -> None:
    first, second = measured([1.0, np.nan]), measured([1.0, np.nan])
    assert first == second
    assert hash(first) == hash(second)
    assert {first: 1}[second] == 1


@pytest.mark.parametrize("values", [[1.0, 3.0], [1.0], [1.0, 2.0, 3.0]])
def test_records_of_other_content_differ_without_raising(values: list[float]) -> None:
    assert (measured([1.0, 2.0]) == measured(values)) is False


@pytest.mark.parametrize(
    "change",
    [
        {"by_name": {"en": np.array([1.0, 2.0])}},
        {"by_name": {"ko": np.array([1.0, 0.0])}},
        {"table": pd.DataFrame({"a": [1, 3]})},
        {"share": 0.5},
    ],
)
def test_every_field_counts(change: dict) -> None:
    record = measured([1.0, 2.0])
    assert (record == replace(record, **change)) is False


def test_records_of_different_classes_differ() -> None:
    assert diagram() != DistanceMatrix(PAIRS, "cosine")
    assert diagram() != PAIRS.tolist()


def test_diagrams_embeddings_and_distances_compare_by_content() -> None:
    assert diagram() == diagram(PAIRS.copy())
    assert diagram() != diagram(homology_dimension=1)
    assert (diagram(),) == (diagram(PAIRS.copy()),)
    vectors = np.eye(3, dtype=np.float32)
    assert embeddings(vectors) == embeddings(vectors.copy())
    assert embeddings(vectors) != embeddings(2 * vectors)
    assert DistanceMatrix(PAIRS, "cosine") != DistanceMatrix(PAIRS, "cosine", scale=2.0)


def test_tensors_of_equal_content_are_the_same() -> None:
    assert same(torch.ones(3), torch.ones(3))
    assert not same(torch.ones(3), torch.ones(4))
    assert not same(torch.ones(3), torch.zeros(3))


def test_arrays_are_read_only_and_the_callers_own_stays_as_it_was() -> None:
    vectors = np.eye(3, dtype=np.float32)
    held = embeddings(vectors)
    with pytest.raises(ValueError, match="read-only"):
        held.vectors[0, 0] = 5
    assert vectors.flags.writeable
    assert np.shares_memory(held.vectors, vectors)
    with pytest.raises(ValueError, match="read-only"):
        measured([1.0]).by_name["ko"][0] = 5


@pytest.mark.parametrize("again", [copy.deepcopy, lambda held: pickle.loads(pickle.dumps(held))])
def test_copies_are_equal_and_read_only(again) -> None:
    found = again(Diagrams([diagram(), diagram(homology_dimension=1)]))
    assert found == (diagram(), diagram(homology_dimension=1))
    assert isinstance(found, Diagrams)
    assert not found[0].pairs.flags.writeable


def test_a_record_says_in_one_line_what_it_holds() -> None:
    record = measured([1.0, 2.0])
    assert repr(record).startswith("Measured(values=<float64 2>, by_name=<1 keys>")
    assert repr(embeddings(np.eye(3, dtype=np.float32))) == "Embeddings(3 x 3, text, ko, 'memory')"
    assert repr(diagram()) == "PersistenceDiagram(H0, 2 bars of 2 points, cosine)"
    assert repr(Diagrams([diagram()])) == "Diagrams(H0: 2 bars; 2 points, cosine)"
    assert repr(Diagrams()) == "Diagrams()"
    assert repr(DistanceMatrix(np.eye(2), "cosine")) == "DistanceMatrix(2 points, cosine)"


def test_a_table_of_diagrams_has_a_row_for_every_bar() -> None:
    table = Diagrams([diagram(), diagram(PAIRS[:1], 1)]).to_frame()
    assert table["homology_dimension"].tolist() == [0, 0, 1]
    assert table["persistence"].tolist() == [1.0, np.inf, 1.0]
    assert Diagrams().to_frame().empty


def test_a_table_of_embeddings_holds_what_is_known_of_every_item_and_its_vector() -> None:
    table = embeddings(np.eye(3, dtype=np.float32)).to_frame()
    assert list(table.columns) == ["id", "label", "language", 0, 1, 2]
    assert [table.loc[1, "id"], table.loc[1, 1]] == ["1", 1.0]


def test_distances_in_a_table_are_the_true_ones() -> None:
    table = DistanceMatrix(np.array([[0.0, 1.0], [1.0, 0.0]]), "euclidean", scale=3.0).to_frame()
    assert table.loc[0, 1] == 3.0


def test_a_notebook_shows_a_title_over_a_table() -> None:
    html = diagram()._repr_html_()
    assert html.startswith("<p><b>PersistenceDiagram(H0, 2 bars of 2 points, cosine)</b></p><table")
    assert html.count("<tr") == 3
    long = embeddings(np.zeros((500, 300), dtype=np.float32))._repr_html_()
    assert long.count("<td") < 200


def test_read_only_vectors_reach_torch_without_a_warning() -> None:
    held = embeddings(np.eye(3, dtype=np.float32))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch.tensor(held.vectors).sum() == 3


def test_no_data_class_with_arrays_compares_as_python_would() -> None:
    """Python's own comparison of two arrays has no truth value, and raises."""
    root = Path(tomclip.__file__).parent
    wrong = [
        f"{path.relative_to(root)}: {node.name}"
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and _has_arrays(node) and not _is_exempt(node)
    ]
    assert wrong == []


def _has_arrays(node: ast.ClassDef) -> bool:
    holding = ("np.ndarray", "torch.Tensor", "pd.DataFrame", "csr_array")
    kinds = [ast.unparse(s.annotation) for s in node.body if isinstance(s, ast.AnnAssign)]
    held = [kind for kind in kinds if not kind.startswith("Callable")]
    is_data = any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    return is_data and any(name in kind for kind in held for name in holding)


def _is_exempt(node: ast.ClassDef) -> bool:
    """Says whether the class compares by content, as an ArrayRecord, or by identity."""
    return any("eq=False" in ast.unparse(decorator) for decorator in node.decorator_list)

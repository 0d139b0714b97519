"""What pictures are taken for, and where a class stands among the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.emoji_doubles import as_embeddings

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.evaluation import (
    Confusions,
    class_merge,
    confusions,
    nearest_classes,
    zero_shot_ranks,
)

CLASSES = ("cat", "dog", "moon")


def at(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def texts(*degrees: float, labels: tuple[str, ...] = CLASSES) -> Embeddings:
    return as_embeddings(at(*degrees), labels)


def pictures(labels: tuple[str, ...], *degrees: float) -> Embeddings:
    return as_embeddings(at(*degrees), labels, modality="image")


def test_confusions_are_counted_by_hand() -> None:
    image = pictures(("cat", "cat", "cat", "dog", "moon"), 1, 40, 41, 9, 181)
    found = confusions(texts(0, 45, 180), image)
    assert found.chosen.tolist() == [0, 1, 1, 0, 2]
    table = found.counted()
    assert table[["class", "chosen", "pictures", "of"]].to_numpy().tolist() == [
        ["cat", "dog", 2, 3],
        ["dog", "cat", 1, 1],
    ]
    assert table["share"].tolist() == pytest.approx([200 / 3, 100])
    assert found.confused_pairs().tolist() == [
        [False, True, False],
        [True, False, False],
        [False, False, False],
    ]


def test_without_a_confusion_the_table_is_empty() -> None:
    found = confusions(texts(0, 45, 180), pictures(CLASSES, 0, 45, 180))
    assert len(found.counted()) == 0
    assert not found.confused_pairs().any()


@given(st.integers(0, 10_000), st.sampled_from([0, 2]))
def test_a_picture_is_wrong_where_its_class_does_not_rank_first(seed: int, digits: int) -> None:
    generator = np.random.default_rng(seed)
    labels = tuple(f"class {row}" for row in range(6))
    vectors = generator.integers(1, 4, size=(6, 2)) if digits else generator.normal(size=(6, 2))
    text = as_embeddings(vectors, labels)
    image = as_embeddings(
        generator.integers(1, 4, size=(20, 2)), [labels[row % 6] for row in range(20)]
    )
    found = confusions(text, image)
    assert ((found.chosen != found.right) == (zero_shot_ranks(text, image) > 1)).all()


def test_a_picture_of_an_unnamed_class_is_refused() -> None:
    with pytest.raises(InputError, match="class 'sun' of a picture has no text"):
        confusions(texts(0, 45, 180), pictures(("sun",), 3))


def test_the_nearest_classes_come_with_their_cosines() -> None:
    found = nearest_classes(texts(0, 60, 180), "cat", count=5)
    assert [name for name, _ in found] == ["dog", "moon"]
    assert [cosine for _, cosine in found] == pytest.approx([0.5, -1.0], abs=1e-6)


def test_a_class_joins_its_nearest_one_and_what_that_had_joined() -> None:
    text = texts(0, 4, 30, 180, labels=("cat", "lion", "dog", "moon"))
    merge = class_merge(text, "dog")
    assert (merge.partner, merge.others) == ("lion", ("cat",))
    assert merge.length == pytest.approx(1 - np.cos(np.radians(26)), abs=1e-6)
    assert class_merge(text, "cat").others == ()


@pytest.mark.parametrize("ask", [nearest_classes, class_merge])
def test_an_unknown_class_is_refused(ask: object) -> None:
    with pytest.raises(InputError, match="class is 'sun', which none of the 3 texts is of"):
        ask(texts(0, 60, 180), "sun")  # type: ignore[operator]


def test_confusions_between_groups_are_counted_by_hand() -> None:
    classes, pictures = ("a", "b", "c", "d"), tuple("12345")
    right, chosen = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 2, 2, 3])
    found = Confusions(classes, pictures, right, chosen)
    table = found.between({"a": "x", "b": "x", "c": "y", "d": "z"})
    assert table.to_numpy().tolist() == [
        ["x", "x", 2, 3, 200 / 3],
        ["x", "y", 1, 3, 100 / 3],
        ["x", "z", 0, 3, 0.0],
        ["y", "x", 0, 2, 0.0],
        ["y", "y", 1, 2, 50.0],
        ["y", "z", 1, 2, 50.0],
    ]
    with pytest.raises(InputError, match="class 'd' is in no group"):
        found.between({"a": "x", "b": "x", "c": "y"})

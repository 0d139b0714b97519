"""Ranks, zero-shot accuracy and retrieval against hand-computed numbers and a naive oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.emoji_doubles import as_embeddings

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation import (
    pessimistic_ranks,
    retrieval_ranks,
    retrieval_scores,
    zero_shot_ranks,
    zero_shot_scores,
)
from tomclip.evaluation.metrics import ranking

AXES = np.eye(3)


def texts(vectors: np.ndarray, labels: str) -> Embeddings:
    return as_embeddings(vectors, labels.split(), language="ko")


def images(vectors: np.ndarray, labels: str) -> Embeddings:
    return as_embeddings(vectors, labels.split(), modality="image")


def random_pair(seed: int, *, n: int = 12, noise: float = 0.7) -> tuple[Embeddings, Embeddings]:
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(n, 6))
    labels = " ".join(f"c{i}" for i in range(n))
    noisy = vectors + noise * generator.normal(size=vectors.shape)
    return texts(noisy, labels), images(vectors, labels)


def naive_ranks(queries: Embeddings, candidates: Embeddings) -> list[int]:
    """Sorts the wrong candidates of every query, one cosine at a time."""
    ranks = []
    for query, label in zip(queries.vectors.astype(float), queries.labels, strict=True):
        cosines = [
            float(query @ c / np.linalg.norm(query) / np.linalg.norm(c))
            for c in candidates.vectors.astype(float)
        ]
        right = max(
            s for s, other in zip(cosines, candidates.labels, strict=True) if other == label
        )
        wrong = [s for s, other in zip(cosines, candidates.labels, strict=True) if other != label]
        ranks.append(1 + sum(s >= right - 1e-6 for s in wrong))
    return ranks


def value(scores: tuple[Score, ...], name: str) -> float:
    return next(score.value for score in scores if score.name == name)


def test_ranks_of_three_images_by_hand() -> None:
    classes = texts(AXES, "a b c")
    pictures = images(np.array([[3, 2, 1], [3, 2, 1], [3, 2, 1]]), "a b c")
    assert zero_shot_ranks(classes, pictures).tolist() == [1, 2, 3]


def test_ties_count_against_the_right_answer() -> None:
    classes = texts(AXES, "a b c")
    pictures = images(np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]]), "a b c")
    assert zero_shot_ranks(classes, pictures).tolist() == [2, 3, 1]


def test_two_classes_with_the_same_text_never_win_at_one() -> None:
    classes = texts(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]]), "a b c")
    pictures = images(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]]), "a b c")
    scores = zero_shot_scores(classes, pictures, language="ko", ks=(1, 2))
    assert [s.value for s in scores] == pytest.approx([100 / 3, 100.0])


def test_a_difference_within_rounding_is_a_tie() -> None:
    almost = np.array([[1.0, 0.0, 0.0], [1.0, 1e-4, 0.0], [0.0, 0.0, 1.0]])
    assert zero_shot_ranks(texts(almost, "a b c"), images(AXES[:1], "a")).tolist() == [2]


def test_vector_length_does_not_matter() -> None:
    text, image = random_pair(0)
    longer = as_embeddings(text.vectors * 37.0, text.labels)
    assert pessimistic_ranks(image, longer).tolist() == pessimistic_ranks(image, text).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_ranks_equal_those_of_the_naive_loop(seed: int) -> None:
    text, image = random_pair(seed)
    ranks = retrieval_ranks(text, image)
    assert ranks.text_to_image.tolist() == naive_ranks(text, image)
    assert ranks.image_to_text.tolist() == naive_ranks(image, text)


def test_blocks_of_queries_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text, image = random_pair(1)
    whole = pessimistic_ranks(image, text)
    monkeypatch.setattr(ranking, "QUERIES_AT_A_TIME", 5)
    assert pessimistic_ranks(image, text).tolist() == whole.tolist()


def test_several_images_per_class_are_each_one_item() -> None:
    classes = texts(AXES, "a b c")
    pictures = images(np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]), "a a b c")
    scores = zero_shot_scores(classes, pictures, language="ko", ks=(1, 2))
    assert value(scores, "zero_shot_top1") == pytest.approx(50.0)
    assert scores[0].n == 4


def test_best_of_several_right_captions_counts() -> None:
    captions = texts(np.array([[0, 1, 0], [1, 0, 0], [0, 1, 0.1]]), "a a b")
    pictures = images(np.array([[1, 0, 0], [0, 1, 0]]), "a b")
    ranks = retrieval_ranks(captions, pictures)
    assert ranks.image_to_text.tolist() == [1, 2]
    assert ranks.text_to_image.tolist() == [2, 1, 1]


def test_scores_are_named_in_per_cent_with_their_interval_and_language() -> None:
    text, image = random_pair(2)
    scores = retrieval_scores(text, image, language="ko", ks=(1, 5))
    assert [s.name for s in scores] == [
        "text_to_image_recall_at_1",
        "text_to_image_recall_at_5",
        "image_to_text_recall_at_1",
        "image_to_text_recall_at_5",
    ]
    assert {(s.unit, s.language, s.n, s.higher_is_better) for s in scores} == {
        ("%", "ko", 12, True)
    }
    assert all(s.ci_low <= s.value <= s.ci_high for s in scores)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_of_the_classes_does_not_matter(seed: int, shuffler: object) -> None:
    text, image = random_pair(seed)
    order = list(range(len(text)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    before, after = zero_shot_ranks(text, image), zero_shot_ranks(text.select(order), image)
    assert before.tolist() == after.tolist()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_more_places_never_lower_the_score(seed: int) -> None:
    text, image = random_pair(seed)
    ks = tuple(range(1, len(text) + 1))
    values = [s.value for s in zero_shot_scores(text, image, language="ko", ks=ks)]
    assert values == sorted(values)
    assert values[-1] == 100.0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_perfect_embeddings_score_one_hundred(seed: int) -> None:
    text, image = random_pair(seed, noise=0.0)
    for scores in (zero_shot_scores, retrieval_scores):
        assert {s.value for s in scores(text, image, language="ko", ks=(1, 5))} == {100.0}


def test_an_image_without_its_text_stops_with_its_name() -> None:
    with pytest.raises(InputError, match="'elephant'"):
        zero_shot_scores(
            texts(AXES, "a b c"), images(AXES[:2], "a elephant"), language="ko", ks=(1,)
        )


def test_a_text_without_its_image_stops_retrieval_with_its_name() -> None:
    with pytest.raises(InputError, match=r"1 text labels have no image .*'c'"):
        retrieval_scores(texts(AXES, "a b c"), images(AXES[:2], "a b"), language="ko", ks=(1,))


def test_two_texts_for_one_class_are_refused() -> None:
    with pytest.raises(InputError, match="class 'a' has 2 texts"):
        zero_shot_scores(texts(AXES, "a a b"), images(AXES, "a a b"), language="ko", ks=(1,))


@pytest.mark.parametrize("ks", [(1, 5), (0,), (), (1, 1)])
def test_a_k_that_says_nothing_is_refused(ks: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="from 1 to 3"):
        zero_shot_scores(texts(AXES, "a b c"), images(AXES, "a b c"), language="ko", ks=ks)


def test_encoders_of_different_dimension_are_refused() -> None:
    with pytest.raises(InputError, match="dimension 3 and 'double' 2"):
        pessimistic_ranks(images(AXES, "a b c"), texts(AXES[:, :2] + 1, "a b c"))


def test_a_zero_vector_has_no_rank() -> None:
    with pytest.raises(InputError, match="zero"):
        pessimistic_ranks(images(AXES * 0, "a b c"), texts(AXES, "a b c"))


def test_no_queries_are_refused() -> None:
    with pytest.raises(InputError, match="0 queries"):
        pessimistic_ranks(images(AXES[:0], ""), texts(AXES, "a b c"))

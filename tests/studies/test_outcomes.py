"""What a fold's held-out concepts are asked: known answers, and those of the evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.tiny_encoders import write_teacher

from tomclip.core.scores import score_kind
from tomclip.geometry.alignment import linear_cka, linear_cka_by_chance, mutual_knn_overlap
from tomclip.studies.outcomes import FoldQuestions, fold_questions, outcomes


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> FoldQuestions:
    return fold_questions(2, str(write_teacher(tmp_path_factory.mktemp("teacher"))))


def test_the_teacher_s_own_vectors_lack_nothing(questions: FoldQuestions) -> None:
    found = outcomes(questions, lambda language: questions.english.vectors)["emoji"]
    n = len(questions.english)
    assert found["mean_reciprocal_rank"]["mean"] > 0.95, "but for names that are equal to it"
    assert found["wasserstein_h0_to_teacher"]["ko"] == pytest.approx(0.0, abs=1e-6)
    assert found["wasserstein_h1_to_teacher"]["ko"] == pytest.approx(0.0, abs=1e-6)
    assert found["mutual_knn_to_teacher_above_chance"]["ko"] == pytest.approx(1 - 10 / (n - 1))
    chance = linear_cka_by_chance(questions.english, questions.english)
    assert found["linear_cka_to_teacher_above_chance"]["ko"] == pytest.approx(1 - chance)
    assert len(set(found["zero_shot_top1"].values())) == 1, "every language has the same vectors"


def test_a_language_that_is_shuffled_is_at_chance_and_no_other(questions: FoldQuestions) -> None:
    rng = np.random.default_rng(0)
    shuffled, rows = questions.english.vectors.copy(), questions.shape.rows
    shuffled[rows] = rng.permutation(shuffled[rows])  # those that diagrams are computed on
    found = outcomes(
        questions, lambda code: shuffled if code == "ko" else questions.english.vectors
    )["emoji"]
    for name in ("linear_cka", "mutual_knn"):
        values = found[f"{name}_to_teacher_above_chance"]
        assert abs(values["ko"]) < 0.4 * values["de"], name
    assert found["mean_reciprocal_rank"]["ko"] < 0.1
    assert found["mean_reciprocal_rank"]["de"] > 0.95
    assert found["wasserstein_h0_to_teacher"]["ko"] == pytest.approx(0.0, abs=1e-6)
    values = [found["mean_reciprocal_rank"][code] for code in questions.languages]
    assert found["mean_reciprocal_rank"]["mean"] == pytest.approx(np.mean(values))


def test_only_concepts_that_the_fold_holds_out_are_asked(questions: FoldQuestions) -> None:
    splits = questions.emoji.dataset.splits
    held_out = {questions.emoji.picture_ids[row] for row in splits["unseen"]}
    assert set(questions.english.ids) == held_out
    assert set(questions.icon_pictures.labels) <= held_out
    assert len(questions.names("ko")) == len(held_out)


def test_every_outcome_has_a_title(questions: FoldQuestions) -> None:
    found = outcomes(questions, lambda language: questions.english.vectors)
    for by_score in found.values():
        for name in by_score:
            assert score_kind(name).title
    assert score_kind("mutual_knn_to_teacher_above_chance").title.endswith("above chance")


@pytest.mark.parametrize("name", ["rsa_above_chance", "zero_shot_top1_above_chance"])
def test_other_scores_have_none_above_chance(name: str) -> None:
    with pytest.raises(Exception, match="there is no score"):
        score_kind(name)


@pytest.mark.parametrize(("n", "d", "e"), [(30, 5, 40), (60, 80, 3)])
def test_chance_is_the_mean_over_shuffled_items(n: int, d: int, e: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    first = rng.normal(size=(n, d))
    second = np.concatenate([first, rng.normal(size=(n, e))], axis=1)[:, :e] + 2.0
    shuffled = [linear_cka(first, rng.permutation(second)) for _ in range(400)]
    error = np.std(shuffled) / np.sqrt(len(shuffled))
    assert linear_cka_by_chance(first, second) == pytest.approx(np.mean(shuffled), abs=4 * error)
    neighbours = [
        mutual_knn_overlap(first, rng.permutation(second), k=4, metric="euclidean")
        for _ in range(200)
    ]
    error = np.std(neighbours) / np.sqrt(len(neighbours))
    assert 4 / (n - 1) == pytest.approx(np.mean(neighbours), abs=4 * error)

"""The registry of scores: names, titles, units, directions and digits."""

from __future__ import annotations

import pytest

from tomclip.core.errors import InputError
from tomclip.core.scores import (
    FAMILY_TITLES,
    HIT_NAMES,
    REFERENCE_TITLES,
    SHAPE_SCORES,
    find_score_kind,
    hit_name,
    score_kind,
)

LOWER_IS_BETTER = {
    *("bottleneck_h0", "wasserstein_h0", "bottleneck_h1", "wasserstein_h1"),
    *("rtd", "procrustes", "language_gap"),
}


@pytest.mark.parametrize("k", [1, 7, 10])
@pytest.mark.parametrize("asked", HIT_NAMES)
def test_a_share_of_right_answers_is_known_with_any_number_of_places(asked: str, k: int) -> None:
    kind = score_kind(hit_name(asked, k))
    assert (kind.family, kind.k, kind.unit, kind.digits) == (asked, k, "%", 1)
    assert kind.is_share
    assert kind.higher_is_better
    assert str(k) in kind.title
    assert kind.column in kind.title


@pytest.mark.parametrize("name", SHAPE_SCORES)
def test_a_shape_is_known_against_both_references(name: str) -> None:
    own, teachers = score_kind(name), score_kind(f"{name}_to_teacher")
    assert (own.reference, teachers.reference) == ("english", "teacher")
    assert own.title.endswith("to English")
    assert teachers.title.endswith("to the teacher's English")
    for kind in (own, teachers):
        assert kind.higher_is_better is (name not in LOWER_IS_BETTER)
        assert kind.family in FAMILY_TITLES
        assert kind.reference in REFERENCE_TITLES
        assert not kind.is_share


def test_only_distances_between_diagrams_have_the_unit_of_the_metric() -> None:
    assert score_kind("wasserstein_h1_to_teacher").unit_in("euclidean") == "euclidean distance"
    assert score_kind("linear_cka").unit_in("euclidean") == ""
    assert score_kind("linear_cka").scale_in("cosine") == "0 to 1"
    assert score_kind("rtd").scale_in("cosine") == ""
    assert score_kind("zero_shot_top5").scale_in("cosine") == "%"


def test_a_measured_value_carries_the_unit_and_the_direction_of_its_kind() -> None:
    score = score_kind("bottleneck_h0").score(0.25, language="ko", n=30, metric="euclidean")
    assert (score.name, score.unit, score.higher_is_better) == (
        "bottleneck_h0",
        "euclidean distance",
        False,
    )
    assert (score.value, score.language, score.n) == (0.25, "ko", 30)
    assert score.ci_low != score.ci_low


def test_values_are_written_with_the_digits_of_their_kind() -> None:
    assert score_kind("zero_shot_top1").written(12.345, signed=True) == "+12.3"
    assert score_kind("rsa").written(-0.12345) == "-0.1235"


@pytest.mark.parametrize("name", ["top1", "zero_shot_top0", "zero_shot_top1_ko", "rtd_to_french"])
def test_an_unknown_name_is_refused_with_those_there_are(name: str) -> None:
    assert find_score_kind(name) is None
    with pytest.raises(InputError, match=r"zero_shot_top1, .*mean_reciprocal_rank"):
        score_kind(name)
